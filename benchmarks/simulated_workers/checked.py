"""A measurement in a scratch folder, after which every record is compared with what was sent."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SHOWN = 20


def checked(measure: Callable[[Path], list[str]], records: int) -> int:
    """Measure, and print the faults; the exit code: 1 if a record is missing or wrong.

    Args:
        measure: Takes a scratch folder, which holds Seedbed's store too; returns the faults.
        records: How many were compared.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # end what was started
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SEEDBED_STORE"] = f"{scratch}/store"
        faults = measure(Path(scratch))
    print(f"records that are missing or wrong: {len(faults)} of {records}")
    for fault in faults[:SHOWN]:
        print(fault)
    return int(bool(faults))
