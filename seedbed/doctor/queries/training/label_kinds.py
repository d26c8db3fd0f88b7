"""Whether labels are integers or one-hot rows, where the script shows it."""

from typing import Literal

from seedbed.doctor.interpreter.values import Data, Items, Made, Value, constant
from seedbed.doctor.queries.wording import short

LabelKind = Literal["integer", "one-hot", ""]

_SAME_LABELS = {
    ".astype", ".ravel", ".copy", ".to_numpy", ".numpy", ".squeeze", ".flatten", ".tolist",
    "numpy.array", "numpy.asarray", "numpy.squeeze", "numpy.ravel", "tensorflow.cast",
    "tensorflow.convert_to_tensor", "attr:values", "split:train", "split:held", "slice",
    "in-place.shuffle", "numpy.random.permutation",
}  # fmt: skip
_SAME_STREAM = {
    ".prefetch", ".cache", ".shuffle", ".take", ".skip", ".repeat", ".with_options", ".batch",
}  # fmt: skip
_ONE_HOT = {
    "keras.utils.to_categorical", "keras.utils.np_utils.to_categorical", "tensorflow.one_hot",
    "keras.ops.one_hot", "keras.backend.one_hot", "pandas.get_dummies",
}  # fmt: skip
_INTEGER = {"numpy.argmax", ".argmax", "tensorflow.argmax", "attr:codes"}
_BY_ENCODER: dict[str, LabelKind] = {"LabelEncoder": "integer", "OneHotEncoder": "one-hot"}
_CLASSES = {"mnist", "fashion_mnist", "cifar10", "cifar100", "reuters"}
_FOLDER = "keras.utils.image_dataset_from_directory"
_FOLDER_KINDS: dict[object, LabelKind] = {"int": "integer", "categorical": "one-hot"}
_FLOWS = {".flow_from_directory", ".flow_from_dataframe"}
_FLOW_KINDS: dict[object, LabelKind] = {"sparse": "integer", "categorical": "one-hot"}


def labels_of_stream(value: Value | None) -> LabelKind:
    """The kind of the labels that a data set or generator hands out."""
    for _ in range(30):
        if not isinstance(value, Data):
            break
        if value.op == _FOLDER:
            return _option(value, "label_mode", _FOLDER_KINDS, "int")
        if value.op in _FLOWS:
            return _option(value, "class_mode", _FLOW_KINDS, "categorical")
        if value.op == "tensorflow.data.Dataset.from_tensor_slices" and value.parents:
            pair = value.parents[0]
            given = pair.items if isinstance(pair, Items) and not pair.open else []
            return kind_of_labels(given[1]) if len(given) == 2 else ""
        if value.op not in _SAME_STREAM or not value.parents:
            break
        value = value.parents[0]
    return ""


def _option(loader: Data, name: str, kinds: dict[object, LabelKind], default: str) -> LabelKind:
    """The kind that an option of a loader asks for."""
    if "**" in loader.detail:
        return ""
    given = loader.detail.get(name)
    return kinds.get(default if given is None else constant(given), "")


def kind_of_labels(value: Value | None) -> LabelKind:
    """The kind of labels in an array; empty where a step on the way cannot be read."""
    for _ in range(40):
        if not isinstance(value, Data):
            return ""
        known = _kind(value)
        if known:
            return known
        rows = value.op == "index" and constant(value.parents[1]) is None
        if not value.parents or not (value.op in _SAME_LABELS or rows):
            return ""
        value = value.parents[0]
    return ""


def _kind(value: Data) -> LabelKind:
    """What a step itself says of the labels that it makes."""
    if value.op in _ONE_HOT:
        return "one-hot"
    if value.op in _INTEGER:
        return "integer"
    maker = value.parents[0] if value.parents else None
    if value.op in {".fit_transform", ".transform"} and isinstance(maker, Made):
        return _BY_ENCODER.get(short(maker), "")
    if value.role is not None and value.op.endswith(".labels"):
        return "integer" if value.op.split(".")[2] in _CLASSES else ""
    eye = (
        value.op == "index"
        and isinstance(maker, Data)
        and maker.op in {"numpy.eye", "numpy.identity"}
    )
    return "one-hot" if eye else ""
