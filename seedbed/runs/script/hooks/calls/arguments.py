"""What the arguments of a watched call mean: labels, sizes, digests."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

FIT = (
    *("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split"),
    *("validation_data", "shuffle", "class_weight", "sample_weight", "initial_epoch"),
    *("steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq"),
)
EVALUATE = ("x", "y", "batch_size", "verbose", "sample_weight", "steps", "callbacks")
PREDICT = ("x", "batch_size", "verbose", "steps", "callbacks")
"""Arguments of Keras' methods in their order, the same in Keras 2 and 3."""


def by_name(
    given: tuple[object, ...], named: dict[str, object], names: tuple[str, ...]
) -> tuple[tuple[object, ...], dict[str, object]]:
    """The arguments of a call, all by name; unchanged if Python would refuse the call."""
    own = dict(zip(names, given, strict=False))
    if len(own) < len(given) or own.keys() & named.keys():
        return given, named
    return (), {**own, **named}


def as_labels(y: object) -> npt.NDArray[np.int64] | None:
    """Class numbers from labels in the usual forms: whole numbers, a column, one-hot rows.

    Args:
        y: Array, list, tensor or pandas column.

    Returns:
        ``[example]``, or None if these are not class numbers.
    """
    try:
        table = np.asarray(y)
    except (TypeError, ValueError):
        return None
    if table.ndim == 2 and table.shape[1] > 1:
        rows = table.sum(axis=1) if table.dtype.kind in "iufb" else np.zeros(1)
        if table.size and np.all((table == 0) | (table == 1)) and np.all(rows == 1):
            return np.asarray(table.argmax(axis=1), np.int64)
        return None
    if table.ndim not in (1, 2) or not table.size or table.dtype.kind not in "iufb":
        return None
    flat = table.reshape(-1)
    if not np.all(np.isfinite(flat)) or np.any(flat != np.floor(flat)) or flat.min() < 0:
        return None
    return flat.astype(np.int64)


def class_count(outputs: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Predicted class of each row; one column is the probability of class 1."""
    if outputs.shape[1] == 1:
        return np.asarray(outputs[:, 0] > 0.5, np.int64)
    return np.asarray(outputs.argmax(axis=1), np.int64)


def argument(given: tuple[object, ...], named: dict[str, object], place: int, name: str) -> object:
    """An argument given by position or by name; None if it is missing."""
    return given[place] if len(given) > place else named.get(name)


def as_number(value: Any) -> float | None:
    """The value as a float; None if it is not a number, or one that only a graph has."""
    try:
        return float(value)
    except (TypeError, ValueError, AttributeError):
        return None


def named_arguments(model: Any, result: Any, logs: dict[str, Any]) -> dict[str, float]:
    """What ``evaluate`` gave, by name, whether it was asked for a list or not.

    Args:
        model: The model that was evaluated.
        result: What it returned. Of several outputs a list has another order than the names.
        logs: What its callbacks were told at the end: the names that ``return_dict=True`` gives.
    """
    if isinstance(result, dict):
        pairs = result.items()
    elif logs:
        pairs = logs.items()
    else:
        values = list(result) if isinstance(result, list | tuple) else [result]
        names = list(model.get_metrics_result())
        if len(names) != len(values):
            names = list(model.metrics_names)
        if len(names) != len(values):
            names = ["loss", *(f"value{n}" for n in range(1, len(values)))]
        pairs = zip(names, values, strict=True)  # type: ignore[assignment]
    found = {str(key): as_number(value) for key, value in pairs}
    return {key: value for key, value in found.items() if value is not None}


def length_of(x: Any) -> int | None:
    """Examples in an array; None for a generator or a data set."""
    return len(x) if hasattr(x, "shape") and getattr(x, "ndim", 1) > 0 else None


def size_of(x: Any) -> int:
    """How many values an array or tensor holds."""
    return int(np.prod([int(part) for part in x.shape]))


def digest_of(x: object) -> str:
    """Digest of the inputs; empty for anything but an array of numbers."""
    if length_of(x) is None:
        return ""
    table = np.ascontiguousarray(np.asarray(x))
    if table.dtype == object:
        return ""
    return hashlib.sha256(f"{table.shape}{table.dtype}".encode() + table.tobytes()).hexdigest()
