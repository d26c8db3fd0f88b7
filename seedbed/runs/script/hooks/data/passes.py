"""Sees the batches of a generator or data set as Keras goes through it.

Nothing is read twice and nothing is changed: a data set passes each batch on, a generator yields
what it would have yielded, and a sequence is watched where its batches are fetched by number.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any

Note = Callable[[int, Any, Any], None]
"""Called with each batch: number, inputs (an array or a list of arrays), labels or None."""


@contextmanager
def watched(x: Any, note: Note, *, with_labels: bool = False) -> Iterator[Any]:
    """Watch the batches of ``x``, which stay bit for bit.

    Args:
        x: What ``fit``, ``evaluate`` or ``predict`` is given.
        note: Called with each batch.
        with_labels: Whether it needs the labels of a data set, which are None otherwise.

    Yields:
        What Keras is to be given in its place; ``x`` itself where it is no pass over batches.
    """
    kind = type(x)
    by_number = getattr(kind, "__getitem__", None)
    if isinstance(x, GeneratorType):
        yield _passing(x, note)
    elif _is_dataset(x):
        yield _tapped(x, note, with_labels)
    elif by_number is None or hasattr(x, "shape") or isinstance(x, list | tuple | dict | str):
        yield x
    else:
        with _watched_sequence(x, kind, by_number, note):
            yield x


@contextmanager
def _watched_sequence(x: Any, kind: Any, original: Any, note: Note) -> Iterator[None]:
    def batch_of(data: object, number: object) -> object:
        batch = original(data, number)
        if data is x and isinstance(number, int):
            _tell(note, number, batch)
        return batch

    own = "__getitem__" in vars(kind)
    kind.__getitem__ = batch_of
    try:
        yield
    finally:
        if own:
            kind.__getitem__ = original
        else:
            del kind.__getitem__


def _tell(note: Note, number: int, batch: Any) -> None:
    labelled = isinstance(batch, tuple | list) and len(batch) > 1
    note(number, batch[0] if labelled else batch, batch[1] if labelled else None)


def _passing(x: Any, note: Note) -> Iterator[Any]:
    for number, batch in enumerate(x):
        _tell(note, number, batch)
        yield batch


def _is_dataset(x: object) -> bool:
    """Whether it is a data set of ``tf.data`` whose batches are tensors."""
    if not (hasattr(x, "element_spec") and hasattr(x, "map") and hasattr(x, "cardinality")):
        return False
    import tensorflow as tf

    parts = tf.nest.flatten(x.element_spec)
    return bool(parts) and all(isinstance(one, tf.TensorSpec) for one in parts)


def _tapped(x: Any, note: Note, with_labels: bool) -> Any:
    """The data set, with each batch noted as it passes."""
    import numpy as np
    import tensorflow as tf

    labelled = isinstance(x.element_spec, tuple) and len(x.element_spec) > 1
    has_labels = with_labels and labelled and isinstance(x.element_spec[1], tf.TensorSpec)
    number = 0

    def told(*parts: Any) -> Any:
        nonlocal number
        inputs = list(parts[:-1]) if has_labels else list(parts)
        note(number, inputs if len(inputs) > 1 else inputs[0], parts[-1] if has_labels else None)
        number += 1
        return np.int64(number)

    def tap(*element: Any) -> Any:
        batch = element if isinstance(x.element_spec, tuple) else element[0]
        parts = tf.nest.flatten(batch[0] if labelled else batch)
        with tf.control_dependencies(
            [tf.numpy_function(told, [*parts, batch[1]] if has_labels else parts, tf.int64)]
        ):
            return tf.nest.map_structure(tf.identity, batch)

    return x.map(tap)
