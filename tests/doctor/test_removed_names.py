"""The table of what Keras 3 no longer has, against the Keras that is installed."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.doctor.keras3 import outdated_calls
from seedbed.doctor.keras3.changed_defaults import EARLY, LAYERS, OPTIMISERS
from seedbed.doctor.keras3.removed_elsewhere import ELSEWHERE
from seedbed.doctor.keras3.removed_names import (
    BACKEND_LEFT,
    BACKEND_NOT_IN_TF,
    MODULES,
    NAMES,
    NEW_IN_KERAS_3,
    STILL_IN_TF,
    gone_in_keras_3,
)

CHECK = """
import importlib, sys
import keras, tensorflow
wrong = []
for line in sys.stdin.read().splitlines():
    kind, _, text = line.partition(" ")
    module, _, name = text.rpartition(".")
    try:
        if kind == "module":
            importlib.import_module(text)
        elif kind == "name":
            getattr(importlib.import_module(module), name)
        elif kind in {"tf", "notf"}:
            found = tensorflow
            for part in ("keras" + text[5:]).split("."):
                found = getattr(found, part)
        elif kind == "tensorflow":
            found = tensorflow
            for part in text.split("."):
                found = getattr(found, part)
        elif kind in {"elsewhere", "new", "left"}:
            root, *parts = text.split(".")
            found = importlib.import_module(root)
            for part in parts:
                if not hasattr(found, part) and hasattr(found, "__path__"):
                    importlib.import_module(found.__name__ + "." + part)
                found = getattr(found, part)
        elif kind == "method":
            getattr(keras.Model, text)
        else:
            exec(text)
        there = True
    except (ImportError, AttributeError):
        there = False
    except (TypeError, ValueError) as error:
        there = kind != "call" or not any(
            word in str(error) for word in ("nrecognized", "unexpected", "recognized", "multiple")
        )
    if there != (kind in {"import", "tf", "ignored", "new", "left"}):
        wrong.append(line)
print("\\n".join(wrong))
"""


def _said_by_keras(script: str, text: str, home: Path) -> str:
    """What a script prints that imports Keras, which no test may do in its own process."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        input=text, capture_output=True, text=True, check=True,
        env={"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "HOME": str(home)},
    ).stdout  # fmt: skip


@pytest.mark.long
def test_table_agrees_with_the_installed_keras(tmp_path: Path) -> None:
    lines = [f"module {name}" for name in MODULES] + [f"name {name}" for name in NAMES]
    replacements = {
        line for text in (*MODULES.values(), *NAMES.values()) for line in text.split("\n")
    }
    lines += [f"import {text}" for text in replacements if text.startswith(("from ", "import "))]
    lines += [f"tf {name}" for name in STILL_IN_TF]
    lines += [f"tensorflow {name}" for name in outdated_calls.TENSORFLOW]
    lines += [f"method {name}" for name in outdated_calls.METHODS]
    owners = {
        "optimizer": "keras.optimizers.Adam()",
        "model": "keras.Sequential()",
        **dict.fromkeys(("metric", "acc", "accuracy", "loss"), "keras.metrics.Mean()"),
    }
    lines += [f"gone {owners[owner]}.{name}" for owner, name in outdated_calls.OF_OWNERS]
    layers, model = "keras.layers", "keras.Sequential([keras.layers.Dense(1)])"
    calls = {
        **dict.fromkeys(outdated_calls.OPTIMISERS, "keras.optimizers.{}({}=1)"),
        "fit": model + ".{}([[1.]], [[1.]], {}=1)",
        "Dense": layers + ".{}(2, {}=1)",
        "Embedding": layers + ".{}(2, 2, {}=1)",
        "LSTM": layers + ".{}(2, {}=1)",
        "GRU": layers + ".{}(2, {}=1)",
        "Flatten": layers + ".{}({}=1)",
    }
    for argument, names in outdated_calls.CALLED.items():
        for name in names - {"fit_generator"}:
            call = calls.get(name, layers + ".{}(2, 2, {}=1)")
            kind = "ignored" if argument in outdated_calls.IGNORED else "call"
            lines.append(f"{kind} {call.format(name, argument)}")
    lines += [f"elsewhere {name}" for name in ELSEWHERE]
    lines += [f"new {name}" for name in NEW_IN_KERAS_3]
    lines += [f"left keras.backend.{name}" for name in BACKEND_LEFT]
    lines += [f"tf keras.backend.{name}" for name in ("mean", "int_shape", "set_value")]
    lines += [f"notf keras.backend.{name}" for name in BACKEND_NOT_IN_TF]
    gone = {*NAMES, *MODULES} - STILL_IN_TF
    lines += [f"notf {name}" for name in gone]
    assert _said_by_keras(CHECK, "\n".join(lines), tmp_path).strip() == ""


DEFAULTS = """
import inspect, json, sys
import keras
for name, argument in json.load(sys.stdin):
    cls = getattr(keras.optimizers, name, None) or getattr(keras.layers, name)
    print(repr(inspect.signature(cls).parameters[argument].default))
"""


@pytest.mark.long
def test_changed_defaults_are_those_of_the_installed_keras(tmp_path: Path) -> None:
    changed = (*OPTIMISERS, *LAYERS, *EARLY)
    asked = json.dumps([(one.name, one.argument) for one in changed])
    defaults = _said_by_keras(DEFAULTS, asked, tmp_path).splitlines()
    assert defaults == [repr(one.now) for one in changed]


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("from keras.utils import np_utils", ["keras.utils.np_utils"]),
        ("from keras.utils.np_utils import to_categorical", ["keras.utils.np_utils"]),
        ("import keras.engine.topology", ["keras.engine"]),
        ("from keras.layers import Dense, Merge", ["keras.layers.Merge"]),
        (
            "from keras.preprocessing.image import ImageDataGenerator",
            ["keras.preprocessing.image.ImageDataGenerator"],
        ),
        ("from tensorflow.keras.preprocessing.image import ImageDataGenerator", []),
        (
            "from tensorflow.keras.layers.experimental import preprocessing",
            ["keras.layers.experimental"],
        ),
        ("from tensorflow.keras.layers import Dense", []),
        ("from .keras.engine import x", []),
        ("import numpy", []),
    ],
)  # fmt: skip
def test_names_of_an_import(statement: str, names: list[str]) -> None:
    (node,) = ast.parse(statement).body
    assert [name for name, _ in gone_in_keras_3(node)] == names
