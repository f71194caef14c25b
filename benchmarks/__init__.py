"""What the house costs, counted and measured beside bare floors in the same run (docs/speed.md). It asserts nothing."""
