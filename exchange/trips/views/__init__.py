"""The pages of a trip: for everybody, for travellers, for the team."""
