"""Helpers beside a user's file are the user's, whatever their names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HELPERS = ("analysis.py", "sweeps.py", "doctor.py", "tracking.py", "experiments/values.py")
IMPORTS = """
import analysis, doctor, sweeps, tracking
from experiments import values
assert (analysis.MINE, doctor.MINE, sweeps.MINE, tracking.MINE, values.MINE) == (1, 1, 1, 1, 1)
"""
OWN = f"""
import numpy as np
from seedbed.api import splits_from_arrays
{IMPORTS}
def load(options, seeds):
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(60, 4)).astype("float32")
    labels = (inputs[:, 0] > 0).astype("int64")
    return splits_from_arrays(inputs, labels, split_seed=seeds.split)

def build(options, splits):
    import keras
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""
SCRIPT = f"{IMPORTS}\nimport random\nprint('accuracy:', 0.5 + random.random() / 10)\n"


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [
        ("run", "my_cnn.py", "--epochs", "1"),
        ("sweep", "my_cnn.py", "--set", "epochs=1", "--seeds", "2", "--no-report"),
        ("repeat", "script.py", "--seeds", "2", "--no-report"),
    ],
    ids=lambda words: words[0],
)
def test_a_helper_of_any_name_is_imported(
    store_path: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    del store_path
    folder = tmp_path / "mine"
    for name in HELPERS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("MINE = 1\n")
    (folder / "my_cnn.py").write_text(OWN)
    (folder / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", *words], cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    if words[0] == "run":
        assert "seedbed sweep my_cnn.py --seeds 5" in done.stdout
