"""Python's search for cycles, kept off what lives as long as the process.

TensorFlow or MLflow are half a million objects and more. Python looks through them again and again
while they are imported (a fifth of the time), once while a run is traced (in a forked process all
their memory is copied for it), and once more when the process ends (about a second).
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search() -> Iterator[None]:
    """Let no search for cycles begin in this block."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def grown_old() -> None:
    """Count all objects as old, so that the next search for young cycles does not visit them.

    After ``no_search`` all that was made in its block is young, and the next search takes seconds
    for millions of objects. Old ones wait for a full search; ``gc.collect()`` asks for one.
    """
    if not gc.get_freeze_count():  # objects that ``lasting`` keeps stay apart
        gc.freeze()
        gc.unfreeze()


@contextmanager
def lasting() -> Iterator[None]:
    """Make objects that nobody will give up, such as modules: none is searched then or later.

    For a process of our own: what asks who refers to an object (Hypothesis does, of NumPy's random
    generators) no longer finds these.
    """
    with no_search():
        yield
        gc.freeze()


def end_without_search() -> None:
    """Let the process end without a last search; what is left goes with its memory."""
    atexit.register(gc.freeze)
