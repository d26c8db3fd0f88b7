"""Killed at any moment, a run goes on from its last whole epoch and ends with the same bits."""

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.custom import template
from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.execution.seeded import build_seeded
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive
from seedbed.runs.training.checkpoints import ARRAYS, DIGEST, MAGIC, Checkpoint
from seedbed.runs.training.train import Trained, train
from seedbed.runs.training.weights import restore, snapshot
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.tracking import schema
from seedbed.tracking.store import Store
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import folder_of, in_store
from tests.support.chaos import driver, runs_of

DEEP: dict[str, Any] = {
    "dataset": "digits",
    "train_size": 80,
    "epochs": 12,
    "seed": 7,
    "augment": True,
    "batch_norm": True,
    "dropout": 0.4,
}
"""A network with every kind of state: dropout, batch normalisation, augmentation, Adam."""


OWN = "my_cnn"
KILLS = 25
"""Of each experiment, in the slow test."""

SMALL: dict[str, Any] = {"dataset": "digits", "train_size": 300, "epochs": 20, "augment": True}


class Tries:
    """Runs one cell, again and again if need be, each time in a new process and folder."""

    def __init__(self, pool: LocalPool, store: Path, parent: Path) -> None:
        self.pool, self.store, self.parent = pool, store, parent
        self.experiment, self.given = "mnist_cnn", SMALL

    def start(self) -> tuple[Any, RunFolder]:
        path = folder_of(self.experiment, self.parent, self.given)
        arguments = (str(self.store), run_cell, self.experiment, self.given, path)
        return self.pool.submit(in_store, *arguments), RunFolder(Path(path))

    def finish(self) -> tuple[Outcome, RunFolder]:
        future, folder = self.start()
        return future.result(timeout=120), folder

    def killed_when(self, moment: Callable[[RunFolder], bool]) -> RunFolder:
        """Kill -9 a run at a moment; where this test is too slow for that, try again."""
        for _ in range(20):
            outcome, folder = self.kill_when(moment)
            if outcome is None:
                return folder
        raise AssertionError("each run ended before it was killed")

    def kill_when(
        self, moment: Callable[[RunFolder], bool], delay_s: float = 0
    ) -> tuple[Outcome | None, RunFolder]:
        """Kill -9 the run some seconds after a moment, unless it ends before."""
        future, folder = self.start()
        while not future.done() and not moment(folder):
            time.sleep(0.002)
        time.sleep(delay_s)
        process = self.pool._running.get(future)
        if process is not None and process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
        try:
            return future.result(timeout=60), folder
        except ProcessDiedError:
            return None, folder


def epochs_of(folder: RunFolder) -> list[Any]:
    return [(e.epoch, dict(e.metrics)) for e in folder.events() if isinstance(e, Epoch)]


def has_epochs(count: int, folder: RunFolder) -> bool:
    return len(epochs_of(folder)) >= count


def predictions_of(folder: RunFolder) -> dict[str, bytes]:
    with np.load(folder.artifacts / schema.PREDICTIONS) as arrays:
        return {key: value.tobytes() for key, value in arrays.items()}


def result_of(outcome: Outcome) -> tuple[Any, ...]:
    own = {"train_seconds", "resumed_epochs"}
    metrics = {key: value for key, value in outcome.metrics.items() if key not in own}
    return outcome.state, outcome.fingerprint, metrics


@pytest.fixture
def tries(pool: LocalPool, store_path: Path, tmp_path: Path) -> Tries:
    return Tries(pool, store_path, tmp_path)


def checkpoints(store: Path) -> list[Path]:
    return list((store / "checkpoints").iterdir())


@pytest.mark.long
def test_killed_at_random_moments_it_ends_with_the_same_bits(tries: Tries) -> None:
    whole, whole_folder = tries.finish()
    assert whole.metrics["resumed_epochs"] == 0
    assert checkpoints(tries.store) == []
    chance = random.Random(20)
    kills, seen = 0, 0
    for target in sorted(chance.sample(range(21), 8)):
        delay_s = chance.uniform(0, 0.05 if target else 1.0)
        beyond = max(target, seen)  # a resumed run first writes the epochs that it takes over
        killed, folder = tries.kill_when(partial(has_epochs, beyond), delay_s)
        kills += killed is None
        assert len(epochs_of(folder)) >= seen, "an epoch was lost"
        seen = len(epochs_of(folder))
    assert kills >= 4
    outcome, folder = tries.finish()
    assert outcome.metrics["resumed_epochs"] >= seen
    assert result_of(outcome) == result_of(whole)
    assert epochs_of(folder) == epochs_of(whole_folder)
    assert predictions_of(folder) == predictions_of(whole_folder)
    assert checkpoints(tries.store) == []


@pytest.mark.long
def test_a_network_with_every_kind_of_state_resumes_with_the_same_bits(tries: Tries) -> None:
    tries.experiment, tries.given = "mnist_deep_cnn", {**DEEP, "epochs": 4}
    whole, _ = tries.finish()
    tries.killed_when(lambda folder: len(epochs_of(folder)) >= 2)
    outcome, _ = tries.finish()
    assert outcome.metrics["resumed_epochs"] >= 2
    assert result_of(outcome) == result_of(whole)


def test_a_users_own_experiment_resumes_with_the_same_bits(tries: Tries) -> None:
    own = template.write(tries.parent / "my_cnn.py")
    tries.experiment, tries.given = str(own), {"augment": True, "filters": 4, "epochs": 8}
    whole, whole_folder = tries.finish()
    tries.killed_when(partial(has_epochs, 3))
    outcome, folder = tries.finish()
    assert outcome.metrics["resumed_epochs"] >= 3
    assert result_of(outcome) == result_of(whole)
    assert predictions_of(folder) == predictions_of(whole_folder)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("experiment", "given"),
    [
        ("mnist_deep_cnn", {**DEEP, "epochs": 30}),
        ("verification_cnn", {"augment": True, "divide": "images", "epochs": 40, "patience": 0}),
        (OWN, {"augment": True, "filters": 4, "epochs": 60}),
    ],
)
def test_kill_9_at_many_random_moments_never_changes_a_bit(
    tries: Tries, experiment: str, given: dict[str, Any]
) -> None:
    """By the clock, so at any moment: while data load, TensorFlow traces, a checkpoint is written,
    pictures are drawn. A cell that got to its end between kills is begun again.
    """
    if experiment == OWN:
        experiment = str(template.write(tries.parent / f"{OWN}.py"))
    tries.experiment, tries.given = experiment, given
    began = time.monotonic()
    whole, whole_folder = tries.finish()
    usual_s = time.monotonic() - began
    chance = random.Random(len(experiment))
    kills = 0
    while kills < KILLS:
        outcome, folder = tries.kill_when(lambda _: True, chance.uniform(0, 0.6 * usual_s))
        kills += outcome is None
        if outcome is not None:
            assert result_of(outcome) == result_of(whole)
            assert epochs_of(folder) == epochs_of(whole_folder)
            assert predictions_of(folder) == predictions_of(whole_folder)
    outcome, folder = tries.finish()
    assert result_of(outcome) == result_of(whole)
    assert epochs_of(folder) == epochs_of(whole_folder)
    assert predictions_of(folder) == predictions_of(whole_folder)
    assert checkpoints(tries.store) == []


def test_it_resumes_from_the_last_whole_epoch(tries: Tries) -> None:
    folder = tries.killed_when(lambda folder: len(epochs_of(folder)) >= 4)
    outcome, again = tries.finish()
    assert outcome.metrics["resumed_epochs"] >= len(epochs_of(folder)) >= 4
    assert epochs_of(again)[: len(epochs_of(folder))] == epochs_of(folder)


def test_a_torn_checkpoint_is_not_used_and_the_bits_are_the_same(tries: Tries) -> None:
    tries.given = {**SMALL, "epochs": 30}
    tries.killed_when(lambda folder: len(epochs_of(folder)) >= 2)
    (path,) = [p for p in checkpoints(tries.store) if not p.name.startswith(".")]
    path.write_bytes(path.read_bytes()[:-1])
    outcome, _ = tries.finish()
    assert outcome.metrics["resumed_epochs"] == 0
    (note,) = outcome.notes
    assert "incomplete" in note


class Exploit:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def forgeries(whole: bytes, target: Path) -> dict[str, bytes]:
    """Checkpoints with the right identity and digest, by somebody who may write to the store."""
    head = len(MAGIC) + DIGEST
    own = io.BytesIO(whole[head + DIGEST :])
    meta = json.loads(str(np.lib.format.read_array(own)))

    def file(*arrays: Any, rest: bytes = b"") -> bytes:
        stream = io.BytesIO()
        for array in arrays:
            np.lib.format.write_array(stream, np.array(array), allow_pickle=True)
        content = stream.getvalue() + rest
        return whole[:head] + hashlib.sha256(content).digest() + content

    huge = io.BytesIO()
    shape = {"descr": "<f4", "fortran_order": False, "shape": (1 << 50,)}
    np.lib.format.write_array_header_1_0(huge, shape)
    other = {**meta, "variables": 1, "arrays": ["state_0"], "best_epoch": meta["epoch"]}
    return {
        "pickle": file(np.array([Exploit(target)], object)),
        "a pickle among the arrays": file(json.dumps(meta), np.array([Exploit(target)], object)),
        "no arrays": file(json.dumps(meta)),
        "no JSON": file("{"),
        "a list": file("[]"),
        "a header of no array": file(rest=b"\x93NUMPY\x01\x00\x02\x00(("),
        "huge": file(json.dumps(meta), rest=huge.getvalue()),
        "other shapes": file(json.dumps({**other, "arrays": [*ARRAYS, "state_0"]}), *[[0.0]] * 5),
    }


def state_through_a_file(folder: str) -> dict[str, Any]:
    """What saving and loading a checkpoint does to a model, and to broken files; in a fork."""
    experiment = find("mnist_deep_cnn")
    options = parse(experiment.options, {**DEEP, "epochs": 2})
    seeds = derive(options)
    splits = experiment.load(options, seeds)

    def fresh() -> Any:
        return build_seeded(experiment, options, seeds, splits)

    def equal(one: list[Any], two: list[Any]) -> bool:
        return all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))

    checkpoint = Checkpoint("ab" * 8, "data", folder=Path(folder))
    trained = train(fresh(), splits, options, seeds, lambda *_: None, keep=checkpoint.save)
    model = fresh()
    before = snapshot(model)
    loaded = checkpoint.load(model)
    assert loaded is not None
    whole = checkpoint.path.read_bytes()
    others = {
        "cell": Checkpoint("cd" * 8, "data", folder=Path(folder)),
        "data": Checkpoint("ab" * 8, "other", folder=Path(folder)),
        "code": Checkpoint("ab" * 8, "data", "other", folder=Path(folder)),
    }
    others["cell"].path.write_bytes(whole)
    broken = {}
    for at in [0, 5, 40, 60, 90, 200, len(whole) // 2, len(whole) - 1]:
        flipped = bytearray(whole)
        flipped[at] ^= 1
        for kind, content in (("cut", whole[:at]), ("flipped", bytes(flipped))):
            checkpoint.path.write_bytes(content)
            other = fresh()
            broken[kind, at] = checkpoint.load(other) is None and equal(snapshot(other), before)
    forged, untouched = {}, fresh()
    for name, content in forgeries(whole, Path(folder) / "owned").items():
        checkpoint.path.write_bytes(content)
        refused = checkpoint.load(untouched) is None
        forged[name] = refused and "cannot be read" in str(checkpoint.refused)
    forged["weights"] = equal(untouched.get_weights(), fresh().get_weights())
    checkpoint.path.write_bytes(whole)
    foreign = {name: other.load(fresh()) is None for name, other in others.items()}
    reasons = {name: other.refused for name, other in others.items()}
    (Path(folder) / f".{checkpoint.path.name}.99.part").write_bytes(b"half")
    checkpoint.remove()
    best = fresh()
    restore(best, loaded.best_state)
    return {
        "state": equal(snapshot(model), snapshot(trained.model)),
        "best": equal(loaded.best_state, trained.best_state),
        "moved": not equal(snapshot(model), before),
        "fields": [
            (getattr(loaded, name) == getattr(trained, name))
            for name in ("epoch", "best_epoch", "best_rank", "history", "seconds")
        ],
        "probabilities": np.array_equal(loaded.probabilities, trained.probabilities),
        "broken": broken,
        "forged": forged,
        "foreign": foreign,
        "reasons": reasons,
        "left": [path.name for path in Path(folder).glob("*ababab*")],
    }


def test_what_a_checkpoint_holds_and_what_it_refuses(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    found = pool.submit(in_store, str(store_path), state_through_a_file, str(tmp_path)).result()
    assert found["state"]
    assert found["best"]
    assert found["moved"]
    assert found["probabilities"]
    assert all(found["fields"])
    assert found["broken"] == dict.fromkeys(found["broken"], True)
    assert found["forged"] == dict.fromkeys(found["forged"], True)
    assert not (tmp_path / "owned").exists()
    assert found["foreign"] == dict.fromkeys(found["foreign"], True)
    assert all("other code, data" in reason for reason in found["reasons"].values())
    assert found["left"] == []


def test_patience_counts_the_same_after_resuming() -> None:
    options = parse(find("mnist_cnn").options, {"patience": 3, "epochs": 50})
    so_far = Trained(model=None, epoch=7, best_epoch=4)
    assert so_far.is_over(options)
    assert not replace(so_far, epoch=6).is_over(options)
    assert not so_far.is_over(replace(options, patience=0))
    assert replace(so_far, epoch=50).is_over(replace(options, patience=0))


@pytest.mark.slow
def test_the_same_command_goes_on_after_kill_9(store: Store, store_path: Path) -> None:
    command = [sys.executable, "-m", "seedbed", "run", "mnist_cnn", "--dataset", "digits"]
    command += ["--seed", "3", "--epochs"]
    with subprocess.Popen([*command, "60"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("epoch  5/"):
                process.kill()
                break
    done = subprocess.run([*command, "60"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "epochs were taken over from an earlier try" in done.stdout
    assert "epoch  1/60" not in done.stdout
    anew = subprocess.run([*command, "60"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "taken over" not in anew.stdout

    def print_of(text: str) -> str:
        return next(line for line in text.splitlines() if line.startswith("fingerprint"))

    assert print_of(done.stdout) == print_of(anew.stdout)
    runs = list(store.runs("tags.state = 'finished'"))
    lengths = [len(store.client.get_metric_history(r.info.run_id, "val_loss")) for r in runs]
    assert lengths == [60, 60]
    assert checkpoints(store_path) == []


@pytest.mark.proof
def test_a_sweep_goes_on_with_a_killed_run(
    store: Store, store_path: Path, tmp_path: Path, pool: LocalPool
) -> None:
    """The run alone is killed; its driver has the cell trained on from where it was."""
    options = {"dataset": "digits", "train_size": 300, "epochs": 40}
    file = tmp_path / "one.yaml"
    inner = ", ".join(f"{key}: {value}" for key, value in options.items())
    file.write_text(f"question: q?\nexperiment: mnist_cnn\noptions: {{{inner}}}\nseeds: 1\n")
    process = driver(file, log=tmp_path / "log")
    deadline = time.monotonic() + 120
    killed: set[int] = set()
    while process.poll() is None:
        assert time.monotonic() < deadline, (tmp_path / "log").read_text()
        folders = [RunFolder(path.parent) for path in store_path.glob("runs/*/run.json")]
        runs = [run for run in runs_of(process) if run.pid not in killed]
        if len(killed) < 2 and runs and any(has_epochs(5 * len(killed) + 5, f) for f in folders):
            killed.add(runs[0].pid)
            runs[0].kill()
        time.sleep(0.02)
    assert process.returncode == 0, (tmp_path / "log").read_text()
    assert len(killed) == 2
    (run,) = store.runs("tags.kind = 'run' and tags.state = 'finished'")
    assert run.data.metrics["resumed_epochs"] >= 10
    given = {**options, "seed": 0}
    path = folder_of("mnist_cnn", tmp_path / "alone", given)
    alone = pool.submit(in_store, str(tmp_path / "other"), run_cell, "mnist_cnn", given, path)
    assert run.data.tags["fingerprint"] == alone.result().fingerprint
