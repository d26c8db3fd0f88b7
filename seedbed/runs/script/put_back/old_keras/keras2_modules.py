"""Make ``keras`` and ``tf.keras`` be tf-keras in this process, with the modules of older years.

The process may have Keras 3 loaded: its modules are taken out of ``sys.modules``, where nothing of
Seedbed's looks for them again, and TensorFlow's lazy attributes are replaced.
"""

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from seedbed.doctor.keras3.removed_names import MODULES
from seedbed.runs.script.put_back.old_keras.keras1_custom_layers import Initializations

PREFIXES = ("tensorflow.keras", "tensorflow.contrib.keras", "keras")
LEGACY_COPY = "tensorflow.python.keras"
"""TensorFlow's own private copy; mapped too if the script imports it."""

TF_ALIASES = ("losses", "metrics", "optimizers", "initializers")

PLACES = {
    "engine": ("layers", "models", "src.engine.base_layer", "src.engine.training"),
    "objectives": ("losses",),
    "callbacks": ("callbacks",),
    "backend": ("backend",),
    "legacy": ("layers",),
    "layers": ("layers",),
    "utils": ("utils", "models"),
    "wrappers": (),
    "mixed_precision": ("mixed_precision",),
}
"""First part of a module that is gone → modules of tf-keras that have what it had."""


def use_keras_2(legacy_copy: bool = False) -> ModuleType:
    """Switch this process to tf-keras.

    Args:
        legacy_copy: Whether ``tensorflow.python.keras`` is to be tf-keras too.

    Returns:
        tf-keras.
    """
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf

    tf_keras = importlib.import_module("tf_keras")
    _add_names_of_3(tf_keras)
    prefixes = (*PREFIXES, LEGACY_COPY) if legacy_copy else PREFIXES
    for name in list(sys.modules):
        if name.startswith(tuple(f"{one}." for one in prefixes)) or name in prefixes:
            del sys.modules[name]
    sys.modules["keras"] = tf_keras
    sys.meta_path.insert(0, _Renamed(prefixes))
    sys.meta_path.append(_Gone())
    tf.keras = tf_keras
    tf.compat.v2.keras = tf_keras
    for name in TF_ALIASES:
        setattr(tf, name, getattr(tf_keras, name))
    return tf_keras


def _add_names_of_3(tf_keras: Any) -> None:
    """Names at the top of Keras 3 that Keras 2 has further down."""
    tf_keras.Layer, tf_keras.InputSpec = tf_keras.layers.Layer, tf_keras.layers.InputSpec
    tf_keras.Loss, tf_keras.Metric = tf_keras.losses.Loss, tf_keras.metrics.Metric


class _Same(importlib.abc.Loader):
    """Gives a module that exists under another name, and leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:  # noqa: ARG002
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class _Renamed(importlib.abc.MetaPathFinder):
    """``keras.layers`` and ``tensorflow.keras.layers`` are ``tf_keras.layers``."""

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self._prefixes = prefixes

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        for prefix in self._prefixes:
            if name == prefix or name.startswith(prefix + "."):
                try:
                    module = importlib.import_module("tf_keras" + name[len(prefix) :])
                except ModuleNotFoundError:
                    return None
                return _spec_of(name, module)
        return None


class _Gone(importlib.abc.MetaPathFinder):
    """Modules of tf-keras that were there in older years, made of what they held."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        module = module_of_before(name)
        return None if module is None else _spec_of(name, module)


def _spec_of(name: str, module: ModuleType) -> importlib.machinery.ModuleSpec:
    return importlib.machinery.ModuleSpec(
        name, _Same(module), is_package=hasattr(module, "__path__")
    )


def module_of_before(name: str) -> ModuleType | None:
    """A module of an older Keras by its name within ``tf_keras``; None if none had it."""
    root, _, inside = name.partition(".")
    if root != "tf_keras" or not inside or inside.startswith("src"):
        return None
    parts = inside.split(".")
    known = [".".join(["keras", *parts[:n]]) for n in range(1, len(parts) + 1)]
    is_above = any(one.startswith(f"keras.{inside}.") for one in MODULES)
    if not is_above and not any(one in MODULES for one in known):
        return None
    if inside.startswith("wrappers.scikit_learn"):
        from seedbed.runs.script.put_back.old_keras import sklearn_wrappers

        return sklearn_wrappers
    if inside == "initializations":
        return Initializations(name, importlib.import_module("tf_keras"))
    # the public modules first: what was put back stands there
    places = [*(f"tf_keras.{one}" for one in PLACES.get(parts[0], ())), f"tf_keras.src.{inside}"]
    return _Collected(name, [one for one in map(_import, places) if one is not None])


def _import(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


class _Collected(ModuleType):
    """A module whose names are those of several others."""

    def __init__(self, name: str, places: list[ModuleType]) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self._places = places

    def __getattr__(self, name: str) -> object:
        if not name.startswith("__"):
            for place in self._places:
                if hasattr(place, name):
                    return getattr(place, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    @property
    def __all__(self) -> list[str]:
        return sorted({n for one in self._places for n in dir(one) if not n.startswith("_")})
