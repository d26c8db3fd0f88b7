"""Methods, arguments and TensorFlow 1 names that are gone, by how a call or an attribute looks."""

import ast
import re
from collections.abc import Iterator

METHODS = {
    "fit_generator": "model.fit(generator)",
    "evaluate_generator": "model.evaluate(generator)",
    "predict_generator": "model.predict(generator)",
    "predict_classes": "model.predict(x).argmax(axis=1)",
    "to_yaml": "model.to_json()",
    "get_output_at": "layer.output",
    "get_input_at": "layer.input",
}
"""Methods of a model that are gone. ``predict_proba`` is not here: scikit-learn has it too."""

OF_OWNERS = {
    ("optimizer", "lr"): "optimizer.learning_rate",
    ("model", "reset_states"): "layer.reset_states() of each recurrent layer",
    ("metric", "reset_states"): "metric.reset_state()",
    ("acc", "reset_states"): "metric.reset_state()",
    ("accuracy", "reset_states"): "metric.reset_state()",
    ("loss", "reset_states"): "metric.reset_state()",
}
"""How an owner's name ends, and its attribute, where only such an owner lacks it today."""
ATTRIBUTES_OF_OWNERS = {attribute for _, attribute in OF_OWNERS}

GRAPH = {
    "placeholder": "keras.Input",
    "get_variable": "tf.Variable",
    "app": "absl.app",
    "flags": "argparse, or absl.flags",
    "layers": "keras.layers",
    "contrib": "keras, or the packages that it was split into",
    "train.AdamOptimizer": "keras.optimizers.Adam",
    "train.GradientDescentOptimizer": "keras.optimizers.SGD",
    "train.MomentumOptimizer": "keras.optimizers.SGD(momentum=…)",
    "train.RMSPropOptimizer": "keras.optimizers.RMSprop",
    "train.AdagradOptimizer": "keras.optimizers.Adagrad",
    "train.Saver": "model.save_weights",
}
"""Attributes of TensorFlow 1 that only a graph script needs, or that nothing puts back."""

TENSORFLOW = {
    "Session": "eager execution: call the model, or tf.function",
    "InteractiveSession": "eager execution: call the model, or tf.function",
    "ConfigProto": "tf.config",
    "GPUOptions": "tf.config.experimental.set_memory_growth",
    "get_default_graph": "eager execution: no graph is needed",
    "reset_default_graph": "keras.utils.clear_session()",
    "global_variables_initializer": "eager execution: nothing is to be initialised",
    "set_random_seed": "tf.random.set_seed",
    "random_normal": "tf.random.normal",
    "random_uniform": "tf.random.uniform",
    "truncated_normal": "tf.random.truncated_normal",
    "logging": "logging, or tf.get_logger()",
    "estimator": "a Keras model with fit and evaluate",
    "train.get_or_create_global_step": "a tf.Variable that counts the steps",
    "enable_eager_execution": "nothing: TensorFlow 2 always runs eagerly",
    "random_crop": "tf.image.random_crop",
    "to_int32": "tf.cast(x, tf.int32)",
    "to_int64": "tf.cast(x, tf.int64)",
    "ceil": "tf.math.ceil",
    "div": "tf.math.divide",
    "is_nan": "tf.math.is_nan",
    "count_nonzero": "tf.math.count_nonzero",
    "gfile": "tf.io.gfile",
    "to_float": "tf.cast(x, tf.float32)",
    "log": "tf.math.log",
    **GRAPH,
}
"""Attributes of TensorFlow 1 that ``import tensorflow as tf`` no longer gives."""

OPTIMISERS = {"Adam", "SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl"}
CONVOLUTIONS = {"Conv1D", "Conv2D", "Convolution2D"}
WEIGHTED = {"Dense", "Conv2D", "Convolution2D"}
ARGUMENTS = {
    "lr": "learning_rate=",
    "decay": "keras.optimizers.schedules.InverseTimeDecay",
    "init": "kernel_initializer=",
    "border_mode": "padding=",
    "subsample": "strides=",
    "nb_epoch": "epochs=",
    "samples_per_epoch": "steps_per_epoch=",
    "nb_val_samples": "validation_steps=",
    "output_dim": "units=",
    "nb_filter": "filters=",
    "inner_activation": "recurrent_activation=",
    "dropout_W": "dropout=",
    "dropout_U": "recurrent_dropout=",
    "W_regularizer": "kernel_regularizer=",
    "b_regularizer": "bias_regularizer=",
    "W_constraint": "kernel_constraint=",
    "dim_ordering": "data_format=",
}
CALLED = {
    "lr": OPTIMISERS,
    "decay": OPTIMISERS,
    "init": {*WEIGHTED, "LSTM", "Embedding"},
    "border_mode": {*CONVOLUTIONS, "MaxPooling2D"},
    "subsample": CONVOLUTIONS,
    "nb_epoch": {"fit", "fit_generator"},
    "samples_per_epoch": {"fit_generator"},
    "nb_val_samples": {"fit_generator"},
    "output_dim": {"Dense", "LSTM", "GRU"},
    "nb_filter": CONVOLUTIONS,
    "inner_activation": {"LSTM", "GRU"},
    "dropout_W": {"LSTM", "GRU"},
    "dropout_U": {"LSTM", "GRU"},
    "W_regularizer": WEIGHTED,
    "b_regularizer": WEIGHTED,
    "W_constraint": WEIGHTED,
    "dim_ordering": {"Conv2D", "Convolution2D", "MaxPooling2D", "Flatten"},
}
"""Old name of an argument → the calls that it is old in."""

IGNORED = {"decay"}
"""Arguments that Keras 3 takes and ignores, so that a script runs without what it asks for."""

STEPS = {"steps_per_epoch", "validation_steps", "steps"}
"""Arguments that must be whole numbers since Keras 3."""

TRAINING = {"fit", "fit_generator", "evaluate", "predict", "evaluate_generator"}
OLD_KEYS = {"acc": "accuracy", "val_acc": "val_accuracy"}
"""Keys of a fit's history until Keras 2.2 → since then."""


def gone_of_owner(node: ast.Attribute) -> Iterator[tuple[str, str]]:
    """An attribute that is gone of what its owner's name says it is, and what replaces it."""
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    for (ending, attribute), instead in OF_OWNERS.items():
        if node.attr == attribute and re.search(rf"(^|_){ending}(_metric)?$", str(name)):
            yield f".{ending}.{attribute}", instead
            return


def gone_in_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    """Arguments that a call names in a way of before, and what replaces them."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    called = node.func.id if isinstance(node.func, ast.Name) else called
    for keyword in node.keywords:
        name = keyword.arg or ""
        if called in CALLED.get(name, ()):
            yield f"{called}({name}=…)", ARGUMENTS[name]
        elif name in STEPS and called in TRAINING and _is_division(keyword.value):
            yield f"{called}({name}=a / b)", f"{name}=a // b, a whole number"


def _is_division(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def old_history_keys(nodes: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, str, str]]:
    """Places that read a history under the names that it had until Keras 2.2.

    Args:
        nodes: Every list, tuple and subscript of the script. Where ``"acc"`` stands in a list, it
            may be a metric's name as the script wants it, and nothing is found.
    """
    listed = {
        part.value
        for node in nodes
        if isinstance(node, ast.List | ast.Tuple)
        for part in node.elts
        if isinstance(part, ast.Constant)
    }
    if "acc" in listed:
        return
    for node in nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
            held = ast.unparse(node.value)
            if key in OLD_KEYS and ("hist" in held.lower() or held == "logs"):
                yield node, f"{held}[{key!r}]", f"{held}[{OLD_KEYS[key]!r}]"
