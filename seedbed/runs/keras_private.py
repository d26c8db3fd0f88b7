"""The private class of Keras that defines ``fit``."""

from typing import Any


def trainer_classes(version: int) -> tuple[Any, Any]:
    """Return the class that defines ``fit``, private in Keras 3, and ``History``.

    tests/runs/test_script_old_keras.py fails when a Keras moves them.
    """
    if version == 2:
        from tf_keras import Model
        from tf_keras.callbacks import History

        return Model, History
    from keras.callbacks import History as HistoryOf3
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    return TensorFlowTrainer, HistoryOf3


def callback_list(version: int) -> Any:
    """The class through which a Keras tells callbacks; public, here beside its relatives."""
    if version == 2:
        from tf_keras.callbacks import CallbackList
    else:
        from keras.callbacks import CallbackList
    return CallbackList
