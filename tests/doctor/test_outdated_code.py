"""What older scripts say that Keras 3 does not know: which line, and whether it stops them."""

from pathlib import Path

import pytest

from seedbed.doctor.keras3.outdated_code import outdated
from seedbed.doctor.source.find_files import read_module


def found(folder: Path, text: str) -> list[tuple[int, str, bool]]:
    path = folder / "old.py"
    path.write_text(text)
    return [(one.line, one.what, one.stops) for one in outdated(read_module(path)[0])]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from keras.layers.core import Dense\n", [(1, "keras.layers.core", True)]),
        (
            "try:\n    from keras.utils import np_utils\nexcept ImportError:\n    x = None\n",
            [(2, "keras.utils.np_utils", False)],
        ),
        ("def f():\n    import keras.engine\n", [(2, "keras.engine", False)]),
        ("import tensorflow as tf\ns = tf.Session()\n", [(2, "tf.Session", False)]),
        ("import tensorflow as tf\ntf.train.Saver()\n", [(2, "tf.train.Saver", False)]),
        ("import tensorflow.compat.v1 as tf\ns = tf.Session()\n", []),
        ("import mine as tf\ns = tf.Session()\n", []),
        (
            "from tensorflow.examples.tutorials.mnist import input_data\n",
            [(1, "tensorflow.examples.tutorials.mnist.input_data", True)],
        ),
        (
            "from keras import backend as K\nK.set_session(None)\n",
            [(2, "keras.backend.set_session", False)],
        ),
        ("from tensorflow.keras import backend as K\nK.mean(x)\n", []),
        ("import mine as K\nK.set_session(None)\n", []),
        ("from keras import optimizers\noptimizers.Adam(lr=1)\n", [(2, "Adam(lr=…)", False)]),
        ("import torch\ntorch.optim.Adam(m.parameters(), lr=1e-3)\n", []),
        ("import torch.optim as optim\noptim.SGD(m.parameters(), lr=1e-3)\n", []),
        ("from torch.optim import Adam\nAdam(m.parameters(), lr=1e-3)\n", []),
        ("m.fit_generator(g)\n", [(1, ".fit_generator", False)]),
        ("Adam(lr=.1)\nother(lr=.1)\n", [(1, "Adam(lr=…)", False)]),
        ("keras.layers.Conv2D(3, 3, border_mode='same')\n", [(1, "Conv2D(border_mode=…)", False)]),
        ("from keras import backend as K\nK.set_session(1)\nK.floatx()\n",
         [(2, "keras.backend.set_session", False)]),
        ("from keras import backend as K\nK.square(1)\n", [(2, "keras.backend.square", False)]),
        ("import tensorflow as tf\ntf.keras.backend.square(1)\ntf.keras.backend.function(1)\n",
         [(3, "keras.backend.function", False)]),
        ("import keras\nkeras.layers.core.Dense(1)\n", [(2, "keras.layers.core", False)]),
        ("import time\nstart = time.clock()\n", [(2, "time.clock", False)]),
        ("from time import clock\n", [(1, "time.clock", True)]),
        ("import numpy as np\nx.astype(np.float), np.float32\n", [(2, "numpy.float", False)]),
        ("from scipy.misc import imread\n", [(1, "scipy.misc.imread", True)]),
        ("from sklearn.cross_validation import KFold\n", [(1, "sklearn.cross_validation", True)]),
        ("data.as_matrix()\n", [(1, ".as_matrix", False)]),
        ("m.fit(x, steps_per_epoch=len(x) / 32)\n", [(1, "fit(steps_per_epoch=a / b)", False)]),
        ("m.fit(x, steps_per_epoch=len(x) // 32)\n", []),
        ("history.history['val_acc']\n", [(1, "history.history['val_acc']", False)]),
        ("m.compile('sgd', 'mse', metrics=['acc'])\nhistory.history['val_acc']\n", []),
        ("K.get_value(model.optimizer.lr)\nself.model.optimizer.learning_rate\nargs.lr\n",
         [(1, ".optimizer.lr", False)]),
        ("val_acc_metric.reset_states()\nmodel.reset_states()\nlstm.reset_states()\n",
         [(1, ".metric.reset_states", False), (2, ".model.reset_states", False)]),
        ("clf.predict_proba(x)\nAdam(learning_rate=.1)\nmodel.fit(x, y, epochs=2)\n", []),
    ],
)  # fmt: skip
def test_lines_and_whether_they_stop(
    tmp_path: Path, text: str, wanted: list[tuple[int, str, bool]]
) -> None:
    assert found(tmp_path, text) == wanted


def test_sentence_names_cell_and_replacement(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(
        '{"cells": [{"cell_type": "code", "source": ["x = 1"]}, {"cell_type": "code", "source": '
        '["y = 2\\n", "from keras.layers.core import Dense"]}], "metadata": {}, "nbformat": 4}'
    )
    (one,) = outdated(read_module(path)[0])
    assert str(one) == (
        "cell 2 line 2 uses keras.layers.core, which is gone; instead: from keras import layers"
    )
