"""One piece of work done by two processes, which exchange what they learn on the way."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# multiprocessing is imported late: 15 ms that a command on few files need not wait for.

Half = TypeVar("Half")
Result = TypeVar("Result")


def can_fork() -> bool:
    """Whether a second process can take over half of the work, and there is a core for it."""
    import multiprocessing

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
            has learned; both call it equally often.
        second: Likewise; what it returns is pickled.

    Returns:
        Both results.

    Raises:
        EOFError: The other process could not start, or ended before its work was done.
    """
    import multiprocessing

    context = multiprocessing.get_context("fork")
    with _failure_is_an_end():
        here, there = context.Pipe()
        other = context.Process(target=_serve, args=(there, here, second))
        other.start()
    there.close()

    def exchange(learned: Half) -> Half:
        with _failure_is_an_end():
            received: Half = here.recv()
            here.send(learned)
        return received

    try:
        done = first(exchange)
        with _failure_is_an_end():
            result: Result = here.recv()
    except BaseException:
        other.kill()
        raise
    finally:
        here.close()
        other.join()
    return done, result


@contextmanager
def _failure_is_an_end() -> Iterator[None]:
    """Raise EOFError where the system refuses a process, or a pipe broke as one was killed."""
    try:
        yield
    except OSError as error:
        raise EOFError from error


def _serve(pipe: "Connection", parents: "Connection", work: Callable[..., object]) -> None:
    """Do the second piece of work and send its result, or end without a word.

    Whoever waits for the result then does the work too, so an error is reported there, once.
    """
    parents.close()

    def exchange(learned: object) -> object:
        pipe.send(learned)
        return pipe.recv()

    try:
        pipe.send(work(exchange))
    except (Exception, KeyboardInterrupt):  # the other half does the work and reports it
        os._exit(1)
