"""A night against the nights before it: what changed, and what from."""
