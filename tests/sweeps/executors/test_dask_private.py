"""What Seedbed relies on in Dask and multiprocessing; fails when one of them changes it."""

import asyncio
import inspect
import multiprocessing
import time
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from seedbed.sweeps.executors import dask_private


def key_and_threads() -> tuple[str, bool, int]:
    key = dask_private.current_key()
    return key, dask_private.is_wanted(key), dask_private.worker_threads()


def wait_until_unwanted(seconds: float) -> bool:
    """Whether a task notices that it was cancelled."""
    from distributed import get_worker

    key, until = dask_private.current_key(), time.monotonic() + seconds
    get_worker().log_event("started", key)
    while time.monotonic() < until:
        if not dask_private.is_wanted(key):
            get_worker().log_event("noticed", key)
            return True
        time.sleep(0.02)
    return False


@pytest.mark.timeout(240)
def test_a_task_knows_its_key_and_whether_it_is_wanted() -> None:
    from distributed import Client

    with Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0") as dask:
        task = dask.submit(key_and_threads, pure=False)
        assert task.result(timeout=60) == (task.key, True, 2)
        cancelled = dask.submit(wait_until_unwanted, 100.0, pure=False)
        until = time.monotonic() + 100
        while not dask.get_events("started") and time.monotonic() < until:
            time.sleep(0.05)
        cancelled.cancel(force=True)
        while not dask.get_events("noticed") and time.monotonic() < until:
            time.sleep(0.05)
        assert dask.get_events("noticed")[0][1] == cancelled.key


def start_a_process() -> None:
    dask_private.allow_processes()
    child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(0,))
    child.start()
    child.join()


def test_a_daemon_may_start_processes_once_allowed() -> None:
    daemon = multiprocessing.get_context("spawn").Process(target=start_a_process, daemon=True)
    daemon.start()
    daemon.join(200)
    assert daemon.exitcode == 0


class Closing:
    """Stands for a worker whose scheduler was lost; notes why it closes in the end."""

    def __init__(self) -> None:
        from distributed import Status

        self.status = Status.running
        self.reasons: list[str] = []
        self.batched_stream = SimpleNamespace(closed=lambda: True)

    async def close(self, _timeout: float, _executor_wait: bool, _nanny: bool, reason: str) -> str:
        self.reasons.append(reason)
        return "OK"


def test_only_a_lost_scheduler_is_joined_again_and_its_late_heartbeats_end_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Closing()
    told: list[str] = []
    monkeypatch.setattr("distributed.get_worker", lambda: worker)
    now = [1000.0]
    monkeypatch.setattr(dask_private, "time", SimpleNamespace(monotonic=lambda: now[0]))

    async def joined(_worker: object) -> None:
        told.append("joins")
        await worker.close(reason="worker-heartbeat-error")  # type: ignore[call-arg]

    monkeypatch.setattr(dask_private, "_join", joined)
    dask_private.join_again(lambda: told.append("lost"), lambda: told.append("back"))

    def close(reason: str) -> None:
        asyncio.run(worker.close(reason=reason))  # type: ignore[call-arg]

    close("worker-handle-scheduler-connection-broken")
    assert told == ["lost", "joins", "back"]
    close("worker-heartbeat-error")
    assert worker.reasons == []
    now[0] += dask_private.STALE_S + 1
    close("worker-heartbeat-error")
    assert worker.reasons == ["worker-heartbeat-error"]
    close("scheduler-close")
    assert worker.reasons[1:] == ["scheduler-close"]
    monkeypatch.setattr(dask_private, "_join", Mock(side_effect=OSError("away")))
    close("worker-handle-scheduler-connection-broken")
    assert worker.reasons[2:] == ["worker-handle-scheduler-connection-broken"]


class Connecting:
    """Stands for a client that has lost its scheduler."""

    def __init__(self) -> None:
        self.status = "connecting"
        self.scheduler = SimpleNamespace(address="tcp://somewhere:8786")
        self.connection_args: dict[str, object] = {}
        self.connected: list[float | None] = []

    async def _ensure_connected(self, timeout: float | None = None) -> None:
        self.connected.append(timeout)


def test_a_client_tries_a_lost_scheduler_again_and_again_for_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    async def connect(_address: str, timeout: float) -> SimpleNamespace:
        waits.append(timeout)
        if len(waits) < 4:
            raise OSError("nobody listens")
        return SimpleNamespace(close=lambda: asyncio.sleep(0))

    monkeypatch.setattr("distributed.comm.connect", connect)
    monkeypatch.setattr(dask_private, "LISTENS_S", 0.0)
    client = Connecting()
    dask_private.wait_for_scheduler(client, 120.0)
    asyncio.run(client._ensure_connected(timeout=120.0))
    assert waits == [1] * 4
    assert client.connected == [120.0], "once somebody listens"


def test_a_client_gives_up_once_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distributed.comm.connect", Mock(side_effect=OSError("nobody listens")))
    client = Connecting()
    dask_private.wait_for_scheduler(client, 120.0)
    with pytest.raises(OSError):  # noqa: PT011 (what Dask looks for; a time-out is one)
        asyncio.run(client._ensure_connected(timeout=0.05))
    assert client.connected == []


def test_dasks_client_looks_for_a_lost_scheduler_through_the_call_that_is_replaced() -> None:
    from distributed import Client

    assert "await self._ensure_connected(timeout=timeout)" in inspect.getsource(Client._reconnect)
