"""The rules, by family. Importing this package registers them."""

from doctor.rules import (
    choices,
    comparison,
    connections,
    history,
    leaks,
    outputs,
    ranges,
    safety,
    seeds,
    splits,
    state,
)

__all__ = [
    "choices",
    "comparison",
    "connections",
    "history",
    "leaks",
    "outputs",
    "ranges",
    "safety",
    "seeds",
    "splits",
    "state",
]
