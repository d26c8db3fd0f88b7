"""What is advised to write runs in the script, under the names that it imports."""

import ast
from pathlib import Path

import pytest

from seedbed.doctor.editing.call_names import names_at, reseeds_by_itself
from seedbed.doctor.source.module import Module

KERAS = "keras.utils.set_random_seed"


def script(text: str) -> Module:
    return Module(Path("train.py"), ast.parse(text), text)


@pytest.mark.parametrize(
    ("imports", "function", "spelled"),
    [
        ("import keras", KERAS, KERAS),
        ("from tensorflow import keras", KERAS, KERAS),
        ("import keras as K", KERAS, "K.utils.set_random_seed"),
        ("import tensorflow as tf", KERAS, "tf.keras.utils.set_random_seed"),
        ("import tensorflow.keras", KERAS, "tensorflow.keras.utils.set_random_seed"),
        ("import tf_keras", KERAS, "tf_keras.utils.set_random_seed"),
        ("from keras.utils import set_random_seed as seed", KERAS, "seed"),
        ("from tensorflow.keras import utils", KERAS, "utils.set_random_seed"),
        ("import tensorflow as tf\nfrom tensorflow import keras", KERAS, KERAS),
        ("from keras.layers import Dense", KERAS, f"import keras; {KERAS}"),
        (
            "from tensorflow.keras.layers import Dense",
            KERAS,
            f"import tensorflow as tf; tf.{KERAS}",
        ),
        (
            "import tensorflow.compat.v1 as tf",
            KERAS,
            f"import tensorflow; tensorflow.{KERAS}",
        ),
        ("import numpy as np", "np.random.seed", "np.random.seed"),
        ("import numpy", "np.random.seed", "numpy.random.seed"),
        ("from numpy import random", "np.random.seed", "random.seed"),
        ("from numpy import random", "random.seed", "import random; random.seed"),
        ("from numpy.random import default_rng", "np.random.default_rng", "default_rng"),
        ("import sklearn", "np.random.seed", "import numpy as np; np.random.seed"),
        ("import random as rnd", "random.seed", "rnd.seed"),
        ("import tensorflow as flow", "tf.random.set_seed", "flow.random.set_seed"),
        ("import torch as th", "torch.manual_seed", "th.manual_seed"),
    ],
)
def test_a_function_is_called_by_the_names_that_the_script_imports(
    imports: str, function: str, spelled: str
) -> None:
    module = script(f"{imports}\nprint('begins')\nx = draw()\n")
    line = f"line {len(imports.splitlines()) + 2}"
    assert names_at(module, [line]).spelled(function) == spelled
    assert names_at(module, []).spelled(function) == spelled


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = draw()\nimport keras\n", ["line 1"]),
        ("import keras\nkeras = 3\nx = draw()\n", ["line 3"]),
        ("def build():\n    import keras\n\n\nx = draw()\n", ["line 5"]),
        ("import keras\nx = draw()\n", ["helper.py line 2"]),
    ],
)
def test_a_name_that_is_not_there_yet_is_imported(text: str, lines: list[str]) -> None:
    assert names_at(script(text), lines).spelled(KERAS) == f"import keras; {KERAS}"


def test_an_import_below_other_statements_is_known_to_later_lines() -> None:
    text = "import os\nos.environ.setdefault('A', '1')\nimport tensorflow as tf\nx = draw()\n"
    assert names_at(script(text), ["line 4"]).spelled(KERAS) == f"tf.{KERAS}"
    assert names_at(script(text), []).spelled(KERAS) == f"import tensorflow as tf; tf.{KERAS}"


@pytest.mark.parametrize(
    ("call", "reseeds"),
    [
        ("np.random.seed()", True),
        ("random.seed(None)", True),
        ("tf.random.set_seed(seed=None)", True),
        ("np.random.seed(7)", False),
        ("tf.random.set_seed(seed=7)", False),
    ],
)
def test_a_seed_without_a_value_undoes_earlier_ones(call: str, reseeds: bool) -> None:
    assert reseeds_by_itself(script(f"import x\n{call}\n")) is reseeds
