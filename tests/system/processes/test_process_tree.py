"""Processes are killed together with what they have started."""

import subprocess
import sys
import time

import psutil

from seedbed.system.processes.process_tree import kill_tree

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(250)"])
print(child.pid, flush=True)
"""
WAITING = PARENT + "time.sleep(250)"
KILLING = (
    PARENT
    + """
from seedbed.system.processes.process_tree import kill_children
kill_children()
print("lives on", child.wait(60))
"""
)


def started(script: str) -> tuple[subprocess.Popen[str], int]:
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, int(parent.stdout.readline())


def lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_process_goes_with_what_it_started() -> None:
    parent, child = started(WAITING)
    kill_tree(parent.pid)
    parent.communicate(timeout=60)
    end = time.monotonic() + 60
    while lives(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not lives(child)


def test_a_process_that_kills_its_children_lives_on() -> None:
    parent, child = started(KILLING)
    said, _ = parent.communicate(timeout=120)
    assert said.split() == ["lives", "on", "-9"]
    assert not lives(child)


def test_a_process_that_has_ended_is_no_error() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    kill_tree(ended.pid)
