"""A sweep as a user runs it: from the outside, through a real store, killed and started again."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.store import Store
from tests.support.cells import new_folder

ROOT = Path(__file__).parents[2]

TEXT = """\
question: Is batch size 32 better than 256?
experiment: mnist_cnn
configurations:
  batch_size: [32, 256]
options:
  dataset: digits
  epochs: {epochs}
seeds: {seeds}
"""


def start(file: Path, *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "seedbed", "sweep", str(file), *more],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def trains(events: Path) -> bool:
    """Whether these are of a run that has recorded an epoch and not ended."""
    try:
        text = events.read_text()
    except FileNotFoundError:
        return False
    return '"epoch"' in text and '"state"' not in text


def by_state(sweep: SweepRecord) -> Counter[str]:
    return Counter(run.state for run in sweep.runs)


@pytest.mark.long
def test_a_sweep_ends_with_its_verdict_and_runs_nothing_twice(
    store_path: Path, tmp_path: Path, pool: LocalPool
) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(TEXT.format(epochs=2, seeds=2))
    began = date.today()
    code, out, err = finish(start(file))
    assert (code, err) == (0, "")
    assert "[4/4]" in out
    assert "Report     " in out
    assert "to go" in out
    store = Store()
    sweep = read_sweep("small", store)
    assert by_state(sweep) == {"finished": 4}
    assert sweep.description is not None
    first = out.split("\n\n")[1].replace("\n", " ")
    assert first in sweep.description.replace("\\", "")
    parent = store.client.get_run(sweep.run_id)
    assert parent.info.status == "FINISHED"
    assert parent.info.run_name in {f"small {day}" for day in (began, date.today())}
    assert parent.data.tags["verdict"] in ("different", "equivalent", "undecided")
    (tagged,) = store.client.search_runs(
        [parent.info.experiment_id], "tags.configuration = 'batch_size=256' AND params.seed = '1'"
    )
    shown = {name: parent.data.params[name] for name in ("batch_size", "seeds")}
    assert shown == {"batch_size": "32, 256", "seeds": "2"}
    assert tagged.info.run_name == "256 · seed 1 · batch_size"
    assert parent.data.metrics["runs_finished"] == 4
    assert 0 < parent.data.metrics["accuracy_mean"] < 1
    files = {f.path for f in store.client.list_artifacts(sweep.run_id, "report")}
    assert "report/report.html" in files
    assert (store_path / "reports" / "small" / "report.html").stat().st_size < 2_000_000
    assert list((store_path / "runs").iterdir()) == []

    # The same cell alone, in another process, has the same weights.
    given: dict[str, Any] = {"dataset": "digits", "epochs": 2, "batch_size": 32, "seed": 1}
    alone = pool.submit(run_cell, "mnist_cnn", given, new_folder(tmp_path / "alone", **given))
    (same,) = [r for r in sweep.runs if r.options["batch_size"] == 32 and r.options["seed"] == 1]
    assert alone.result().fingerprint == same.fingerprint

    # As the report says how to repeat it; where nothing is missing, the sweep's end stands.
    beside = store_path / "reports" / "small" / "design.yaml"
    page = beside.with_name("report.md").read_text(encoding="utf-8")
    assert f"seedbed sweep {beside} --name small" in page
    copy = store.client.download_artifacts(sweep.run_id, "design.yaml", str(tmp_path))
    assert beside.read_text(encoding="utf-8") == Path(copy).read_text(encoding="utf-8")
    code, out, err = finish(start(beside, "--name", "small", "--no-report"))
    assert (code, err) == (0, "")
    assert "4 done before, 0 to run" in out
    assert by_state(read_sweep("small", store)) == {"finished": 4}
    again = store.client.get_run(sweep.run_id).info
    assert (again.status, again.end_time) == ("FINISHED", parent.info.end_time)


@pytest.mark.long
def test_killed_and_started_again_it_does_what_is_missing(store_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "killed.yaml"
    file.write_text(TEXT.format(epochs=12, seeds=3))
    flags = ("--no-report", "--workers", "2")
    first = start(file, *flags)
    assert first.stdout is not None
    while "[1/6]" not in (line := first.stdout.readline()):
        assert line
    while sum(trains(path) for path in (store_path / "runs").glob("*/events.jsonl")) < 2:
        assert first.poll() is None  # it is killed while it claims nothing
        time.sleep(0.02)
    first.kill()
    finish(first)
    assert any((store_path / "runs").glob("*/run.json"))

    second = start(file, *flags)
    assert second.stdout is not None
    while not re.search(r"\[[2-5]/6\]", line := second.stdout.readline()):
        assert line
    second.send_signal(signal.SIGINT)
    code, _, err = finish(second)
    assert code == 130
    assert "left: seedbed resume killed continues it." in err
    store = Store()
    assert store.client.get_run(read_sweep("killed", store).run_id).info.status == "KILLED"

    code, _, err = finish(start(file, "--no-report"))
    assert (code, err) == (0, "")
    sweep = read_sweep("killed", store)
    finished = Counter(run.cell for run in sweep.finished)
    assert len(finished) == 6
    assert set(finished.values()) == {1}
    states = by_state(sweep)
    assert states["killed"] >= 1
    assert states["running"] == 0
    assert {run.info.status for run in store.runs("tags.kind = 'run'")} == {"FINISHED", "KILLED"}
    assert store.client.get_run(sweep.run_id).info.status == "FINISHED"


@pytest.mark.long
def test_a_loss_that_is_no_number_fails_its_run_and_the_verdict_counts_it(
    store_path: Path, tmp_path: Path
) -> None:
    del store_path
    file = tmp_path / "nan.yaml"
    text = TEXT.format(epochs=2, seeds=2).replace(
        "batch_size: [32, 256]", "learning_rate: [0.001, 1e30]"
    )
    file.write_text(text)
    code, out, err = finish(start(file))
    assert code == 1
    assert err.count("the training loss became") == 1, "one reason is told once, of both runs"
    assert "failed: learning_rate=1e+30 seed=0, learning_rate=1e+30 seed=1: the training" in err
    assert "2 of 4 runs finished" in out
    assert "2 failed" in out
    sweep = read_sweep("nan", Store())
    assert by_state(sweep) == {"finished": 2, "failed": 2}
    reasons = {run.reason or "" for run in sweep.runs if run.state == "failed"}
    assert all(" in epoch " in reason for reason in reasons)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MLFLOW_TRACKING_URI", "http://127.0.0.1:9", "http://127.0.0.1:9 must be reachable"),
        ("SEEDBED_STORE", "/proc/nowhere", "cannot be made"),
    ],
)
def test_a_store_that_cannot_be_used_stops_the_sweep_before_training(
    store_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    sentence: str,
) -> None:
    file = tmp_path / "none.yaml"
    file.write_text(TEXT.format(epochs=1, seeds=1))
    monkeypatch.setenv(variable, value)
    code, out, err = finish(start(file))
    assert code == 2
    assert sentence in err
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert out == ""
    assert not (store_path / "ledgers").exists()
