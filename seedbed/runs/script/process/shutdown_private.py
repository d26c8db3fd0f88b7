"""What Seedbed uses of the end of a Python process beyond Python's public interface.

Executors (``concurrent.futures``, joblib's loky) end their threads in functions that they register
with ``threading._register_atexit``; Python calls these before it waits for threads. Pools of
``multiprocessing`` end in ``multiprocessing.util._exit_function``.
tests/runs/test_shutdown_private.py fails when a version of Python moves them.
"""

import threading
import traceback
from collections.abc import Callable
from multiprocessing import util


def end_executors() -> None:
    """Call what ends executors, last registered first, as Python does at its end.

    This process goes on, so the modules of these functions do not stay marked as shut down.
    """
    for call in reversed(threading._threading_atexits):  # type: ignore[attr-defined]
        names = _variables(call)
        unset = [name for name, value in names.items() if value is False]
        try:
            call()
        except Exception:  # Python prints what such a function raises, and goes on
            traceback.print_exc()
        for name in unset:
            if names[name] is True:
                names[name] = False


def _variables(call: Callable[[], object]) -> dict[str, object]:
    """The module variables of a function, also of one in a ``functools.partial``."""
    function = getattr(call, "func", call)
    names: dict[str, object] = getattr(function, "__globals__", {})
    return names


def end_processes() -> None:
    """End pools of processes and wait for other processes, as Python does at its end."""
    util._exit_function()  # type: ignore[attr-defined]
    util._exiting = False  # type: ignore[attr-defined]
