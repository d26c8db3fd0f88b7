"""The files that a script may read, to tell whether they changed since it was run."""

import hashlib
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from seedbed.runs.script.options import Options
from seedbed.runs.script.paths.files_read import reads
from seedbed.runs.script.paths.outside import read_outside
from seedbed.runs.script.paths.path_values import known_part
from seedbed.runs.script.script_files import imported_modules, read
from seedbed.runs.script.workspace import walk
from seedbed.system.paths import sqlite_file, tracking_uri

BLOCK = 1 << 20
NO_DATA = ("/dev", "/proc", "/sys")


def data_state(every: Sequence[Options]) -> str:
    """SHA-256 (hex) of the files in a script's folder and of those that its text and flags name.

    A run gets a copy of that folder, so that any file in it may be data. A file elsewhere whose
    path the script computes is not seen.

    Args:
        every: Options of runs of one script, which differ in its flags.
    """
    digest, printed = hashlib.sha256(), _printed()
    database = _database()
    for path in sorted({file for place in _places(every) for file in _files(place)}):
        if path in database:
            continue
        digest.update(os.fsencode(path) + b"\0")
        try:
            with path.open("rb") as stream:
                found = os.fstat(stream.fileno())
                if (found.st_dev, found.st_ino) in printed:
                    continue
                while block := stream.read(BLOCK):
                    digest.update(block)
                digest.update(b"\0%d" % stream.tell())
        except OSError as error:  # no run can read it either
            digest.update(str(error.errno).encode())
    return digest.hexdigest()


def _places(every: Sequence[Options]) -> set[Path]:
    first = every[0]
    module = read(first.path)
    modules = [module, *imported_modules(module)]
    named = {one.path for part in modules for one in reads(part, first.path.parent)}
    places = {first.home}
    for options in every:
        flags = options.arguments
        named |= {word.rpartition("=")[2] for word in shlex.split(flags)}
        places |= set(read_outside(modules, options.home, options.base, flags))
    full = {Path(part) for path in named if (part := known_part(path)).startswith("/")}
    return places | {path for path in full if not first.home.is_relative_to(path)}


def _files(place: Path) -> Iterator[Path]:
    """The files of a folder or the file itself, without links on the way."""
    if place.as_posix().startswith(NO_DATA):
        return
    if place.is_file():
        yield place.resolve()
    elif place.is_dir():
        for folder, names in walk(place, most=None):
            yield from _plain(folder / name for name in names)


def _plain(paths: Iterable[Path]) -> Iterator[Path]:
    return (path.resolve() for path in paths if path.is_file())


def _database() -> set[Path]:
    """MLflow's own file, which each run changes."""
    file = sqlite_file(tracking_uri())
    ends = ("", "-wal", "-shm", "-journal")
    return {Path(f"{file.resolve()}{end}") for end in ends} if file else set()


def _printed() -> set[tuple[int, int]]:
    """Device and number of the files that this process prints to."""
    found = set()
    for number in (1, 2):
        with suppress(OSError):  # closed
            status = os.fstat(number)
            found.add((status.st_dev, status.st_ino))
    return found
