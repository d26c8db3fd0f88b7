"""A user's ``keras.json`` changes scripts, as without Seedbed, and no experiment."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

READ = """
from seedbed.runs.settings import keras_settings, tensorflow_setup
tensorflow_setup.import_tensorflow()
import keras
def show():
    layer = keras.layers.Dense(1)
    print(keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format(),
          layer.compute_dtype)
show()
keras_settings.follow(keras.config)
show()
"""


def _read(folder: Path, content: object) -> subprocess.CompletedProcess[str]:
    (folder / "keras.json").write_text(json.dumps(content))
    return subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env={**os.environ, "KERAS_HOME": str(folder), "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_experiment_computes_with_keras_own_defaults_and_a_script_as_the_file_says(
    tmp_path: Path,
) -> None:
    file = {"floatx": "float64", "epsilon": 0.001, "image_data_format": "channels_first"}
    done = _read(tmp_path, file)
    assert done.stdout.splitlines() == [
        "float32 1e-07 channels_last float32",
        "float64 0.001 channels_first float64",
    ], done.stderr


def test_a_file_that_keras_cannot_read_is_named(tmp_path: Path) -> None:
    done = _read(tmp_path, ["float64"])
    assert "InputError: Keras must be able to read its keras.json" in done.stderr
