"""Contracts of ``shutdown_private``: where Python keeps what ends executors and pools."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from seedbed.runs.script.process.shutdown_private import end_executors


def test_executors_end_and_new_ones_can_start(capsys: pytest.CaptureFixture[str]) -> None:
    register = getattr(threading, "_register_atexit")  # noqa: B009 (the stubs lack it)
    hooks = getattr(threading, "_threading_atexits")  # noqa: B009
    called: list[int] = []
    first = len(hooks)
    for number in (1, 2):
        register(called.append, number)
    register(int, "no number")
    pool = ThreadPoolExecutor(1)
    pool.submit(int).result()
    try:
        end_executors()
    finally:
        del hooks[first:]
    assert called == [2, 1]
    assert "no number" in capsys.readouterr().err
    with pytest.raises(RuntimeError):
        pool.submit(int)
    with ThreadPoolExecutor(1) as again:
        assert again.submit(int).result() == 0


def test_pools_end_and_new_ones_can_start() -> None:
    """In a process of its own: the tests' own pools must not end."""
    script = """if True:
        import multiprocessing
        from seedbed.runs.script.process.shutdown_private import end_processes
        for _ in range(2):
            pool = multiprocessing.get_context("fork").Pool(1)
            assert pool.apply(int) == 0
            end_processes()
            print(len(multiprocessing.active_children()))
    """
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert ended.stdout.split() == ["0", "0"]
