"""The process of one task: what it runs, how it answers, and how it may die."""

import os
import select
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from os import _exit as end_process  # now: while a script runs, `os._exit` ends only the script

from seedbed.runs.settings.tensorflow_setup import may_use
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.system.processes.child_path import forget


def how_it_failed_to_start(error: EOFError | OSError) -> str:
    """Why there is no process, in words."""
    reason = getattr(error, "strerror", None) or "the process that forks it has ended"
    return (
        f"its process could not be started ({reason}): too many processes run, too many files are "
        "open, or memory is short"
    )


def receive(answer: Connection, process: BaseProcess) -> object:
    """The task's result, or what it raised."""
    wait([answer, process.sentinel])
    try:
        raised, content = answer.recv()
    except EOFError:
        process.join()
        raise ProcessDiedError(_how_it_died(process.exitcode)) from None
    if raised:
        raise content
    return content


def _how_it_died(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        more = " (often: out of memory)" if name == "SIGKILL" else ""
        return f"its process was ended by {name}{more}"
    return f"its process ended with exit code {exit_code}"


def child(
    answer: Connection,
    alive: Connection,
    cores: int,
    variables: dict[str, str],
    call: tuple[Callable[..., object], tuple[object, ...], dict[str, object]],
) -> None:
    """Run the task in the fresh process."""
    fn, args, kwargs = call
    forget()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watched = (alive, os.dup(answer.fileno()))
    threading.Thread(target=_end_with_driver, args=watched, daemon=True).start()
    may_use(cores)
    os.environ.update(variables)
    try:
        message: tuple[bool, object] = (False, fn(*args, **kwargs))
    except Exception as error:  # a user's network raises anything
        message = (True, error)
    answer.send(message)
    answer.close()


def _end_with_driver(alive: Connection, answer: int) -> None:
    """Block until the driver has ended or no longer waits for the answer; then end this process.

    It may believe that there is no such process, because the fork server was killed before it could
    say so. The next sweep finds the folder of a driver that has ended and closes the run as killed.
    """
    watched = select.poll()
    watched.register(alive, select.POLLIN)
    watched.register(answer, 0)  # POLLERR comes without being asked for: nobody reads it any more
    watched.poll()
    end_process(1)
