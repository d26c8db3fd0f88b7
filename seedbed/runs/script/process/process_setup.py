"""The surroundings of a script: its arguments, its folder, its output, no terminal, no window.

Everything here changes this process for good; it ends with its run.
"""

import atexit
import builtins
import contextlib
import multiprocessing
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from seedbed.runs.script.process.shutdown_private import end_executors, end_processes
from seedbed.runs.settings.tensorflow_setup import BACKEND

WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY")
TOO_LATE = ("TF_", BACKEND, "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "PYTHONHASHSEED")
WINDOWLESS = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}
SPAWNING = {
    "subprocess.Popen": "subprocess",
    "os.system": "os.system",
    "os.fork": "os.fork",
    "os.forkpty": "os.fork",
    "os.posix_spawn": "os.posix_spawn",
    "os.exec": "os.exec",
}


_own_processes = [0]
"""How many calls of ours are starting a process now."""


@contextlib.contextmanager
def own_process() -> Iterator[None]:
    """Report no process that starts in this block."""
    _own_processes[0] += 1
    try:
        yield
    finally:
        _own_processes[0] -= 1


class HardExit(SystemExit):
    """The script calls ``os._exit``."""


class PromptError(Exception):
    """The script asks for input."""


def redirect(out: Path, err: Path) -> None:
    """Send what this process and its children print to files, and let nothing be typed in."""
    sys.stdout.flush()
    sys.stderr.flush()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for path, number in ((out, 1), (err, 2)):
        stream = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(stream, number)
        os.close(stream)
    os.close(nothing)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream_ = open(  # noqa: SIM115
            number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
        )
        setattr(sys, name, stream_)
        setattr(sys, f"__{name}__", stream_)


def bytes_printed() -> int:
    """Bytes of output so far; 0 where it cannot be told."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        return os.lseek(1, 0, os.SEEK_CUR)
    return 0


def detach() -> None:
    """Leave the terminal, so that nothing can be asked there either."""
    with contextlib.suppress(OSError):
        os.setsid()


def no_input() -> None:
    """``input`` and ``getpass`` raise at once."""
    import getpass

    def ask(prompt: object = "", *_: object, **__: object) -> NoReturn:
        raise PromptError(f"it asks for input ({str(prompt).strip() or 'without a prompt'})")

    builtins.input = ask
    getpass.getpass = ask


def no_windows() -> None:
    """No display; Matplotlib draws into files, whatever window the script asks it for."""
    for name in WINDOWS:
        os.environ.pop(name, None)
    os.environ["MPLBACKEND"] = "agg"
    import matplotlib
    import matplotlib.pyplot as plt

    use = matplotlib.use

    def windowless(backend: str, **named: Any) -> None:
        chosen = backend if backend.lower() in WINDOWLESS else "agg"
        use(chosen, **named)

    def show(*_: object, **__: object) -> None:
        """Nobody looks."""

    matplotlib.use = windowless
    plt.show = show
    plt.switch_backend("agg")


def main_module(path: Path, arguments: str, shell: object | None) -> ModuleType:
    """The module ``__main__`` under which the script runs, with ``sys.argv`` and ``sys.path``.

    Args:
        path: The script.
        arguments: Its own flags, as a shell reads them.
        shell: What ``get_ipython()`` gives; None for a script that does not ask for it.
    """
    sys.argv = [str(path), *shlex.split(arguments)]
    sys.path[:] = [str(path.parent), *(p for p in sys.path if p not in ("", str(Path.cwd())))]
    module = ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    if shell is not None:
        module.__dict__.update(display=print, get_ipython=lambda: shell)
    if path.suffix != ".ipynb":
        module.__file__ = str(path)
    sys.modules["__main__"] = module
    return module


def watch_process(say: Callable[[str], None]) -> None:
    """Report other processes, and settings that come after TensorFlow was loaded."""
    own = os.getpid()
    told: set[str] = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if os.getpid() != own or _own_processes[0]:
            return
        if event in SPAWNING and not _of_python_itself(arguments):
            text = f"it starts processes ({SPAWNING[event]}); Seedbed does not see what they train"
        elif event == "os.putenv" and _comes_too_late(*arguments):
            text = too_late(*map(os.fsdecode, arguments))
        else:
            return
        if text not in told:
            told.add(text)
            say(text)

    sys.addaudithook(hook)


def too_late(name: str, value: str) -> str:
    """What to say of a variable that is set after TensorFlow or Keras has read it."""
    if name != BACKEND:
        return f"it sets {name}, but too late: repeat loads TensorFlow before the script begins"
    now = os.environ.get(name, "tensorflow")
    told = f"it sets {name}={value}, but this run of Keras is on {now}"
    if value in ("tensorflow", "jax"):
        return f"{told}: give --backend {value}"
    return f"{told}: Seedbed runs Keras on TensorFlow and JAX"


def _comes_too_late(name: bytes | str, value: bytes | str) -> bool:
    """Whether a variable changes after TensorFlow or Keras has read it."""
    known = os.environ.get(os.fsdecode(name))
    return os.fsdecode(name).startswith(TOO_LATE) and known != os.fsdecode(value)


def _of_python_itself(arguments: tuple[object, ...]) -> bool:
    """Whether a command is one with which libraries query the system, such as ``lscpu``."""
    return any("resource_tracker" in str(part) for part in arguments)


def forget_exits() -> None:
    """Drop the exit handlers that this process inherited when it was forked."""
    atexit._clear()


def start_processes_as_python_does() -> None:
    """Forget how this process was started: the script's own processes start as they do by hand."""
    multiprocessing.set_start_method(None, force=True)


def end_of_process() -> None:
    """What Python does when a script has ended, in Python's order.

    It ends executors, waits for the script's threads, calls its ``atexit`` functions, ends pools
    and waits for the script's processes.
    """
    end_executors()
    while threads := [one for one in threading.enumerate() if _is_waited_for(one)]:
        for thread in threads:
            thread.join()
    atexit._run_exitfuncs()
    end_processes()
    sys.stdout.flush()
    sys.stderr.flush()


def _is_waited_for(thread: threading.Thread) -> bool:
    return thread is not threading.current_thread() and not thread.daemon


@contextlib.contextmanager
def hard_exit_is_an_exit() -> Iterator[None]:
    """Meanwhile ``os._exit`` in the script's own process ends the script, not the record.

    Afterwards it ends the process again if the main thread calls it, so that the run's process ends
    as its pool means it to: not by Python's shutdown, in which HDF5 calls what is gone by then. A
    thread that the script left behind still ends only itself.
    """
    own, leave, running = os.getpid(), os._exit, threading.Event()

    def exit_(code: int) -> NoReturn:
        left = threading.current_thread() is not threading.main_thread()
        if os.getpid() == own and (running.is_set() or left):
            raise HardExit(code)
        leave(code)

    setattr(os, "_exit", exit_)  # noqa: B010 (its type says that it never raises)
    running.set()
    try:
        yield
    finally:
        running.clear()
