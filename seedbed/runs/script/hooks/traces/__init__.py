"""Digests that find where two equal runs diverge."""
