"""What a script does that draws random numbers where no stream reaches."""

import sys
from collections.abc import Iterable

LIBRARIES = ("torch", "jax", "cupy", "mxnet", "paddle", "xgboost", "lightgbm", "catboost")
"""Libraries with generators of their own; most begin with the same seed in every process."""
PROCESSES = "it starts processes"


def unseen_draws(remarks: Iterable[str], reached: Iterable[str] = ()) -> list[str]:
    """What is not reached, in sentences without their full stop.

    Args:
        remarks: What was noticed while the script ran.
        reached: Libraries whose draws are on streams of their own.
    """
    used = [name for name in LIBRARIES if name in sys.modules and name not in set(reached)]
    told = [
        f"{name} draws from a generator of its own, which Seedbed neither sees nor varies, so "
        "equal numbers do not show that the script is stable"
        for name in used
    ]
    return [*told, *(one for one in remarks if one.startswith(PROCESSES))]
