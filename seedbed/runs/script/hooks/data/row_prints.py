"""Fingerprints of the rows of a data set: which examples two calls have in common."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Prints = npt.NDArray[np.uint64]
"""One number for each row, ``[row]``; rows with equal bytes have equal numbers."""

MOST_WORDS = 512
"""Words of eight bytes of a row that count; of a longer row they are taken evenly."""

CHUNK = 4_000_000
"""Words that are multiplied at once, so that no second copy of the data is made."""

SEED = 20180
"""Of the factors; any fixed number does."""


def row_prints(x: object) -> Prints | None:
    """A fingerprint of each row.

    Args:
        x: What was given to ``fit``, ``evaluate`` or ``predict``: an array, a tensor, a table, or
            several of them for a network with several inputs.

    Returns:
        ``[row]``, or None for a generator or a data set, whose rows are not known.
    """
    if isinstance(x, Mapping):
        parts = [row_prints(part) for part in x.values()]
    elif isinstance(x, list | tuple) and x and all(hasattr(part, "shape") for part in x):
        parts = [row_prints(part) for part in x]
    elif hasattr(x, "shape") and getattr(x, "ndim", len(x.shape)) > 0 and x.shape[0]:
        parts = [_of_array(x)]
    else:
        return None
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts) or len({len(part) for part in known}) > 1:
        return None
    total = np.zeros(len(known[0]), np.uint64)
    for number, part in enumerate(known):
        total = total * np.uint64(2 * number + 1) + part
    return total


def share_seen(rows: Prints, before: Prints) -> float:
    """Share of ``rows`` that are among ``before``."""
    return float(np.isin(rows, before).mean())


def digest(rows: Prints) -> str:
    """One short text for a set of rows in their order."""
    import hashlib

    return hashlib.sha256(rows.tobytes()).hexdigest()[:16]


def _of_array(x: object) -> Prints | None:
    try:
        table = np.asarray(x)
    except (TypeError, ValueError):
        return None
    if table.dtype == object or not table.size:
        return None
    flat = np.ascontiguousarray(table).reshape(len(table), -1)
    raw = flat.view(np.uint8)
    whole = raw.shape[1] - raw.shape[1] % 8
    words = raw[:, :whole].view(np.uint64) if whole else raw[:, :0].astype(np.uint64)
    if words.shape[1] > MOST_WORDS:
        words = words[:, np.linspace(0, words.shape[1] - 1, MOST_WORDS).astype(np.int64)]
    rest = raw[:, whole:].astype(np.uint64)
    total = np.zeros(len(raw), np.uint64)
    for part in (words, rest):
        _add(total, part)
    return total


def _add(total: Prints, words: Prints) -> None:
    """Add each word times a factor of its own, modulo 2**64."""
    width = words.shape[1]
    if not width:
        return
    drawn = np.random.Generator(np.random.PCG64(SEED + width))
    factors = drawn.integers(0, 2**63, width, np.uint64) * np.uint64(2) + np.uint64(1)
    step = max(1, CHUNK // width)
    for first in range(0, len(words), step):
        part = words[first : first + step]
        mixed = (part ^ (part >> np.uint64(29))) * factors
        total[first : first + step] += (mixed ^ (mixed >> np.uint64(32))).sum(axis=1)
