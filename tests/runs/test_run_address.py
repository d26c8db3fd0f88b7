"""``seedbed run`` says where MLflow's UI shows its run."""

from types import SimpleNamespace
from typing import cast

import pytest

from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.single_run import ui_of
from seedbed.tracking.store import Store


@pytest.mark.parametrize(
    ("uri", "run_id", "shown"),
    [
        ("sqlite:///mlflow.db", "r1", "seedbed ui"),
        ("http://user:secret@host:5000", None, "seedbed ui"),
        (
            "http://user:secret@host:5000",
            "r1",
            "http://host:5000/#/experiments/7/runs/r1?workflowType=machine_learning",
        ),
    ],
)
def test_a_single_run_names_its_address_in_mlflow(uri: str, run_id: str | None, shown: str) -> None:
    store = SimpleNamespace(
        uri=uri, is_served=uri.startswith("http"), experiment_id=lambda _name: "7"
    )
    assert ui_of(cast("Store", store), find("mnist_cnn"), run_id) == shown
