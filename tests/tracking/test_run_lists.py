"""Runs and curves as a visitor reads them from each kind of store."""

from pathlib import Path

import pytest

from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.store import Store


@pytest.mark.parametrize("kind", ["database", "folder"])
def test_curves_are_read_from_a_database_and_from_mlflows_folder(
    kind: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    place = store if kind == "database" else Store((tmp_path / "mlruns").as_uri())
    experiment = place.experiment_id("e")
    runs = [place.client.create_run(experiment).info.run_id for _ in range(2)]
    for step, value in ((1, 0.25), (2, 0.5), (2, 0.75)):
        place.client.log_metric(runs[0], "val_accuracy", value, timestamp=step, step=step)
    visitor = LocalVisitor(place)
    expected = {runs[0]: {1: 0.25, 2: 0.75}, runs[1]: {}}
    assert visitor.curves(runs, "val_accuracy") == expected
    assert visitor.curves([], "val_accuracy") == {}
