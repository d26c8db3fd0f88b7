"""Kills processes together with all that they have started, which would otherwise live on."""

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def kill_tree(pid: int) -> None:
    """Kill a process and everything it has started.

    Args:
        pid: Its id; nothing is done if no process has it any more.
    """
    import psutil

    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        _kill(root, *root.children(recursive=True))


def kill_children() -> None:
    """Kill everything that this process has started."""
    import psutil

    _kill(*psutil.Process().children(recursive=True))


def _kill(*processes: "psutil.Process") -> None:
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
