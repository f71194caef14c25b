"""What participants and the team fill in, one file per noun. What was typed comes back on a page that needs a look."""
