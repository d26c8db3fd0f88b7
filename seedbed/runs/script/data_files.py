"""The data files that scripts read, as they were when a sweep began."""

import hashlib
import os
import shlex
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from seedbed.runs.script.options import Options
from seedbed.runs.script.paths.files_read import ARRAYS, TABLES, may_be_written, reads
from seedbed.runs.script.script_files import imported_modules, read
from seedbed.runs.script.workspace import Workspace, walk

FileState = tuple[int, int, str]
"""Bytes, time of the last change in nanoseconds, and SHA-256 (hex)."""

MOST = 200
"""Files that are noted."""
PARTS, PART = 16, 1 << 20
"""Parts of a large file that are read, spread evenly, and their bytes."""
WHOLE = PARTS * PART
"""Bytes up to which a file is read whole."""
DATA = (TABLES | ARRAYS) - {".txt"}


def named_files(every: Sequence[Options]) -> list[Path]:
    """Files that the scripts' text or flags name and that no script may write itself."""
    return list(dict.fromkeys(path for options in every for path in _named(options)))


def files_beside(every: Sequence[Options]) -> list[Path]:
    """Other files of the scripts' folders whose ending is one of data."""
    homes = dict.fromkeys(options.home for options in every)
    named = set(named_files(every))
    found = (
        folder / name
        for home in homes
        for folder, names in walk(home)
        for name in sorted(names)
        if Path(name).suffix.lower() in DATA
    )
    return [path for path in found if path not in named][:MOST]


def states(files: Sequence[Path], known: Mapping[str, FileState]) -> dict[str, FileState]:
    """The state of each file; one with the known size and time is not read again.

    Args:
        files: The files; one that cannot be read is left out.
        known: Path → state as it was before.
    """
    found = {}
    for path in files[:MOST]:
        try:
            status = path.stat()
            before = known.get(str(path))
            if before is not None and tuple(before[:2]) == (status.st_size, status.st_mtime_ns):
                found[str(path)] = before
            else:
                found[str(path)] = (
                    status.st_size,
                    status.st_mtime_ns,
                    _digest(path, status.st_size),
                )
        except OSError:  # the run that reads it tells why
            continue
    return found


def data_sha256(options: Options, space: Workspace, written: Sequence[Path]) -> str:
    """SHA-256 (hex) of the data files of a run; empty if none is known.

    They are the files that the script's text or flags name, and those whose ending is one of data
    in each folder in which the run read a file: all of them, because which ones it reads may
    depend on its seed. Outside of the script's folder, the run must have read one that is data.
    What the run writes itself is no data.

    Args:
        options: The run's.
        space: Its copy of the script's folder.
        written: Files that it wrote, relative to the top of that copy.
    """
    own = {space.top / path for path in written}
    read_in = {space.home / folder.relative_to(space.path) for folder in space.read_in}
    beside = [
        path
        for path in files_beside([options])
        if path.parent in read_in and _in_copy(path, space) not in own
    ]
    elsewhere = [path for path in _elsewhere(space) if str(path) not in space.outside]
    every = (*named_files([options]), *beside, *elsewhere)
    names = {_in_copy(path, space): path for path in every}
    found = states([path for path in names if path not in own], {})
    if not found:
        return ""
    parts = [
        (os.path.relpath(names[Path(path)], options.base), digest)
        for path, (_, _, digest) in found.items()
    ]
    return hashlib.sha256(repr(sorted(parts)).encode()).hexdigest()


def _elsewhere(space: Workspace) -> list[Path]:
    """Data files of the folders outside the script's in which the run read one."""
    read = [Path(file) for file in space.read_elsewhere]
    read = [path for path in read if path.suffix.lower() in DATA and not _is_inside(path, space)]
    found = set(read)
    for folder in {path.parent for path in read}:
        with suppress(OSError):
            if not folder.stat().st_mode & stat.S_ISVTX:  # else a folder of everybody's files
                found.update(path for path in folder.iterdir() if path.suffix.lower() in DATA)
    return sorted(path for path in found if path.is_file())[:MOST]


def _is_inside(path: Path, space: Workspace) -> bool:
    return any(path.is_relative_to(folder) for folder in (space.home, *space.beside))


def _in_copy(path: Path, space: Workspace) -> Path:
    """The file as the run sees it."""
    if not path.is_relative_to(space.home):
        return path
    return space.path / path.relative_to(space.home)


def changed(before: Mapping[str, FileState], now: Mapping[str, FileState]) -> list[str]:
    """Paths of files with another content than before."""
    return [path for path in before if path in now and before[path][2] != now[path][2]]


def _named(options: Options) -> Iterator[Path]:
    module, folder = read(options.path), options.path.parent
    modules = [module, *imported_modules(module)]
    texts = [one.path for part in modules for one in reads(part, folder)]
    words = [word.rpartition("=")[2] for word in shlex.split(options.arguments)]
    for text in (*texts, *words):
        if not text or "\0" in text or "://" in text:
            continue
        path = Path(os.path.normpath(options.base / text))
        is_made = text in texts and any(may_be_written(part, text, folder) for part in modules)
        if not is_made and path.is_file():
            yield path


def _digest(path: Path, size: int) -> str:
    digest = hashlib.sha256(b"%d" % size)
    with path.open("rb") as stream:
        if size <= WHOLE:
            while block := stream.read(PART):
                digest.update(block)
            return digest.hexdigest()
        for number in range(PARTS):
            stream.seek(number * (size - PART) // (PARTS - 1))
            digest.update(stream.read(PART))
    return digest.hexdigest()
