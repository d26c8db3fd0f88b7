"""What ``schedule`` and ``nights`` share: the log on the error stream, and an exit status."""

import logging
import sys

ALARM = 3
"""Exit status if the last night of a series raised an alarm."""


def log_to_stderr() -> None:
    """Print what the scheduler logs, with the time."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)-7s %(message)s",
        force=True,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
