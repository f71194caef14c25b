"""What participants and the team do, one file per noun."""
