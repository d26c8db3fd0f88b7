"""Verbs about claims that others can check."""
