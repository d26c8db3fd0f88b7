"""Verbs about nightly sweeps."""
