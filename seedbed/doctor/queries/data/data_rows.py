"""Track which rows (training, validation or test) a value holds."""

import re
from collections.abc import Iterator
from typing import Literal

from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Made,
    Name,
    Table,
    Value,
    constant,
    key,
    parents_of,
)

Part = Literal["train", "validation", "test", ""]

_SAME_ROWS_METHODS = {
    ".astype",
    ".reshape",
    ".batch",
    ".prefetch",
    ".cache",
    ".map",
    ".copy",
    ".numpy",
    ".to_numpy",
    ".flow",
    ".repeat",
    ".shuffle",
    ".with_options",
    ".transform",
    ".fit_transform",
    ".unbatch",
    ".rename",
    ".fillna",
    ".float",
    ".interleave",
    ".apply",
    ".as_numpy_iterator",
    ".enumerate",
    ".squeeze",
    ".ravel",
    ".flatten",
    ".tolist",
    ".toarray",
}
_SAME_ROWS_FUNCTIONS = {
    "array",
    "asarray",
    "asfarray",
    "expand_dims",
    "reshape",
    "float32",
    "cast",
    "convert_to_tensor",
    "constant",
    "from_tensor_slices",
    "from_tensors",
    "zip",
    "stack",
    "preprocess_input",
    "to_categorical",
    "pad_sequences",
    "normalize",
    "clip",
    "squeeze",
    "one_hot",
    "list",
    "DataFrame",
    "dstack",
    "repeat",
    "shuffle",
    "permutation",
    "copy",
    "deepcopy",
    "assign",
}
_SCALE = (
    "binop:/",
    "binop:*",
    "binop:-",
    "binop:+",
    "attr:values",
    "attr:T",
    "attr:iloc",
    "attr:loc",
)
_STREAMS = (".flow_from_directory", ".flow_from_dataframe")
_DIRECTORY = (
    "keras.utils.image_dataset_from_directory",
    "keras.utils.text_dataset_from_directory",
    "keras.utils.audio_dataset_from_directory",
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_TEST = {"test", "testing", "tst", "te", "xtest", "ytest", "holdout"}
_VALIDATION = {"val", "valid", "validation", "dev", "xval", "yval", "vali", "eval"}
_TRAIN = {"train", "training", "tr", "trn", "xtrain", "ytrain"}


def source(value: Value | None) -> Value | None:
    """The value from which the rows come, past everything that keeps them.

    Args:
        value: Images, a dataset, a generator, or a pair of images and labels.

    Returns:
        The first value in the chain that chose or loaded the rows.
    """
    for _ in range(60):
        if isinstance(value, Items) and value.items and not value.open:
            value = value.items[0]
        elif isinstance(value, Data) and keeps_rows(value):
            value = _carrier(value)
        else:
            break
    return value


SUMMARIES = {
    "mean", "std", "var", "max", "min", "amax", "amin", "ptp", "median", "mode", "quantile",
    "nanmean", "nanstd", "nanmedian", "sum", "value_counts", "nunique", "corr", "percentile", "agg",
    "describe", "len", "count",
}  # fmt: skip
_SIZES = {"attr:shape", "attr:size", "attr:ndim", "attr:dtype"}
_FIRST_ONLY = {".fillna", ".map", ".replace", ".clip", ".merge", ".join", ".where", ".mask"}


def row_origins(value: Value, limit: int = 400) -> Iterator[Value]:
    """The value and everything its rows were taken from, but not what only gave a statistic."""
    seen: set[int] = set()
    waiting = [value]
    while waiting and len(seen) < limit:
        current = waiting.pop(0)
        if current.uid in seen or (isinstance(current, Data) and current.op in _SIZES):
            continue
        seen.add(current.uid)
        yield current
        if isinstance(current, Data):
            if current.op.rsplit(".", 1)[-1] in SUMMARIES:
                continue
            if current.op in _FIRST_ONLY:
                waiting.extend(current.parents[:1])
                continue
        waiting.extend(parents_of(current))


def keeps_rows(value: Data) -> bool:
    """True for a step that changes rows, but neither chooses nor orders them."""
    if not value.parents or value.role is not None:
        return False
    if value.op in _SAME_ROWS_METHODS or value.op in _SCALE:
        return True
    return value.op.rsplit(".", 1)[-1] in _SAME_ROWS_FUNCTIONS and not value.op.startswith(".")


def _carrier(value: Data) -> Value:
    """The parent that carries the rows: the data, not the scaler or the number."""
    for parent in _carriers_first(value):
        if not isinstance(parent, Const | Made | Name | Table):
            return parent
    return value.parents[0]


def _carriers_first(value: Data) -> tuple[Value, ...]:
    if value.op in {".flow", ".transform", ".fit_transform"}:
        return (*value.parents[1:], value.parents[0])
    return value.parents


def rows(value: Value | None) -> object:
    """A key that is equal for two values that hold the same rows; None for no value."""
    found = source(value)
    if isinstance(found, Data) and (found.op in _STREAMS or found.op in _DIRECTORY):
        options = ("directory", "dataframe", "subset")
        positional = found.parents[1 if found.op in _STREAMS else 0 :][:1]
        first = found.detail.get("directory") or (positional[0] if positional else None)
        rest = tuple(key(found.detail.get(option)) for option in options[1:])
        return ("folder", key(first), *rest)
    return key(found)


def part_of(value: Value | None) -> tuple[Part, bool]:  # noqa: PLR0911  (one return for each kind)
    """Whether the rows are training, validation or test rows, and whether the text shows it.

    Returns:
        The part, and True when a loader or a split says so, False when only a name does.
    """
    if value is None:
        return "", False
    found = source(value)
    if found is None:
        return "", False
    names = [item.hint for item in _chain(value) if item.hint]
    by_name: Part = next((part for name in names if (part := part_by_name(name))), "")
    current: Value | None = found
    for _ in range(30):
        if not isinstance(current, Data):
            break
        if current.role == "test":
            return ("validation" if by_name == "validation" else "test"), True
        if current.role == "train":
            return ("validation" if by_name == "validation" else "train"), True
        if current.op == "split:held":
            return ("validation" if by_name == "validation" else "test"), by_name != ""
        if current.op == "split:train":
            return (by_name or "train"), True
        if current.op in {"slice", "index"} or current.op.startswith("unpack:"):
            current = source(current.parents[0])
        else:
            break
    return by_name or _part_by_folder(found), False


_TO_CLASSES = {
    ".argmax", "numpy.argmax", "keras.ops.argmax", "tensorflow.argmax", "slice", "index",
}  # fmt: skip


def labelled_part(value: Value) -> tuple[Part, bool] | None:
    """The part of the data that inputs, or labels in whichever encoding, belong to.

    Returns:
        The part, and whether the text shows it rather than a name; None if neither says.
    """
    for _ in range(4):
        part, shown = part_of(value)
        if part:
            return part, shown
        if not isinstance(value, Data) or value.op not in _TO_CLASSES or not value.parents:
            return None
        value = value.parents[0]
    return None


def _chain(value: Value | None) -> list[Data]:
    """The values on the way to the source, nearest first."""
    found: list[Data] = []
    for _ in range(60):
        if isinstance(value, Items) and value.items and not value.open:
            value = value.items[0]
            continue
        if not isinstance(value, Data):
            break
        found.append(value)
        if keeps_rows(value):
            value = _carrier(value)
        elif value.op in {"slice", "index"} and value.parents:
            value = value.parents[0]
        else:
            break
    return found


def part_by_name(name: str) -> Part:
    """What a variable's name says about its rows."""
    words = {word.lower() for word in _WORDS.findall(name)}
    if words & _TEST:
        return "test"
    if words & _VALIDATION:
        return "validation"
    return "train" if words & _TRAIN else ""


def _part_by_folder(value: Value) -> Part:
    if not isinstance(value, Data):
        return ""
    for parent in (*value.parents[:2], *value.detail.values()):
        text = constant(parent)
        if isinstance(text, str):
            last = text.rstrip("/").rsplit("/", 1)[-1]
            part = part_by_name(last)
            if part:
                return part
    return ""


def name_of(value: Value | None, fallback: str = "these data") -> str:
    """A name for data in a message."""
    for item in _chain(value):
        if item.hint:
            return item.hint
    return fallback
