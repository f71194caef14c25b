"""Faults planted one at a time in the rules that matter most, and whether a test notices each: `make mutants`."""
