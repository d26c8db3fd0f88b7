"""Packages that a script imports and that are not there are named before any run."""

from pathlib import Path

import pytest

from seedbed.runs.script.options import Options, check
from seedbed.system.errors import InputError

SCRIPT = """
import numpy as np
import keras
import no_such_thing.deep as deep
from tensorflow.keras.callbacks import TensorBoard
import helper, inner.part, written
import cPickle
try:
    import not_there_either
except ImportError:
    not_there_either = None
def plot():
    import kerastuner_of_old
    import no_such_thing
open('written.py', 'w').write('x = 1')
"""


def test_all_are_named_at_once_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "helper.py").write_text("import gone_as_well\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "part.py").write_text("")
    with pytest.raises(InputError) as caught:
        check(Options(folder=str(tmp_path), script="train.py"))
    assert str(caught.value) == (
        "script must have its packages installed, but train.py needs packages that are not "
        "installed: "
        "no_such_thing (line 4, line 14), kerastuner_of_old (line 13), gone_as_well (helper.py "
        "line 1). Install with pip install no_such_thing kerastuner_of_old gone_as_well, and "
        "repeat it."
    )


def test_names_of_the_package_index_differ(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import tensorflow_addons\nprint('accuracy: 1')\n")
    with pytest.raises(InputError, match=r"a package that is .* pip install tensorflow-addons"):
        check(Options(folder=str(tmp_path), script="train.py"))


def test_what_is_there_is_not_refused(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import os, json, numpy, keras, sklearn\n")
    check(Options(folder=str(tmp_path), script="train.py"))
