"""The pool: a fresh process for each task, and one task lost when one process is killed."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from seedbed.runs.script.process.process_setup import hard_exit_is_an_exit
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.sweeps.executors.task_process import child

ROOT = Path(__file__).parents[3]


def own_pid() -> int:
    return os.getpid()


def add(a: int, *, b: int) -> int:
    return a + b


def fail(message: str) -> None:
    raise LookupError(message)


def end_by(number: int) -> None:
    os.kill(os.getpid(), number)


def leave(code: int) -> None:
    os._exit(code)


def nap(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def note_and_work_on(path: str) -> None:
    """Say which process works, and go on working for longer than a test lasts."""
    Path(path).write_text(f"{os.getpid()}\n")
    time.sleep(600)


def test_results_arguments_and_exceptions(pool: LocalPool) -> None:
    assert pool.submit(add, 2, b=3).result() == 5
    with pytest.raises(LookupError, match="nothing here"):
        pool.submit(fail, "nothing here").result()


def test_every_task_has_a_process_of_its_own(pool: LocalPool) -> None:
    pids = [pool.submit(own_pid).result() for _ in range(4)]
    assert len({*pids, os.getpid()}) == 5


def test_a_killed_process_costs_its_own_task_only(pool: LocalPool) -> None:
    other = pool.submit(nap, 0.5)
    with pytest.raises(ProcessDiedError, match=r"ended by SIGKILL \(often: out of memory\)"):
        pool.submit(end_by, signal.SIGKILL).result()
    with pytest.raises(ProcessDiedError, match="exit code 7"):
        pool.submit(leave, 7).result()
    assert other.result() == "rested"
    assert pool.submit(add, 1, b=1).result() == 2


def test_map_keeps_the_order(pool: LocalPool) -> None:
    assert list(pool.map(nap, [0.2, 0.0])) == ["rested", "rested"]


@pytest.mark.usefixtures("pool")
def test_no_more_run_at_once_than_workers() -> None:
    with LocalPool(1) as single:
        began = time.monotonic()
        for future in [single.submit(nap, 0.3) for _ in range(2)]:
            future.result()
        assert time.monotonic() - began >= 0.6


@pytest.mark.usefixtures("pool")
def test_shutdown_waits_for_what_is_queued() -> None:
    single = LocalPool(1)
    futures = [single.submit(nap, 0.1) for _ in range(3)]
    single.shutdown()
    assert all(future.result() == "rested" for future in futures)
    with pytest.raises(RuntimeError, match="closed"):
        single.submit(nap, 0)


@pytest.mark.usefixtures("pool")
def test_stopping_ends_what_runs_and_cancels_what_waits() -> None:
    with LocalPool(1) as single:
        running, waiting = single.submit(nap, 250), single.submit(nap, 250)
        while not single._running:
            time.sleep(0.01)
        time.sleep(0.3)
        assert not running.cancel()
        assert waiting.cancel()
        with pytest.raises(ProcessDiedError, match="SIGTERM"):
            running.result(timeout=200)
        with pytest.raises(CancelledError):
            waiting.result(timeout=200)


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 200
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def noted_pid(note: Path) -> int:
    """Of the process that a task notes, once it has."""
    wait_until(lambda: note.exists() and note.read_text().endswith("\n"))
    return int(note.read_text())


def works(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def start_and_hang(path: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    started = subprocess.Popen(["sleep", "600"])
    Path(path).write_text(f"{started.pid}\n")
    time.sleep(600)


@pytest.mark.usefixtures("pool")
def test_what_a_killed_task_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with LocalPool(1, preload=(), stop_grace_s=0.2) as small:
        task = small.submit(start_and_hang, str(note))
        pid = noted_pid(note)
        task.cancel()
        with pytest.raises(ProcessDiedError, match="SIGKILL"):
            task.result(timeout=200)
    wait_until(lambda: not works(pid))


def work_on_in_a_script(path: str) -> None:
    """What a task does that runs a script, whose ``os._exit`` does not end the task."""
    with hard_exit_is_an_exit():
        note_and_work_on(path)


@pytest.mark.parametrize("work", [note_and_work_on, work_on_in_a_script])
def test_tasks_end_with_their_driver(tmp_path: Path, work: Callable[[str], None]) -> None:
    """A driver that is killed leaves no process behind that goes on working."""
    script = (
        "import sys, time; sys.path.insert(0, 'tests/sweeps/executors')\n"
        "from seedbed.sweeps.executors.local_pool import LocalPool\n"
        "import test_pool\n"
        "pool = LocalPool(1, preload=())\n"
        f"pool.submit(test_pool.{work.__name__}, {str(tmp_path / 'pid')!r}).result()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as driver:
        task = noted_pid(tmp_path / "pid")
        assert works(task)
        driver.kill()
    wait_until(lambda: not works(task))


@pytest.mark.parametrize("error", [BlockingIOError(11, "Resource unavailable"), EOFError()])
def test_a_process_that_cannot_be_started_costs_its_task_alone(
    pool: LocalPool, monkeypatch: pytest.MonkeyPatch, error: OSError | EOFError
) -> None:
    def refuse(_process: object) -> NoReturn:
        raise error

    assert pool.submit(os.getpid).result() > 0
    opened, tries = len(list(Path("/proc/self/fd").iterdir())), 50
    with monkeypatch.context() as patch:
        patch.setattr(ForkServerProcess, "start", refuse)
        for _ in range(tries):
            with pytest.raises(ProcessDiedError, match="its process could not be started"):
                pool.submit(os.getpid).result()
    # Other tests' threads open and close descriptors meanwhile, but not one for each try.
    assert len(list(Path("/proc/self/fd").iterdir())) < opened + tries
    assert pool.submit(os.getpid).result() > 0


def test_a_task_waits_for_a_fork_server_that_takes_the_place_of_one_that_ends(
    pool: LocalPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []
    start = ForkServerProcess.start

    def refuse_at_first(process: ForkServerProcess) -> None:
        tries.append(process)
        if len(tries) < 4:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        start(process)

    monkeypatch.setattr(ForkServerProcess, "start", refuse_at_first)
    assert pool.submit(add, 2, b=3).result() == 5


def test_a_process_of_which_its_driver_does_not_know_ends(pool: LocalPool) -> None:
    """A fork server that is killed just after it has forked tells nobody of that process."""
    context = multiprocessing.get_context("forkserver")
    answer, question = context.Pipe(duplex=False)
    _here, there = context.Pipe()
    call: tuple[object, ...] = (time.sleep, (60.0,), {})
    process = context.Process(target=child, args=(question, there, 1, {}, call))
    process.start()
    question.close()
    answer.close()
    process.join(30)
    assert process.exitcode == 1
    assert pool.submit(add, 2, b=3).result() == 5
