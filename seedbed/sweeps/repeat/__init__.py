"""Repeat a user's own training script under many seeds."""
