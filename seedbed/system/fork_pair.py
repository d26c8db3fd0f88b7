"""One piece of work done by two processes, which exchange what they have learned half-way."""

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Half = TypeVar("Half")
Result = TypeVar("Result")


def can_fork() -> bool:
    """Whether a second process can take over half of the work, and there is a core for it."""
    if sys.platform != "linux" or multiprocessing.current_process().daemon:
        return False
    return len(os.sched_getaffinity(0)) > 1


def in_two_processes(
    first: Callable[[Callable[[Half], Half]], Result],
    second: Callable[[Callable[[Half], Half]], Result],
) -> tuple[Result, Result]:
    """Do the first piece of work here and the second in a forked process.

    Args:
        first: Is given a function that hands over what was learned and returns what the other
            has learned; it must be called exactly once.
        second: Likewise; what it returns is pickled.

    Returns:
        Both results.

    Raises:
        EOFError: The other process ended before its work was done.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    other = context.Process(target=_serve, args=(there, here, second))
    other.start()
    there.close()

    def exchange(learned: Half) -> Half:
        received: Half = here.recv()
        here.send(learned)
        return received

    try:
        done = first(exchange)
        result: Result = here.recv()
    except BaseException:
        other.kill()
        raise
    finally:
        here.close()
        other.join()
    return done, result


def _serve(pipe: Connection, parents: Connection, work: Callable[..., Any]) -> None:
    """Do the second piece of work and send its result."""
    parents.close()

    def exchange(learned: Any) -> Any:
        pipe.send(learned)
        return pipe.recv()

    try:
        pipe.send(work(exchange))
    except (EOFError, KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
