"""The store of the benchmark is one that analysis reads like any other."""

from pathlib import Path

import pytest

from benchmarks.made_store import BATCH_SIZES, Made, make
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.answers.spread import spread_of_runs
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store


def test_runs_files_and_curves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    make(Made("made", runs=20, examples=50, epochs=2, files=10), tmp_path)
    sweep = read_sweep("made", Store())
    assert len(sweep.finished) == 20
    assert len({run.run_id for run in sweep.runs}) == 20
    found = recorded(sweep)
    assert [group.options for group in found.groups] == [(("batch_size", b),) for b in BATCH_SIZES]
    for group in found.groups:
        assert [run.options["seed"] for run in group.runs] == [0, 1, 2, 3]
        stack, said = found.stack(group)
        assert stack is not None
        assert (stack.predicted.shape, said) == ((4, 50), [])
        for run, errors in zip(group.runs[1:], stack.errors[1:], strict=True):
            assert run.metrics["test_accuracy"] == pytest.approx(1 - errors.mean())
    one = sweep.runs[7].load_history
    assert one is not None
    assert one()["val_accuracy"] == [0.5, 0.75]
    assert spread_of_runs(found, found.groups[0]).fields["n"] == 4
