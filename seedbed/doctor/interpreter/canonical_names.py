"""One name for one thing: the many paths under which Keras and TensorFlow were imported."""

import sys
from functools import lru_cache

_PREFIXES = (
    ("tensorflow.compat.v1.keras", "keras"),
    ("tensorflow.compat.v2.keras", "keras"),
    ("tensorflow.python.keras", "keras"),
    ("tensorflow.contrib.keras", "keras"),
    ("tensorflow.keras", "keras"),
    ("tensorflow_core.keras", "keras"),
    ("tf_keras", "keras"),
    ("keras.api", "keras"),
    ("keras.src", "keras"),
    ("tensorflow.compat.v1", "tensorflow"),
    ("tensorflow.compat.v2", "tensorflow"),
    ("tensorflow.experimental.numpy", "numpy"),
)
_MODEL_CLASSES = {"Model": "keras.Model", "Sequential": "keras.Sequential"}
_IN_UTILS = {
    "image_dataset_from_directory",
    "text_dataset_from_directory",
    "audio_dataset_from_directory",
    "timeseries_dataset_from_array",
    "pad_sequences",
    "img_to_array",
    "load_img",
    "to_categorical",
}

WELL_KNOWN = frozenset(sys.stdlib_module_names) | frozenset(
    [
        "tensorflow",
        "keras",
        "tf_keras",
        "keras_cv",
        "keras_hub",
        "keras_nlp",
        "keras_tuner",
        "kerastuner",
        "numpy",
        "scipy",
        "pandas",
        "sklearn",
        "matplotlib",
        "seaborn",
        "cv2",
        "PIL",
        "skimage",
        "torch",
        "torchvision",
        "jax",
        "flax",
        "optax",
        "tqdm",
        "h5py",
        "plotly",
        "tensorflow_datasets",
        "tensorflow_hub",
        "tensorflow_addons",
        "tensorflow_probability",
        "imblearn",
        "xgboost",
        "lightgbm",
        "nltk",
        "gensim",
        "librosa",
        "joblib",
        "requests",
        "click",
        "absl",
        "yaml",
        "mlflow",
        "optuna",
        "wandb",
        "IPython",
        "google",
        "kaggle_datasets",
        "statsmodels",
        "imageio",
        "albumentations",
        "imgaug",
        "gym",
        "gymnasium",
        "transformers",
        "datasets",
        "polars",
        "dask",
        "pydot",
        "graphviz",
        "rich",
        "tensorboard",
        "scikeras",
        "networkx",
        "shap",
        "spacy",
        "sentencepiece",
        "tokenizers",
        "yfinance",
        "pandas_datareader",
        "psutil",
        "pylab",
        "mpl_toolkits",
        "six",
    ]
)


_OF_MODELS = {"compile", "fit", "fit_generator", "evaluate", "predict", "train_on_batch"}


def is_foreign_object(path: str, method: str) -> bool:
    """True if a method of Keras models is called on a name that an unknown module brings."""
    return method in _OF_MODELS and path.split(".", maxsplit=1)[0] not in WELL_KNOWN | {"builtins"}


@lru_cache(maxsize=65536)
def canonical(path: str) -> str:  # noqa: PLR0911  (one return for each kind)
    """The one name under which the rules know an object.

    Args:
        path: A full dotted name as the script's imports give it.

    Returns:
        For example ``keras.layers.Dense`` for ``tensorflow.python.keras.layers.core.Dense``.
    """
    for old, new in _PREFIXES:
        if path == old or path.startswith(old + "."):
            return canonical(new + path[len(old) :])
    parts = path.split(".")
    if parts[0] != "keras" or len(parts) < 2:
        return path
    last = parts[-1]
    if last in _MODEL_CLASSES:
        return _MODEL_CLASSES[last]
    if last in {"Input", "InputLayer"}:
        return "keras.Input"
    if last in _IN_UTILS:
        return "keras.utils." + last
    if last == "ImageDataGenerator":
        return "keras.preprocessing.image.ImageDataGenerator"
    if last[0].isupper() and len(parts) > 3 and parts[1] in {"layers", "callbacks", "optimizers"}:
        return f"keras.{parts[1]}.{last}"
    if last[0].isupper() and parts[1] in {"engine"}:
        return f"keras.layers.{last}"
    return path
