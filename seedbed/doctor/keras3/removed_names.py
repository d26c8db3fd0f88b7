"""What older Keras scripts import and Keras 3 no longer has, with what replaces it.

The table is checked against the installed Keras by tests/doctor/test_removed_names.py: every name
in it must fail to import, and every replacement that is an import must work.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache

LAYERS = "from keras import layers"

MODULES: dict[str, str] = {
    "keras.utils.np_utils": "from keras.utils import to_categorical",
    "keras.utils.vis_utils": "from keras.utils import plot_model",
    "keras.utils.visualize_util": "from keras.utils import plot_model",
    "keras.utils.generic_utils": "from keras.utils import get_custom_objects",
    "keras.utils.data_utils": "from keras.utils import get_file, Sequence",
    "keras.utils.conv_utils": "from keras.ops import conv",
    "keras.utils.io_utils": "import h5py",
    "keras.utils.layer_utils": "from keras.utils import get_source_inputs",
    "keras.utils.training_utils": "from keras.distribution import DataParallel",
    "keras.layers.advanced_activations": "from keras.layers import LeakyReLU, PReLU, ELU",
    "keras.layers.normalization": "from keras.layers import BatchNormalization",
    "keras.layers.core": LAYERS,
    "keras.layers.convolutional": LAYERS,
    "keras.layers.pooling": LAYERS,
    "keras.layers.recurrent": LAYERS,
    "keras.layers.embeddings": LAYERS,
    "keras.layers.noise": LAYERS,
    "keras.layers.merge": "from keras.layers import concatenate, add, multiply",
    "keras.layers.wrappers": "from keras.layers import TimeDistributed, Bidirectional",
    "keras.layers.local": "from keras.layers import Conv2D",
    "keras.layers.preprocessing": LAYERS,
    "keras.layers.experimental": LAYERS,
    "keras.engine": "from keras.layers import Layer, InputSpec",
    "keras.initializations": "from keras import initializers",
    "keras.objectives": "from keras import losses",
    "keras.wrappers.scikit_learn": "from keras.wrappers import SKLearnClassifier, SKLearnRegressor",
    "keras.preprocessing.text": "from keras.layers import TextVectorization",
    "keras.callbacks.callbacks": "from keras import callbacks",
    "keras.backend.tensorflow_backend": "from keras import backend, ops",
    "keras.legacy.interfaces": LAYERS,
    "keras.mixed_precision.experimental": "from keras.mixed_precision import set_global_policy",
    "keras.contrib": LAYERS,
    "keras.premade": "from keras import Model",
    "keras.experimental": "from keras.optimizers.schedules import CosineDecay",
    "keras.estimator": "from keras import Model",
}
"""Modules by the name under which scripts import them; submodules are gone with them."""

NAMES: dict[str, str] = {
    "keras.preprocessing.image.ImageDataGenerator": (
        "from keras.utils import image_dataset_from_directory\n"
        "from keras.layers import RandomFlip, RandomRotation, RandomZoom"
    ),
    "keras.preprocessing.sequence.TimeseriesGenerator": (
        "from keras.utils import timeseries_dataset_from_array"
    ),
    "keras.utils.multi_gpu_model": "from keras.distribution import DataParallel",
    "keras.utils.print_summary": "model.summary()",
    "keras.utils.HDF5Matrix": "import h5py",
    "keras.utils.OrderedEnqueuer": "from keras.utils import PyDataset",
    "keras.utils.GeneratorEnqueuer": "from keras.utils import PyDataset",
    "keras.utils.SequenceEnqueuer": "from keras.utils import PyDataset",
    "keras.layers.CuDNNLSTM": "from keras.layers import LSTM",
    "keras.layers.CuDNNGRU": "from keras.layers import GRU",
    "keras.layers.Merge": "from keras.layers import Concatenate, Add, Multiply",
    "keras.layers.merge": "from keras.layers import concatenate, add, multiply",
    "keras.layers.MaxoutDense": "from keras.layers import Dense, Maximum",
    "keras.layers.Highway": "from keras.layers import Dense, Multiply, Add",
    "keras.layers.AtrousConvolution2D": "from keras.layers import Conv2D",
    "keras.layers.Deconvolution2D": "from keras.layers import Conv2DTranspose",
    "keras.layers.LocallyConnected1D": "from keras.layers import Conv1D",
    "keras.layers.LocallyConnected2D": "from keras.layers import Conv2D",
    "keras.layers.ThresholdedReLU": "from keras.layers import ReLU",
    "keras.layers.DenseFeatures": "from keras.utils import FeatureSpace",
    "keras.layers.RandomFourierFeatures": "from keras.layers import Layer",
    "keras.optimizers.adam": "from keras.optimizers import Adam",
    "keras.optimizers.sgd": "from keras.optimizers import SGD",
    "keras.optimizers.rmsprop": "from keras.optimizers import RMSprop",
    "keras.optimizers.TFOptimizer": "from keras.optimizers import Adam",
    "keras.optimizers.experimental": "from keras import optimizers",
    "keras.models.model_from_yaml": "from keras.models import model_from_json",
    "keras.models.Graph": "from keras import Model",
    "keras.backend.set_session": "import tensorflow as tf",
    "keras.backend.get_session": "import tensorflow as tf",
    "keras.backend.set_image_dim_ordering": "from keras.backend import set_image_data_format",
    "keras.backend.image_dim_ordering": "from keras.backend import image_data_format",
    "keras.backend.set_learning_phase": "model(x, training=False)",
    "keras.backend.learning_phase": "model(x, training=False)",
    "keras.backend.get_value": "from keras.ops import convert_to_numpy",
    "keras.backend.function": "from keras import Model",
    "keras.backend.gradients": "from tensorflow import GradientTape",
    "keras.backend.mean": "from keras.ops import mean",
    "keras.backend.sum": "from keras.ops import sum",
    "keras.initializers.normal": "from keras.initializers import RandomNormal",
    "keras.regularizers.l1l2": "from keras.regularizers import l1_l2",
    "keras.regularizers.WeightRegularizer": "from keras.regularizers import L2",
    "keras.constraints.maxnorm": "from keras.constraints import MaxNorm",
}
"""Names that are gone from modules that still exist."""

BACKEND_LEFT = frozenset({
    "backend", "clear_session", "epsilon", "floatx", "get_uid", "image_data_format",
    "is_float_dtype", "is_int_dtype", "is_keras_tensor", "result_type", "set_epsilon",
    "set_floatx", "set_image_data_format", "standardize_dtype",
})  # fmt: skip
"""What ``keras.backend`` still has; the rest is in ``keras.ops`` or gone."""

BACKEND_NOT_IN_TF = frozenset({
    "function", "get_session", "image_dim_ordering", "in_test_phase", "in_train_phase",
    "learning_phase", "placeholder", "random_binomial", "set_image_dim_ordering",
    "set_learning_phase", "set_session", "tensorflow_backend", "tf",
})  # fmt: skip
"""What ``tf.keras.backend`` gave up too, of what scripts call."""

NEW_IN_KERAS_3 = frozenset({
    "keras.ops", "keras.random", "keras.tree", "keras.distribution", "keras.distillation",
    "keras.quantizers", "keras.dtype_policies", "keras.remat", "keras.device", "keras.Variable",
    "keras.KerasTensor", "keras.utils.PyDataset", "keras.saving.KerasFileEditor",
    "keras.layers.MelSpectrogram", "keras.layers.RandAugment", "keras.layers.MixUp",
    "keras.layers.CutMix", "keras.layers.RMSNormalization", "keras.layers.GroupQueryAttention",
    "keras.layers.TFSMLayer", "keras.optimizers.Lamb", "keras.optimizers.Muon",
    "keras.callbacks.SwapEMAWeights", "keras.callbacks.OrbaxCheckpoint",
    "keras.datasets.california_housing",
})  # fmt: skip
"""What no Keras before 3 has."""

STILL_IN_TF = {
    "keras.preprocessing.image.ImageDataGenerator",
    "keras.preprocessing.sequence.TimeseriesGenerator",
    "keras.preprocessing.text",
    "keras.backend.mean",
    "keras.backend.sum",
    "keras.backend.get_value",
    "keras.backend.gradients",
    "keras.layers.ThresholdedReLU",
}
"""What ``tf.keras`` kept although ``keras`` gave it up."""


@lru_cache(maxsize=4096)
def gone_name(name: str) -> tuple[str, str] | None:
    """The entry for a dotted name that an attribute stands for, such as ``keras.backend.tf``.

    Args:
        name: The whole name, beginning with ``keras`` or with TensorFlow's path to it.

    Returns:
        The name as Keras knew it, and the lines that replace it; None if it still exists.
    """
    path, through_tf = keras_path(name)
    parts = path.split(".")
    for length in range(len(parts), 1, -1):
        full = ".".join(parts[:length])
        if full in NAMES and not (through_tf and full in STILL_IN_TF):
            return full, NAMES[full]
    if parts[:2] == ["keras", "backend"] and len(parts) > 2:
        bare = parts[2]
        if bare in BACKEND_NOT_IN_TF or (bare not in BACKEND_LEFT and not through_tf):
            return f"keras.backend.{bare}", f"from keras.ops import {bare}, where it is there"
        return None
    return next(_module(path, through_tf), None)


def new_in_keras_3(name: str) -> str | None:
    """The part of a dotted name that no Keras before 3 has; None if there is none."""
    parts = keras_path(name)[0].split(".")
    found = (".".join(parts[:length]) for length in range(2, len(parts) + 1))
    return next((one for one in found if one in NEW_IN_KERAS_3), None)


def gone_in_keras_3(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names of an import statement that Keras 3 no longer has.

    Args:
        node: Any piece of syntax; only imports of Keras give anything.

    Yields:
        The dotted name as Keras knew it, and the lines that replace it.
    """
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _module(*keras_path(alias.name))
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        path, through_tf = keras_path(node.module)
        found = list(_module(path, through_tf))
        yield from found
        if found or not path:
            return
        for alias in node.names:
            full = f"{path}.{alias.name}"
            if through_tf and full in STILL_IN_TF:
                continue
            if full in NAMES:
                yield full, NAMES[full]
            else:
                yield from _module(full, through_tf)


def keras_path(name: str) -> tuple[str, bool]:
    """The path within Keras, and whether it goes through TensorFlow; empty for other modules."""
    for prefix in ("tensorflow.python.keras", "tensorflow.contrib.keras", "tensorflow.keras"):
        if name == prefix or name.startswith(prefix + "."):
            return "keras" + name[len(prefix) :], True
    return (name, False) if name == "keras" or name.startswith("keras.") else ("", False)


def _module(path: str, through_tf: bool) -> Iterator[tuple[str, str]]:
    """The entry for a module or one above it."""
    parts = path.split(".")
    for length in range(len(parts), 1, -1):
        name = ".".join(parts[:length])
        if name in MODULES and not (through_tf and name in STILL_IN_TF):
            yield name, MODULES[name]
            return
