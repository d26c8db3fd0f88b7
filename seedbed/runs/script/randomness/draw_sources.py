"""Which source a random number is drawn for: decided by who asks, from the inside out."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from seedbed.runs.script.hooks.calls.places import GENERATED

_KERAS = r"/(?:tf_)?keras/(?:src/)?"
_SOURCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), source)
    for pattern, source in (
        (_KERAS + r"initializers/", "init"),
        (_KERAS + r"layers/preprocessing/", "augmentation"),
        (_KERAS + r"layers/", "dropout"),
        (_KERAS + r"trainers/data_adapters/", "order"),
        (_KERAS + r"engine/data_adapter", "order"),
        (_KERAS + r"engine/training", "order"),
        (_KERAS + r"utils/(?:image_)?dataset", "order"),
        (r"/tensorflow/python/data/ops/shuffle_op", "order"),
        (r"/sklearn/model_selection/", "split"),
        (r"/torch/nn/init", "init"),
        (r"/torch/nn/modules/dropout", "dropout"),
        (r"/torch/utils/data/dataset", "split"),
        (r"/torch/utils/data/", "order"),
        (r"/torchvision/transforms/", "augmentation"),
    )
)
_IMAGE_GENERATOR = re.compile(_KERAS + r"(?:legacy/)?preprocessing/image")
_BASE_LAYER = re.compile(_KERAS + r"engine/base_layer")
_LAYERS = re.compile(_KERAS + r"layers/")
_SKLEARN = re.compile(r"/sklearn/(?!utils/|model_selection/)")
_IMPORTING = "<frozen importlib"
_RECURRENT = re.compile(_KERAS + r"layers/rnn/")
IMPORTS = "imports"
"""The source of what libraries draw while they are imported, and of seeds for generators that
nothing draws from; it stays the same in every run."""
_ORDERING = frozenset({"_set_index_array", "on_epoch_end", "reset", "_flow_index"})
_REARRANGES = frozenset(
    {"permutation", "shuffle", "sample", "choice", "permuted", "resample", "randperm"}
)
"""Functions that put rows in another order: a split before the first fit, an order after it."""


LISTING = ("/glob.py", "/pathlib.py", "/os.py", "<frozen os>", "/fnmatch.py")
"""Files of the standard library that list folders on behalf of the script."""


@dataclass(frozen=True)
class Place:
    """Who asks for a random number.

    Attributes:
        source: ``init``, ``order``, ``dropout``, ``augmentation``, ``split``, ``line 14``, or
            ``other`` where no line of the script leads to the draw.
        line: Line of the script that leads to the draw; empty where there is none.
        direct: Whether that line asks itself, with no library in between but what lists folders.
        sklearn: Whether it asks through scikit-learn, which takes seeds as ``random_state``.
    """

    source: str
    line: str
    direct: bool
    sklearn: bool = False


def place_of_draw(
    folder: str, line_of: Callable[[str, int], str], function: str, has_fitted: bool
) -> Place:
    """Walk outwards from the draw until somebody is known.

    Args:
        folder: Where the script and its files lie, as a prefix of their paths.
        line_of: File and row → the line in the user's words.
        function: What was called, such as ``permutation``.
        has_fitted: Whether a model was trained already.
    """
    source, line, between, of_estimator, sklearn = "", "", False, False, False
    rearranging = function
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not line:
        name = frame.f_code.co_filename
        if name.startswith(folder) and GENERATED not in name:
            line = line_of(name, frame.f_lineno)
        elif name.startswith(_IMPORTING) or (not source and _never_drops(frame)):
            return Place(IMPORTS, "", direct=False)
        elif not _is_passed_over(name):
            between = True
            sklearn = sklearn or "/sklearn/" in name
            of_estimator = of_estimator or (not source and bool(_SKLEARN.search(name)))
            if not of_estimator:  # what trains it, such as cross_val_score, draws nothing here
                source = source or _source_of(name, frame.f_code.co_name) or _of_layer(frame)
            if frame.f_code.co_name in _REARRANGES:
                rearranging = frame.f_code.co_name
        frame = frame.f_back
    if not source:
        source = _of_line(line, "" if of_estimator else rearranging, has_fitted)
    return Place(source, line, bool(line) and not between, sklearn)


def is_called_by_script(folder: str, line_of: Callable[[str, int], str]) -> bool:
    """Whether a line of the script itself calls what runs now, with no library in between."""
    return place_of_draw(folder, line_of, "", False).direct


def _source_of(name: str, function: str) -> str:
    if _IMAGE_GENERATOR.search(name):
        return "order" if function in _ORDERING else "augmentation"
    return next((source for pattern, source in _SOURCES if pattern.search(name)), "")


def _of_layer(frame: FrameType) -> str:
    """Of a layer of Keras 2 that takes its seed as it is built: what kind of layer it is."""
    if not _BASE_LAYER.search(frame.f_code.co_filename):
        return ""
    module = "/" + type(frame.f_locals.get("self")).__module__.replace(".", "/")
    return _source_of(module, "") if _LAYERS.search(module) else ""


def _never_drops(frame: FrameType) -> bool:
    """Whether a recurrent layer without dropout makes the generator that it would drop with."""
    made = frame.f_locals
    return (
        bool(_RECURRENT.search(frame.f_code.co_filename))
        and frame.f_code.co_name == "__init__"
        and made.get("dropout") == 0
        and made.get("recurrent_dropout") == 0
    )


def _of_line(line: str, function: str, has_fitted: bool) -> str:
    if not line:
        return "other"
    if function.rsplit(".", 1)[-1] in _REARRANGES:
        return "order" if has_fitted else "split"
    return line


def _is_passed_over(name: str) -> bool:
    return "/seedbed/runs/" in name or GENERATED in name or name.endswith(LISTING)
