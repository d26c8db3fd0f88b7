"""What Seedbed relies on in Dask and multiprocessing; fails when one of them changes it."""

import multiprocessing
import time

import pytest

from seedbed.sweeps.executors import dask_private


def key_and_threads() -> tuple[str, bool, int]:
    key = dask_private.current_key()
    return key, dask_private.is_wanted(key), dask_private.worker_threads()


def wait_until_unwanted(seconds: float) -> bool:
    """Whether a task notices that it was cancelled."""
    from distributed import get_worker

    key, until = dask_private.current_key(), time.monotonic() + seconds
    while time.monotonic() < until:
        if not dask_private.is_wanted(key):
            get_worker().log_event("noticed", key)
            return True
        time.sleep(0.02)
    return False


@pytest.mark.timeout(120)
def test_a_task_knows_its_key_and_whether_it_is_wanted() -> None:
    from distributed import Client

    with Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0") as dask:
        task = dask.submit(key_and_threads, pure=False)
        assert task.result(timeout=60) == (task.key, True, 2)
        cancelled = dask.submit(wait_until_unwanted, 60.0, pure=False)
        while cancelled.key not in str(dask.processing()):
            time.sleep(0.05)
        time.sleep(0.5)
        cancelled.cancel(force=True)
        until = time.monotonic() + 60
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
    daemon.join(60)
    assert daemon.exitcode == 0
