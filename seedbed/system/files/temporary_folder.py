"""Temporary files of a run in a folder of its own, and sockets whose names are short enough.

TensorFlow writes the code that it generates to temporary files and removes them when Python exits,
which a forked or killed process does not do. In the run's folder they go with the run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import process, util
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.processes.environment_variables import variables_set

LONGEST_SOCKET = 107
"""Bytes of a socket's path that the system takes."""

BELOW = len("/pymp-abcdefgh/listener-abcdefgh")
"""What multiprocessing adds to the folder for temporary files."""

SHORT = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 (mkdtemp makes a folder of this user alone)


@contextmanager
def own_temporary_folder(folder: Path) -> Iterator[None]:
    """Put temporary files of this process and its children in a folder, removed at the end."""
    directory = tempfile.tempdir
    with variables_set({"TMPDIR": str(folder)}):
        use_temporary_folder(folder)
        try:
            yield
        finally:
            tempfile.tempdir = directory
            shutil.rmtree(folder, ignore_errors=True)


def use_temporary_folder(folder: Path) -> None:
    """Make temporary files of this process and its children in a folder from now on."""
    folder.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def keep_sockets_short() -> None:
    """Have multiprocessing keep its sockets in a short folder if TMPDIR's name is too long.

    The setting is private: ``multiprocessing.util.get_temp_dir`` looks there for the folder that it
    made before, and Python 3.14 makes this detour itself.

    Raises:
        InputError: No other folder can be written.
    """
    settings = process.current_process()._config  # type: ignore[attr-defined]
    here = tempfile.gettempdir()
    if settings.get("tempdir") or len(os.fsencode(here)) + BELOW <= LONGEST_SOCKET:
        return
    for parent in SHORT:
        try:
            folder = tempfile.mkdtemp(prefix="pymp-", dir=parent)
        except OSError:
            continue
        util.Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-100)
        settings["tempdir"] = folder
        return
    raise InputError(
        f"TMPDIR must be at most {LONGEST_SOCKET - BELOW} bytes long, because sockets are made "
        f"there, got {len(os.fsencode(here))}: set TMPDIR to a shorter folder, such as /tmp."
    )
