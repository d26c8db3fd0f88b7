"""Data sets and generators that hand out their rows in a shuffled order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Table,
    Value,
    ancestry,
    constant,
    is_const,
)

Order = Literal["anew", "once"]
"""``anew``: another order in each pass; ``once``: one order, but not that of the source."""

SHUFFLING_LOADERS = {
    ".flow",
    ".flow_from_directory",
    ".flow_from_dataframe",
    "keras.utils.image_dataset_from_directory",
    "keras.utils.text_dataset_from_directory",
    "keras.utils.audio_dataset_from_directory",
    "tensorflow.data.Dataset.list_files",
}
"""Loaders that shuffle anew in each pass unless they are told ``shuffle=False``."""
_PASSED_ON = {
    ".batch", ".map", ".prefetch", ".cache", ".repeat", ".with_options", ".unbatch", ".take",
    ".skip", ".filter", ".enumerate", ".apply", ".as_numpy_iterator", ".padded_batch", ".shard",
}  # fmt: skip
_ORDERED_ATTRIBUTES = {"attr:classes", "attr:labels", "attr:filenames", "attr:filepaths", "attr:y"}
"""What a generator of Keras keeps in the order of its files, whatever order it hands out."""


_OF_ALL_ROWS = {
    "attr:class_indices", "attr:class_names", "attr:num_classes", "attr:image_shape", "attr:n",
    "attr:samples", "attr:batch_size", "attr:target_size", "attr:element_spec", "builtins.len",
    "attr:columns", "attr:shape",
}  # fmt: skip


@dataclass(frozen=True)
class Shuffled:
    """A stream whose rows come in a shuffled order.

    Attributes:
        base: Where it is shuffled: the loader, or the ``shuffle`` of the pipeline.
        order: Whether the order changes with each pass.
    """

    base: Data
    order: Order


def shuffled(value: Value | None) -> Shuffled | None:
    """How a data set or generator is shuffled; None where it is not, or may not be."""
    cached = False
    for _ in range(40):
        if not isinstance(value, Data):
            return None
        if value.op in SHUFFLING_LOADERS:
            asked = value.detail.get("shuffle")
            if asked is not None and not is_const(asked, True):
                return None
            return Shuffled(value, "once" if cached else "anew")
        if value.op == ".shuffle":
            fixed = value.detail.get("reshuffle_each_iteration")
            fixed = fixed or (value.parents[3] if len(value.parents) > 3 else None)
            once = cached or is_const(fixed, False)
            return Shuffled(value, "once" if once else "anew")
        if value.op not in _PASSED_ON or not value.parents:
            return None
        cached = cached or value.op == ".cache"
        value = value.parents[0]
    return None


def reads_file_order(labels: Value, stream: Shuffled) -> bool:
    """True if labels are the generator's own list, which keeps the order of the files."""
    return any(
        isinstance(found, Data)
        and found.op in _ORDERED_ATTRIBUTES
        and any(parent.uid == stream.base.uid for parent in ancestry(found, 20))
        for found in ancestry(labels)
    )


def comes_from_stream(value: Value, stream: Shuffled) -> bool:
    """True if a value is made from what a stream hands out."""
    return any(found.uid == stream.base.uid for found in ancestry(value))


def passes_of(value: Value) -> dict[int, set[int]]:
    """The elements of streams in a value: by the stream's base, which is shuffled anew."""
    found: dict[int, set[int]] = {}
    for element in ancestry(value):
        if isinstance(element, Data) and element.op == "element" and element.parents:
            stream = shuffled(element.parents[0])
            if stream is not None and stream.order == "anew":
                found.setdefault(stream.base.uid, set()).add(element.uid)
    return found


def from_different_passes(one: Value, other: Value) -> bool:
    """True if two values were collected in two passes over one stream that is shuffled anew."""
    first, second = passes_of(one), passes_of(other)
    return any(not (first[base] & second[base]) for base in first.keys() & second.keys())


def is_plain(value: Value) -> bool:
    """True for a literal, such as a threshold, and for nothing at all."""
    return isinstance(value, Const) or (
        isinstance(value, Items) and all(constant(item) is not None for item in value.items)
    )


def compared(event: Event) -> tuple[Value, Value, bool] | None:  # noqa: PLR0911  (one return for each kind)
    """Labels and predictions that a call or an operation compares, and whether it is a metric."""
    given = dict(enumerate(event.args))
    one = event.kwargs.get("y_true", given.get(0)) or event.kwargs.get("labels")
    other = event.kwargs.get("y_pred", event.kwargs.get("y_score", given.get(1)))
    other = other or event.kwargs.get("predictions")
    if event.kind == "compare" and event.name in {"Eq", "NotEq"}:
        return event.args[0], event.args[1], False
    if event.kind == "binop" and event.name == "-":
        return event.args[0], event.args[1], False
    if event.kind != "call" or one is None or other is None:
        return None
    last = event.name.rsplit(".", 1)[-1]
    api = getattr(event.target, "api", "")
    if event.name.startswith(("sklearn.metrics.", "keras.metrics.", "keras.losses.")):
        return one, other, last[:1].islower() and not last.startswith(("pairwise", "plot"))
    if last in {"confusion_matrix", "crosstab", "equal", "array_equal", "not_equal"}:
        return one, other, last in {"confusion_matrix", "crosstab"}
    if event.name in {".update_state", "()"} and api.startswith(
        ("keras.metrics.", "keras.losses.")
    ):
        return one, other, True
    return None


def is_about_all(value: Value) -> bool:
    """True for what a stream says of all its rows, such as ``.class_indices``."""
    return isinstance(value, Data) and value.op in _OF_ALL_ROWS


def put_side_by_side(event: Event) -> Iterator[tuple[Value, list[Value]]]:
    """What a call or an assignment puts row by row beside something else, and what that is.

    Args:
        event: ``table["guess"] = values``, ``DataFrame({"file": a, "guess": b})`` or ``zip(a, b)``.
    """
    if event.kind == "set" and event.name == "[]" and event.target is not None:
        yield event.args[1], [event.target]
        return
    if event.name == ".assign" and event.target is not None:
        yield from ((value, [event.target]) for value in event.kwargs.values())
        return
    given = list(event.args)
    if event.name == "pandas.DataFrame":
        table = event.argument("data", 0)
        given = list(table.entries.values()) if isinstance(table, Table) else []
    elif event.name != "builtins.zip":
        return
    for value in given if len(given) > 1 else ():
        yield value, [other for other in given if other is not value]
