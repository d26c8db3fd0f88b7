"""Measured figures that the documentation quotes, each reproducible by its command."""
