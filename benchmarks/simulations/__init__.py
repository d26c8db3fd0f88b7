"""Simulations of known truths, one family of statistics per file."""
