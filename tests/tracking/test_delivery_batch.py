"""What a delivery logs in one call, and how a larger one is cut."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.delivery_batch import Batch
from tests.support.waiting import a_finished_folder


class Logged:
    """Notes the calls of ``log_batch``; their meaning is tested against a store."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], int, int]] = []

    def log_batch(
        self, _run_id: str, metrics: list[Any], params: Sequence[Any] = (), tags: Sequence[Any] = ()
    ) -> None:
        self.calls.append(([metric.key for metric in metrics], len(params), len(tags)))


@pytest.mark.parametrize(
    ("points", "sizes"),
    [(0, [0]), (996, [996]), (997, [1, 996]), (2500, [1000, 504, 996])],
)
def test_no_call_holds_more_than_the_server_takes(points: int, sizes: list[int]) -> None:
    batch = Batch({"a": "1", "b": "2"}, {"t": "1", "u": "2"})
    for number in range(points):
        batch.add_points({str(number): 0.0}, number, number)
    client: Any = Logged()
    batch.log(client, "run")
    assert [len(keys) for keys, _, _ in client.calls] == sizes
    assert [(params, tags) for _, params, tags in client.calls][-1] == (2, 2)
    assert all(call[1:] == (0, 0) for call in client.calls[:-1])
    assert [key for keys, _, _ in client.calls for key in keys] == [str(n) for n in range(points)]


def test_a_run_that_has_ended_is_logged_in_one_call(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    log_batch = MlflowClient.log_batch

    def noted(self: MlflowClient, run_id: str, *given: Any, **named: Any) -> Any:
        calls.append(run_id)
        return log_batch(self, run_id, *given, **named)

    monkeypatch.setattr(MlflowClient, "log_batch", noted)
    assert deliver(a_finished_folder(tmp_path / "runs"), store)
    assert len(calls) == 1
