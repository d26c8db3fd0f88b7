"""Values that somebody else may have written: read as what they must be, or as nothing."""

import json
import math
from typing import Any

MOST = 10**9
"""No sweep has so many runs."""


def json_object(text: str | None) -> dict[str, Any]:
    """The JSON object in a tag or a file; empty if there is none."""
    try:
        content = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def count_of(value: object) -> int:
    """A number of runs; 0 for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return int(min(max(value, 0), MOST))


def number_in(text: str | None) -> int | None:
    """The whole number above 0 in a tag; None if there is none."""
    if text is None or not text.isdecimal() or len(text) > 9:
        return None
    return int(text) or None


def words_of(value: object) -> tuple[str, ...]:
    """A list of words; empty for anything else."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        return ()
    return tuple(value)


def seeds_of(value: object) -> tuple[int, ...]:
    """A list of whole numbers; empty for anything else."""
    if not isinstance(value, list) or not all(type(seed) is int for seed in value):
        return ()
    return tuple(value)
