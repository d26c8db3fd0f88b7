"""What is said of a variable that a script sets after Keras or TensorFlow has read it."""

import pytest

from seedbed.runs.script.process.process_setup import too_late


@pytest.mark.parametrize(
    ("name", "value", "end"),
    [
        ("KERAS_BACKEND", "torch", "Seedbed runs Keras on TensorFlow and JAX"),
        ("KERAS_BACKEND", "jax", "give --backend jax"),
        ("TF_ENABLE_ONEDNN_OPTS", "0", "repeat loads TensorFlow before the script begins"),
    ],
)
def test_a_setting_that_comes_too_late_is_told_with_what_would_help(
    name: str, value: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    said = too_late(name, value)
    assert said.startswith(f"it sets {name}")
    assert said.endswith(end)
    assert ("this run of Keras is on tensorflow" in said) == (name == "KERAS_BACKEND")
