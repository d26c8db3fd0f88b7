"""``verify``: identical bits are called identical; if not, the first difference and its cause."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.catalog import find
from seedbed.runs.reproduce.against import Recorded, conclusion, verify_against
from seedbed.runs.reproduce.verify import COLD, Difference, Verifier, first_difference, verify
from seedbed.runs.settings.options import as_params, parse
from seedbed.runs.settings.processor import processor
from seedbed.system.errors import InputError
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.tracking.store import Store

SHORT: dict[str, Any] = {"dataset": "digits", "train_size": 60, "epochs": 2, "seed": 7}

OWN = """
import os
import keras
import numpy as np
from seedbed.runs.data.arrays import splits_from_arrays

def load(options, seeds):
    rng = np.random.default_rng(1)
    labels = np.arange(120) % 3
    inputs = rng.normal(size=(120, 6)) + labels[:, None]
    splits = splits_from_arrays(inputs, labels, split_seed=seeds.split)
    LOAD
    return splits

class Noise(keras.layers.Layer):
    def call(self, x, training=False):
        return x + NOISE if training else x

def build(options, splits):
    model = keras.Sequential(
        [keras.Input((6,)), *([Noise()] if WHEN else []), keras.layers.Dense(3, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""
SHUFFLE = """
    order = np.frombuffer(os.urandom(len(splits.train)), np.uint8).argsort(kind="stable")
    for name in ("inputs", "labels", "ids"):
        object.__setattr__(splits.train, name, getattr(splits.train, name)[order])
"""


def own(folder: Path, load: str = "", noise: str = "0.0", when: str = "True") -> Any:
    path = folder / "my_cnn.py"
    text = OWN.replace("LOAD", load.strip()).replace("NOISE", noise).replace("WHEN", when)
    path.write_text(text)
    experiment = find(str(path))
    return experiment, parse(experiment.options, {"epochs": 2})


def test_the_first_difference_of_two_traces() -> None:
    one = [("a", "1"), ("epoch 1", "2"), ("epoch 2", "3")]
    assert first_difference(one, list(one)) is None
    assert first_difference(one, [*one[:2], ("epoch 2", "4")]) == Difference("epoch 2", 2)
    assert first_difference(one, one[:1]) == Difference("epoch 1", 1)
    assert first_difference(one[:1], one) == Difference("epoch 1", 1)


@pytest.mark.long
def test_a_cell_is_identical_in_every_way_of_running_it(store_path: Path) -> None:
    del store_path
    experiment = find("mnist_cnn")
    said: list[str] = []
    assert verify(experiment, parse(experiment.options, SHORT), said.append)
    assert [line.split(": ")[1] for line in said[1:4]] == ["identical"] * 3
    assert said[-1].startswith("identical\nfingerprint ")


@pytest.mark.long
def test_data_in_another_order_each_time_are_named(store_path: Path, tmp_path: Path) -> None:
    del store_path
    said: list[str] = []
    experiment, options = own(tmp_path, load=SHUFFLE)
    assert not verify(experiment, options, said.append)
    assert any(line.endswith("differs: the order in which the data arrive") for line in said)
    assert said[-1].startswith("responsible: data order")


@pytest.mark.slow
def test_unseeded_code_is_named_with_the_first_step(store_path: Path, tmp_path: Path) -> None:
    del store_path
    said: list[str] = []
    noise = "float(int.from_bytes(os.urandom(2)) / 2**16)"
    experiment, options = own(tmp_path, noise=noise)
    assert not verify(experiment, options, said.append)
    assert "the first step that differs: epoch 1, step 1, the output of noise (Noise)" in said
    assert said[-1].startswith("no setting explains it, so the experiment's own code draws")


@pytest.mark.proof
@pytest.mark.parametrize("knob", ["op_determinism", "threads"])
def test_the_setting_that_makes_training_vary_is_named(
    store_path: Path, tmp_path: Path, knob: str
) -> None:
    """A layer that is noisy only while the environment is left free, as some operations are."""
    del store_path
    said: list[str] = []
    free = {"op_determinism": "not options.op_determinism", "threads": "options.threads > 1"}
    noise = "float(int.from_bytes(os.urandom(2)) / 2**16)"
    experiment, options = own(tmp_path, noise=noise, when=free[knob])
    options = replace(options, op_determinism=False, threads=2)
    assert not verify(experiment, options, said.append)
    steady = {"op_determinism": "true", "threads": "1"}[knob]
    assert said[-1] == f"responsible: {knob}; with {knob}={steady} they are identical"
    assert ("not op_determinism: with op_determinism=true they differ too" in said) == (
        knob == "threads"
    )


def test_bad_data_are_refused_as_bad_input(store_path: Path, tmp_path: Path) -> None:
    del store_path
    experiment, options = own(tmp_path, load="splits.train.inputs[3] = np.nan")
    with pytest.raises(InputError, match=r"^The training inputs must be finite, but 1 of 80 hold"):
        verify(experiment, options, print)


@pytest.mark.proof
def test_against_a_run_by_its_id(store: Store) -> None:
    """As a user types it: a run, then its id; with its options identical, with others not."""
    short = [f"--{key.replace('_', '-')}={value}" for key, value in SHORT.items()]

    def command(*words: str) -> "subprocess.CompletedProcess[str]":
        words = (sys.executable, "-m", "seedbed", *words, *short)
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert command("run", "mnist_cnn").returncode == 0
    (run,) = store.runs("tags.kind = 'run'")
    same = command("verify", "mnist_cnn", "--against", run.info.run_id)
    assert (same.returncode, same.stdout.splitlines()[-1]) == (0, "identical"), same.stderr
    other = command("verify", "mnist_cnn", "--against", run.info.run_id, "--threads=2")
    assert other.returncode == 1 or other.stdout.splitlines()[-1] == "identical"
    assert "  threads: 1 there, 2 here" in other.stdout
    nobody = command("verify", "mnist_cnn", "--against", "nobody")
    assert nobody.returncode == 2
    assert "--against must name a finished run by its id, got nobody" in nobody.stderr


def test_another_processor_is_named_and_the_code_is_not_blamed() -> None:
    options = parse(find("mnist_cnn").options, SHORT)
    here = processor().record
    elsewhere = {**here, "processor": "Elsewhere 1", "processor_vendor": "Elsewhere"}
    said = conclusion(Recorded("", {}, elsewhere, []), options)
    assert said.startswith("not identical, but the processor differs (Elsewhere 1, Elsewhere")
    assert f"→ {here['processor']}" in said
    assert "does not show that the code changed" in said
    same = conclusion(Recorded("", {}, here, []), options)
    assert same == "not identical; what differs is listed above"


@pytest.mark.slow
def test_against_a_recorded_run_the_setting_that_differs_is_named(
    store_path: Path, tmp_path: Path
) -> None:
    del store_path
    experiment = find("mnist_cnn")
    options = parse(experiment.options, {**SHORT, "epochs": 3})
    other = {"onednn": "false"}
    trace = Verifier(experiment, options, tmp_path, print).trained(COLD, changes=other)
    weights = [value for name, value in trace if name.startswith("epoch ")]
    recorded = Recorded(weights[-1], {**as_params(options), **other}, {"keras": "2.0"}, weights)
    said: list[str] = []
    assert not verify_against(experiment, options, recorded, said.append)
    assert "  onednn: false there, true here" in said
    assert any(line.startswith("  keras: 2.0 there, 3.") for line in said)
    assert "the first epoch that differs: 1" in said
    assert said[-1].startswith("responsible: onednn; with onednn=false, as recorded")
    said.clear()
    same = parse(experiment.options, {**as_params(options), **other})
    assert verify_against(experiment, same, recorded, said.append)
    assert said[-1] == "identical"
