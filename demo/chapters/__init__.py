"""The chapters of a trip's story."""
