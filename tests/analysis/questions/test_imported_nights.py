"""Runs of another tool, night by night: a night is the day on which they started."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import seedbed
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns
from tests.analysis.asking import refused, write

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)


def nightly(nights: int = 12, fall_at: int = 8) -> Runs:
    """Two arms and three seeds each night; at one night batch size 32 falls by 5 points."""
    rng = np.random.default_rng(0)
    runs = []
    for night in range(nights):
        for number in range(6):
            size, seed = (32, 256)[number % 2], number // 2
            started = FIRST + timedelta(days=night, minutes=number)
            fall = 0.05 if size == 32 and night >= fall_at else 0
            runs.append(
                ImportedRun(
                    run_id=f"{night}-{number}",
                    name=f"night {night}, run {number}",
                    state="finished",
                    params={"batch_size": size, "seed": seed, "date": started.isoformat()},
                    metrics={"val_accuracy": 0.9 + rng.normal(0, 0.004) - fall},
                    started_ms=int(started.timestamp() * 1000),
                )
            )
    return Runs(ImportedRuns("mlflow:nightly", "the experiment", tuple(runs)))


def test_the_night_on_which_an_arm_fell_is_found() -> None:
    found = seedbed.drift(nightly())
    assert found.verdict == "different"
    assert "Drift in batch_size=32" in found.answer
    said = found.text
    assert "12 nights, 2026-03-01 to 2026-03-12" in said
    assert "the score is val_accuracy" in said
    assert "No alarm in batch_size=256" in said
    assert seedbed.drift(nightly(fall_at=99)).verdict == "undecided"


def test_nights_with_equal_results_are_not_taken_for_copies() -> None:
    runs = nightly(nights=4, fall_at=99)
    same = [replace(run, metrics={"val_accuracy": 0.9}) for run in runs.given.runs]
    found = seedbed.drift(Runs(replace(runs.given, runs=tuple(same))))
    assert found.verdict == "undecided"


def test_runs_that_do_not_tell_when_they_started_are_refused(tmp_path: Path) -> None:
    table = write(tmp_path / "runs.csv", "bs,seed,acc\n32,1,.9\n32,2,.91\n64,1,.92\n64,2,.93\n")
    assert "needs the day on which each run started" in refused("drift", table)
    with pytest.raises(InputError, match="--bit-identical is for numbers"):
        seedbed.drift(nightly(), bit_identical=True)
