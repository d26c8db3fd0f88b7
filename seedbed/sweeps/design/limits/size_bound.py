"""How many runs a sweep may ask for; checked before any of them is built."""

from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.yaml_file import Place

MOST_RUNS = 10_000
"""Ledger, report and commands are measured up to so many (docs/benchmarks.md)."""


def check_size(file: CheckedFile, place: Place, count: int, what: str) -> None:
    """Refuse more than ``MOST_RUNS``.

    Args:
        file: The sweep's file.
        place: What asks for them.
        count: How many there would be.
        what: Of what, in words.

    Raises:
        InputError: There are too many; says at which line and column.
    """
    if count > MOST_RUNS:
        raise file.refuse(
            place,
            f"a sweep must ask for at most {MOST_RUNS:,} runs, got {count:,} {what}: draw "
            "configurations, leave values out, or make several sweeps.",
        )
