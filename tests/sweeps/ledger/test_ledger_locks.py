"""Reading a ledger needs no lock; whoever must wait is told who holds it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.status import read_status
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.system.errors import LockedError
from seedbed.system.files.file_lock import FileLock

Write = Callable[..., Path]

HOLD = """
import sys
from seedbed.sweeps.ledger.storages.open_storage import open_storage
with open_storage("short", sys.argv[1] or None, create=False).lock():
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held_and_suspended(url: str | None) -> Iterator[int]:
    """A process that holds the ledger's lock and is suspended; its id."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url or ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.send_signal(signal.SIGSTOP)
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def test_status_and_orders_do_not_wait_for_a_suspended_driver(
    write_design: Write, ledger_url: str | None
) -> None:
    Ledger.open(load(write_design(seeds=2)), ledger_url).close()
    with held_and_suspended(ledger_url):
        began = time.monotonic()
        storage = open_storage("short", ledger_url, create=False)
        with closing(LedgerReader(storage)) as ledger:
            assert read_status(ledger).left == 2
            ledger.order("stop")
            assert ledger.notes.orders()[0] == "stop"
        assert time.monotonic() - began < 60


def test_whoever_waits_too_long_is_told_who_holds_the_lock(
    write_design: Write, ledger_url: str | None
) -> None:
    Ledger.open(load(write_design(seeds=2)), ledger_url).close()
    with held_and_suspended(ledger_url) as pid:
        storage = open_storage("short", ledger_url, create=False, wait_s=0.2)
        with closing(storage), pytest.raises(LockedError) as caught, storage.lock():
            pass
    assert f"process {pid} on {socket.gethostname()}" in str(caught.value)
    assert "let that process go on" in str(caught.value)


def test_the_lock_of_a_killed_process_is_free_at_once(
    write_design: Write, ledger_url: str | None
) -> None:
    Ledger.open(load(write_design(seeds=2)), ledger_url).close()
    with held_and_suspended(ledger_url) as pid:
        os.kill(pid, signal.SIGKILL)
        with (
            closing(open_storage("short", ledger_url, create=False, wait_s=10)) as storage,
            storage.lock(),
        ):
            pass


def test_a_note_that_is_no_note_names_another_process(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock", wait_s=0.05)
    with lock.held():
        (tmp_path / "a.lock").write_text('{"pid": "\x1b[2J"}')
        with pytest.raises(LockedError, match="another process holds it"), lock.held():
            pass
