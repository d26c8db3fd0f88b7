"""Leases of running cells: how long a claim lasts without a sign of life."""

LEASE_S = 60.0
"""A driver on another host that has not renewed its lease for so long is taken for dead."""


RENEW_S = 10.0


UNMARKED_S = 30.0
"""A claim seen without its owner's mark for longer: its owner died in between."""


LEASE = "lease:"
