"""``python -m seedbed run`` as a user types it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking.store import Store
from tests.support.cells import new_folder

ROOT = Path(__file__).parents[2]
SHORT = ("mnist_cnn", "--dataset", "digits", "--epochs", "2")


def start(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "seedbed", "run", *words],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=200)
    return process.returncode, out, err


@pytest.mark.long
def test_one_run_says_its_score_and_is_recorded(
    store_path: Path, tmp_path: Path, pool: LocalPool
) -> None:
    given = {"dataset": "digits", "epochs": 2, "seed": 7}
    forked = pool.submit(run_cell, "mnist_cnn", given, new_folder(tmp_path / "forked", **given))
    code, out, err = finish(start(*SHORT, "--seed", "7"))
    assert (code, err) == (0, "")
    assert "epoch 2/2" in out
    assert "test accuracy " in out
    (run,) = Store().runs("tags.kind = 'run'")
    assert run.info.status == "FINISHED"
    assert run.data.tags["state"] == "finished"
    assert run.data.tags["fingerprint"] in out
    assert run.data.tags["fingerprint"] == forked.result().fingerprint
    assert run.data.params["seed"] == "7"
    assert run.data.params["learning_rate"] == "0.001"
    assert list((store_path / "runs").iterdir()) == []


def test_a_store_that_takes_no_runs_is_noticed_before_training(
    store_path: Path, tmp_path: Path
) -> None:
    """Readable, so that only the first write shows it; as a disk mounted read-only would be."""
    with sqlite3.connect(tmp_path / "mlflow.db") as database:
        database.execute(
            "CREATE TRIGGER no_runs BEFORE INSERT ON runs "
            "BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"
        )
    database.close()
    code, out, err = finish(start(*SHORT))
    assert code == 2
    assert err.startswith("Error: The MLflow store ")
    assert "attempt to write a readonly database" in err
    assert err.count("\n") == 1
    assert "epoch" not in out
    assert list((store_path / "runs").glob("*/run.json")) == []


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_is_recorded_as_stopped(store_path: Path, number: signal.Signals) -> None:
    del store_path
    process = start("mnist_cnn", "--dataset", "digits", "--epochs", "5000")
    assert process.stdout is not None
    while "epoch    1/5000" not in (line := process.stdout.readline()):
        assert line
    time.sleep(0.2)
    process.send_signal(number)
    code, _, err = finish(process)
    assert code == 130
    assert "asked to stop" in err
    assert "Traceback" not in err
    (run,) = Store().runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "stopped")


@pytest.mark.long
def test_a_sigkill_is_closed_by_the_next_reaper(store_path: Path) -> None:
    from seedbed.tracking.writing.reaper import reap

    process = start("mnist_cnn", "--dataset", "digits", "--epochs", "5000")
    assert process.stdout is not None
    while "epoch    3/5000" not in (line := process.stdout.readline()):
        assert line
    process.kill()
    finish(process)
    store = Store()
    assert reap(store_path / "runs", store).closed == 1
    (run,) = store.runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "killed")
    assert run.data.metrics["val_accuracy"] > 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("mnist_cn",), "There is no experiment 'mnist_cn' (did you mean 'mnist_cnn'?)"),
        (("mnist_cnn", "--batchsize", "3"), "No such option '--batchsize'"),
        (("mnist_cnn", "--batch-size", "0"), "batch_size must be greater than or equal to 1"),
        (("mnist_cnn", "--learning-rate", "nan"), "learning_rate must be a finite number"),
        (("mnist_cnn", "--epochs", "-1"), "epochs must be greater than or equal to 1, got '-1'"),
        (("mnist_cnn", "--dataset", "cifar"), "dataset must be mnist5k, digits"),
        (("mnist_cnn", "--train-size", "99999"), "from 10 to 2500, got 99999"),
        (("mnist_cnn", "--seed"), "requires an argument"),
    ],
)
def test_bad_input_is_one_sentence_and_trains_nothing(
    store_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    """In this process: the command line is the same, and nothing here gets as far as Keras."""
    from click.testing import CliRunner

    from seedbed.cli.main import main

    result = CliRunner().invoke(main, ["run", *words])
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert not (store_path / "runs").exists()


def test_help_explains_every_option() -> None:
    from click.testing import CliRunner

    from seedbed.cli.main import main
    from seedbed.runs.execution.catalog import find
    from seedbed.runs.settings.options import specs

    result = CliRunner().invoke(main, ["run", "mnist_cnn", "--help"])
    assert result.exit_code == 0
    for spec in specs(find("mnist_cnn").options):
        assert spec.flag in result.output


def test_data_that_cannot_be_trained_on_are_refused_before_a_run_is_made(
    store_path: Path, tmp_path: Path
) -> None:
    """In this process, as a sweep's file is checked: nothing here imports Keras."""
    from click.testing import CliRunner

    from seedbed.cli.main import main

    labels = np.arange(40) % 5
    inputs = np.zeros((40, 1, 8, 4))
    inputs[7, 0, 2, 1] = np.nan
    np.savez(tmp_path / "windows.npz", inputs=inputs, labels=labels)
    result = CliRunner().invoke(
        main, ["run", "transport_cnn", "--data", str(tmp_path / "windows.npz")]
    )
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: inputs must be finite, but 1 of 40 examples hold NaN or infinity, the first is "
        "example 7: leave them out or fill them in.\n"
    )
    assert not (store_path / "runs").exists()


OWN_WITH_NAN = """
import numpy as np
from seedbed.runs.data.splits import Examples, Splits

def load(options, seeds):
    part = Examples(np.full((6, 3), np.nan, np.float32), np.arange(6) % 2, np.arange(6))
    return Splits(part, part, part, ("a", "b"), "")

def build(options, splits):
    raise AssertionError("not reached")
"""


def test_bad_data_of_a_users_file_are_one_sentence_and_a_failed_run(
    store_path: Path, tmp_path: Path
) -> None:
    del store_path
    path = tmp_path / "my_cnn.py"
    path.write_text(OWN_WITH_NAN)
    code, out, err = finish(start(str(path)))
    assert code == 2
    assert err.startswith("Error: The training inputs must be finite, but 6 of 6 hold NaN")
    assert err.count("\n") == 1
    assert "epoch" not in out
    (run,) = Store().runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("FAILED", "failed")
    assert run.data.tags["reason"].startswith("The training inputs must be finite")
