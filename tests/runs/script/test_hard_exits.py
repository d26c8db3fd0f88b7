"""``os._exit`` while a script runs, and afterwards."""

import multiprocessing
import os
import threading
from multiprocessing.connection import Connection

import pytest

from seedbed.runs.script.process.process_setup import HardExit, hard_exit_is_an_exit


def leave(after: bool, answer: Connection) -> None:
    ended = threading.Event()

    def later() -> None:
        ended.wait()
        try:
            os._exit(3)
        except HardExit:
            answer.send("its thread ended alone")

    thread = threading.Thread(target=later)
    thread.start()
    try:
        with hard_exit_is_an_exit():
            os._exit(4)
    except HardExit as error:
        answer.send(f"the script ended with {error.code}")
    ended.set()
    thread.join()
    if after:
        os._exit(5)


@pytest.mark.parametrize(("after", "code"), [(False, 0), (True, 5)])
def test_a_hard_exit_ends_the_script_and_afterwards_the_process(after: bool, code: int) -> None:
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=leave, args=(after, there))
    process.start()
    there.close()
    assert here.recv() == "the script ended with 4"
    assert here.recv() == "its thread ended alone"
    process.join()
    assert process.exitcode == code
