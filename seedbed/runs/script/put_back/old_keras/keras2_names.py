"""Functions, classes and settings of Keras 1 and 2 that tf-keras no longer has."""

import importlib
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from seedbed.runs.script.put_back.old_keras.hdf5_matrix import hdf5_matrix
from seedbed.runs.script.put_back.tensorflow1 import NoSession
from seedbed.runs.script.put_back.uses import OldUses

LAYERS = {"Deconvolution2D": "Conv2DTranspose"}
CUDNN = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}
ALIASES = {
    "initializers": {
        "normal": "RandomNormal",
        "uniform": "RandomUniform",
        "zero": "Zeros",
        "one": "Ones",
    },
    "regularizers": {"l1l2": "l1_l2", "WeightRegularizer": "L1L2", "activity_l2": "l2"},
    "constraints": {"maxnorm": "MaxNorm", "nonneg": "NonNeg", "unitnorm": "UnitNorm"},
}


def restore_names(keras: Any, uses: OldUses, graph: bool = False) -> None:
    """Add what is missing.

    Args:
        keras: tf-keras.
        uses: Where the uses are recorded.
        graph: Whether it builds graphs, which keep functions and sessions of their own.
    """
    for module, names in ALIASES.items():
        place = getattr(keras, module)
        for old, new in names.items():
            setattr(place, old, getattr(place, new))
    for old, new in LAYERS.items():
        setattr(keras.layers, old, getattr(keras.layers, new))
    for old, new in CUDNN.items():  # these have always gated with a sigmoid
        layer = partial(getattr(keras.layers, new), recurrent_activation="sigmoid")
        setattr(keras.layers, old, layer)
    _restore_layers(keras, uses)
    _restore_backend(keras)
    if graph:
        _restore_graphs(keras)
    else:
        _restore_functions(keras, uses)
    _restore_utils(keras, uses)


def _restore_layers(keras: Any, uses: OldUses) -> None:
    from seedbed.runs.script.put_back.old_keras import keras1_layers

    layers = keras.layers
    layers.merge = keras1_layers.merge_function(layers, uses)
    layers.Merge = keras1_layers.merge_layer(keras)
    layers.MaxoutDense, layers.Highway = keras1_layers.dense_layers(keras)
    layers.AtrousConvolution2D = layers.Conv2D
    layers.TimeDistributedDense = lambda *args, **named: layers.TimeDistributed(
        layers.Dense(*args, **named)
    )
    conv = layers.Conv2D

    def convolution2d(*args: object, **named: object) -> object:
        """Keras 1's name: filters, rows, columns."""
        if len(args) > 2:
            uses.tell("Convolution2D(filters, rows, columns)", "Conv2D(filters, kernel_size)")
            args = (args[0], tuple(args[1:3]), *args[3:])
        return conv(*args, **named)

    layers.Convolution2D = convolution2d
    layers.AtrousConvolution2D = convolution2d


def _restore_backend(keras: Any) -> None:
    backend = keras.backend
    import tensorflow as tf

    backend.tf = tf
    backend.tensorflow_backend = backend
    backend._get_available_gpus = lambda: [
        one.name for one in tf.config.list_logical_devices("GPU")
    ]
    backend.image_dim_ordering = lambda: (
        "th" if backend.image_data_format() == "channels_first" else "tf"
    )

    def set_image_dim_ordering(order: str) -> None:
        formats = {"th": "channels_first", "tf": "channels_last"}
        backend.set_image_data_format(formats[order])

    backend.set_image_dim_ordering = set_image_dim_ordering


def _restore_graphs(keras: Any) -> None:
    """The session that runs the graphs."""
    own = importlib.import_module("tf_keras.src.backend")
    keras.backend.get_session, keras.backend.set_session = own.get_session, own.set_session


def _restore_functions(keras: Any, uses: OldUses) -> None:
    """What needs no graph: functions of a model's inputs, a session without anything to run."""
    backend, session = keras.backend, NoSession()
    backend.get_session = lambda: session
    backend.set_session = lambda _session=None: None
    backend.function = _function_of(keras)
    original = backend.set_learning_phase

    def set_learning_phase(value: object) -> None:
        """Outside a graph it has no effect on ``fit`` and ``predict``."""
        uses.warn(
            f"calls K.set_learning_phase({value}): fit still trains and predict still predicts, "
            "as they choose the phase themselves"
        )
        original(value)

    backend.set_learning_phase = set_learning_phase


def _function_of(keras: ModuleType) -> Callable[..., object]:
    def function(inputs: Any, outputs: Any, updates: Any = None, **_: Any) -> Callable[..., Any]:
        """``K.function([model.input, K.learning_phase()], [layer.output])``."""
        del updates
        given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        tensors = [n for n, one in enumerate(given) if hasattr(one, "shape")]
        model = keras.Model([given[n] for n in tensors], outputs)

        def call(values: Any) -> Any:
            values = list(values) if isinstance(values, list | tuple) else [values]
            phases = [v for n, v in enumerate(values) if n not in tensors]
            chosen = [values[n] for n in tensors]
            training = bool(phases[0]) if phases else False
            found = model(chosen[0] if len(chosen) == 1 else chosen, training=training)
            if isinstance(outputs, list | tuple):
                found = found if isinstance(found, list | tuple) else [found]
                return [one.numpy() for one in found]
            return found.numpy()

        return call

    return function


def _restore_utils(keras: Any, uses: OldUses) -> None:
    utils = keras.utils
    original = utils.to_categorical

    def to_categorical(
        y: object, num_classes: object = None, dtype: str = "float32", **old: object
    ) -> object:
        if "nb_classes" in old:
            uses.tell("to_categorical(nb_classes=…)", "num_classes=")
            num_classes = old.pop("nb_classes")
        return original(y, num_classes, dtype, **old)

    utils.to_categorical = to_categorical
    old = importlib.import_module("tf_keras.src.utils.np_utils")
    old.to_categorical = to_categorical  # type: ignore[attr-defined]
    old.probas_to_classes = lambda p: p.argmax(-1)  # type: ignore[attr-defined]
    old.categorical_probas_to_classes = lambda p: p.argmax(-1)  # type: ignore[attr-defined]
    utils.HDF5Matrix = hdf5_matrix
    utils.print_summary = lambda model, *args, **named: model.summary(*args, **named)
    draw = utils.plot_model

    def plot_model(*args: object, **named: object) -> object:
        try:
            return draw(*args, **named)
        except ImportError:
            uses.warn("draws the network, which needs pydot and Graphviz: the picture is left out")
            return None

    utils.plot = utils.plot_model = plot_model
    importlib.import_module("tf_keras.src.utils.vis_utils").plot_model = plot_model  # type: ignore[attr-defined]

    def multi_gpu_model(model: object, gpus: object = None, **_: object) -> object:
        uses.warn(f"asks for {gpus} GPUs with multi_gpu_model: it trains on one device")
        return model

    utils.multi_gpu_model = multi_gpu_model
