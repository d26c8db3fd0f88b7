"""The labels that come with a data set, in the order in which ``predict`` goes through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.arguments import as_labels

SOURCE = "the labels that came with its data"


@dataclass
class PassLabels:
    """Labels by batch, as they passed.

    Attributes:
        x: What ``predict`` is to be given.
    """

    x: Any
    _batches: dict[int, npt.NDArray[Any]] = field(default_factory=dict)

    def note(self, number: int, y: Any) -> None:
        """Take the labels of a batch."""
        self._batches[number] = np.array(y)

    def labels(self, examples: int) -> npt.NDArray[np.int64] | None:
        """``[example]``, of the first so many examples; None where they are not all known."""
        numbers = sorted(self._batches)
        if not numbers or numbers != list(range(len(numbers))):
            return None
        try:
            found = as_labels(np.concatenate([self._batches[number] for number in numbers]))
        except ValueError:
            return None
        return None if found is None or len(found) < examples else found[:examples]


@contextmanager
def watched_pass(x: Any) -> Iterator[PassLabels]:
    """Watch the labels while a model predicts for ``x``; the inputs stay bit for bit.

    Args:
        x: A data set of ``tf.data`` with labels, or batches that are had by their number.
    """
    seen = PassLabels(x)
    if _is_labelled_dataset(x):
        seen.x = _tapped(x, seen)
        yield seen
        return
    kind = type(x)
    original = getattr(kind, "__getitem__", None)
    if original is None or hasattr(x, "shape") or isinstance(x, list | tuple | dict | str):
        yield seen
        return

    def batch_of(data: Any, number: Any) -> Any:
        batch = original(data, number)
        if data is x and isinstance(batch, tuple) and len(batch) > 1 and isinstance(number, int):
            seen.note(number, batch[1])
        return batch

    own = "__getitem__" in vars(kind)
    kind.__getitem__ = batch_of
    try:
        yield seen
    finally:
        if own:
            kind.__getitem__ = original
        else:
            del kind.__getitem__


def _is_labelled_dataset(x: Any) -> bool:
    spec = getattr(x, "element_spec", None)
    return (
        isinstance(spec, tuple)
        and len(spec) in (2, 3)
        and hasattr(spec[1], "dtype")
        and hasattr(x, "map")
        and hasattr(x, "cardinality")
    )


def _tapped(x: Any, seen: PassLabels) -> Any:
    """The data set, with each batch of labels noted as it passes."""
    import tensorflow as tf

    count = 0

    def note(y: Any) -> Any:
        nonlocal count
        seen.note(count, y)
        count += 1
        return y

    def tap(inputs: Any, y: Any, *more: Any) -> Any:
        same = tf.numpy_function(note, [y], y.dtype)
        same.set_shape(y.shape)
        return (inputs, same, *more)

    return x.map(tap)
