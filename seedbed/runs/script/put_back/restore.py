"""Everything that a script of older years needs, put back before it starts."""

import ast
from collections.abc import Sequence
from typing import Any

from seedbed.doctor.keras3.outdated_calls import OLD_KEYS
from seedbed.doctor.keras3.outdated_code import outdated
from seedbed.doctor.source.module import Module
from seedbed.runs.keras_private import trainer_classes
from seedbed.runs.script.keras_choice import NOWHERE, KerasChoice, outdated_elsewhere
from seedbed.runs.script.put_back.uses import OldUses

OLD_PANDAS = (".as_matrix", ".ix[", "delim_whitespace", "error_bad_lines")
"""Words that a script written for pandas before 1.0 has."""


def restore(modules: Sequence[Module], choice: KerasChoice, uses: OldUses, as_of: int = 0) -> None:
    """Put back what the script and the files that it imports use.

    Args:
        modules: The script first, then the files.
        choice: The Keras that it runs on.
        uses: Where the uses are recorded.
        as_of: Year whose defaults of Keras are wanted; 0 for today's.
    """
    from seedbed.runs.script.put_back import elsewhere, pandas_names, sklearn_names
    from seedbed.runs.script.put_back.old_keras.defaults_by_year import watch_defaults
    from seedbed.runs.script.put_back.old_keras.tensorboard import leave_out_tensorboard

    places = [one for module in modules for one in outdated(module)]
    gone = {one.what for one in places if outdated_elsewhere(one)}
    elsewhere.restore_elsewhere(gone)
    elsewhere.restore_python_2(_never_bound(modules))
    sklearn_names.restore_sklearn(gone)
    sklearn_names.accept_old_arguments(uses, "\n".join(one.source for one in modules))
    if choice.version == 2 or any(word in one.source for one in modules for word in OLD_PANDAS):
        pandas_names.restore_pandas(uses)
    own = outdated(modules[0])
    if choice.version == 2:
        _restore_keras_2(modules, uses, choice.graph)
        uses.add([one for one in own if not one.what.startswith(NOWHERE)])
    else:
        uses.add([one for one in own if outdated_elsewhere(one)])
    import keras

    watch_defaults(keras, choice.version, as_of, uses)
    leave_out_tensorboard(keras.callbacks, uses)


def _restore_keras_2(modules: Sequence[Module], uses: OldUses, graph: bool) -> None:
    import tensorflow as tf

    from seedbed.runs.script.put_back import tensorflow1
    from seedbed.runs.script.put_back.old_keras import (
        keras1_arguments,
        keras1_custom_layers,
        keras1_metrics,
        keras2_modules,
        keras2_names,
        keras2_optimizers,
        keras2_training,
    )

    legacy_copy = any("tensorflow.python.keras" in module.source for module in modules)
    keras: Any = keras2_modules.use_keras_2(legacy_copy)
    if graph:
        tensorflow1.build_graphs(tf, keras.backend)
    tensorflow1.restore_tensorflow(tf, graph)
    keras1_arguments.translate_layers(keras.layers, uses)
    keras1_arguments.translate_model(keras, uses)
    keras1_custom_layers.restore_set_weights(keras.layers.Layer)
    keras2_names.restore_names(keras, uses, graph)
    keras2_optimizers.restore_optimizers(keras.optimizers, uses)
    keras1_metrics.restore_metrics(keras, uses)
    keras2_optimizers.share_optimizers(keras.Model, keras.optimizers, uses)
    keras2_training.report_ignored_arguments(keras.callbacks, uses)
    if _reads_old_metric_names(modules):
        keras2_training.restore_metric_names(keras.callbacks)


def restore_calls(choice: KerasChoice, uses: OldUses) -> None:
    """Have a model's methods take their old arguments, outside whatever watches them.

    Args:
        choice: The Keras that the script runs on.
        uses: Where the uses are recorded.
    """
    if choice.version == 2:
        from seedbed.runs.script.put_back.old_keras.keras2_training import restore_training

        restore_training(trainer_classes(2, choice.graph)[0], uses)
    else:
        from seedbed.runs.script.put_back.old_keras.keras3_metric_names import (
            restore_metrics_names,
        )

        restore_metrics_names(trainer_classes(3)[0], uses)


def _reads_old_metric_names(modules: Sequence[Module]) -> bool:
    """Whether a text such as ``val_acc`` or ``{val_acc:.2f}`` stands somewhere."""
    texts = [
        node.value
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return any(text in OLD_KEYS or "{acc" in text or "{val_acc:" in text for text in texts)


def _never_bound(modules: Sequence[Module]) -> set[str]:
    read: set[str] = set()
    bound: set[str] = set()
    for module in modules:
        for node in module.nodes:
            if isinstance(node, ast.Name):
                (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
    return read - bound
