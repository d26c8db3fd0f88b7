"""What an older script says that Keras 3 or TensorFlow 2 no longer knows, line by line.

Imports are in ``removed_names``; here are calls and arguments as well. A test holds the table to
the Keras that is installed.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.keras3.removed_names import gone_in_keras_3
from seedbed.doctor.source.module import Module

METHODS = {
    "fit_generator": "model.fit(generator)",
    "evaluate_generator": "model.evaluate(generator)",
    "predict_generator": "model.predict(generator)",
    "predict_classes": "model.predict(x).argmax(axis=1)",
    "to_yaml": "model.to_json()",
}
"""Methods of a model that are gone. ``predict_proba`` is not here: scikit-learn has it too."""

TENSORFLOW = {
    "Session": "eager execution: call the model, or tf.function",
    "InteractiveSession": "eager execution: call the model, or tf.function",
    "ConfigProto": "tf.config",
    "GPUOptions": "tf.config.experimental.set_memory_growth",
    "placeholder": "keras.Input",
    "get_default_graph": "eager execution: no graph is needed",
    "reset_default_graph": "keras.utils.clear_session()",
    "global_variables_initializer": "eager execution: nothing is to be initialised",
    "set_random_seed": "tf.random.set_seed",
    "random_normal": "tf.random.normal",
    "random_uniform": "tf.random.uniform",
    "truncated_normal": "tf.random.truncated_normal",
    "get_variable": "tf.Variable",
    "layers": "keras.layers",
    "contrib": "keras, or the packages that it was split into",
    "app": "absl.app",
    "flags": "argparse, or absl.flags",
    "logging": "logging, or tf.get_logger()",
    "gfile": "tf.io.gfile",
    "to_float": "tf.cast(x, tf.float32)",
    "log": "tf.math.log",
    "train.AdamOptimizer": "keras.optimizers.Adam",
    "train.GradientDescentOptimizer": "keras.optimizers.SGD",
    "train.Saver": "model.save_weights",
}
"""Attributes of TensorFlow 1 that ``import tensorflow as tf`` no longer gives."""

OPTIMISERS = {"Adam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl"}
ARGUMENTS = {
    "lr": "learning_rate=",
    "init": "kernel_initializer=",
    "border_mode": "padding=",
    "subsample": "strides=",
    "nb_epoch": "epochs=",
    "output_dim": "units=",
    "W_regularizer": "kernel_regularizer=",
    "b_regularizer": "bias_regularizer=",
    "dim_ordering": "data_format=",
}
CALLED = {
    "lr": OPTIMISERS,
    "init": {"Dense", "Conv2D", "Convolution2D", "LSTM", "Embedding"},
    "border_mode": {"Conv1D", "Conv2D", "Convolution2D", "MaxPooling2D"},
    "subsample": {"Conv1D", "Conv2D", "Convolution2D"},
    "nb_epoch": {"fit"},
    "output_dim": {"Dense"},
    "W_regularizer": {"Dense", "Conv2D", "Convolution2D"},
    "b_regularizer": {"Dense", "Conv2D", "Convolution2D"},
    "dim_ordering": {"Conv2D", "Convolution2D", "MaxPooling2D", "Flatten"},
}
"""Old name of an argument → the calls that it is old in."""


@dataclass(frozen=True, order=True)
class Outdated:
    """One place that Keras 3 or TensorFlow 2 does not know.

    Attributes:
        line: Line of the script, or of the notebook's cell.
        cell: Number of the notebook's cell; None in a script.
        what: What stands there.
        instead: What replaces it, one line.
        stops: Whether the script cannot get past it: an import at its top, outside ``try``.
        row: Line of the text as it runs, which for a notebook is that of all cells joined.
    """

    line: int
    cell: int | None
    what: str
    instead: str
    stops: bool
    row: int

    @property
    def where(self) -> str:
        """``line 3``, or ``cell 2 line 3``."""
        return f"line {self.line}" if self.cell is None else f"cell {self.cell} line {self.line}"

    def __str__(self) -> str:
        return f"{self.where} uses {self.what}, which is gone; instead: {self.instead}"


def outdated(module: Module) -> list[Outdated]:
    """Every such place of a script or notebook, in the order of its lines.

    Args:
        module: The file as read.
    """
    tops = set(_unconditional(module.tree.body))
    tensorflow = set(_tensorflow_names(module.tree))
    found: dict[tuple[int, str], Outdated] = {}
    for node in module.nodes:
        for what, instead in _gone(node, tensorflow):
            row = int(getattr(node, "lineno", 1))
            place = module.line(row)
            line = " or ".join(instead.split("\n")) if "\n" in instead else instead
            one = Outdated(place.line, place.cell, what, line, node in tops, row)
            found.setdefault((row, what), one)
    return sorted(found.values(), key=lambda one: one.row)


def _unconditional(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Imports that run as soon as the script does, and are not tried."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def _tensorflow_names(tree: ast.Module) -> Iterator[str]:
    """Names under which TensorFlow 2 itself was imported; ``compat.v1`` is another matter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "tensorflow":
                    yield alias.asname or "tensorflow"


def _gone(node: ast.AST, tensorflow: set[str]) -> Iterator[tuple[str, str]]:
    """What a piece of syntax uses that is gone, and what replaces it."""
    yield from gone_in_keras_3(node)
    if isinstance(node, ast.Import | ast.ImportFrom):
        for name in _imported(node):
            if name.startswith(("tensorflow.contrib", "tensorflow.examples")):
                yield name, "keras.datasets, or the packages that it was split into"
    elif isinstance(node, ast.Attribute):
        if node.attr in METHODS:
            yield f".{node.attr}", METHODS[node.attr]
        dotted = ast.unparse(node).split(".") if _is_dotted(node) else []
        if dotted and dotted[0] in tensorflow and ".".join(dotted[1:]) in TENSORFLOW:
            yield ".".join(dotted), TENSORFLOW[".".join(dotted[1:])]
    elif isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        for keyword in node.keywords:
            if called in CALLED.get(keyword.arg or "", ()):
                yield f"{called}({keyword.arg}=…)", ARGUMENTS[keyword.arg or ""]


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names] if not node.level else []


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
