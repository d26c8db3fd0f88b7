"""Finds, reads and parses scripts and notebooks."""
