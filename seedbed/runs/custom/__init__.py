"""A user's own experiment file."""
