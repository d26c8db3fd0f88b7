"""Files that are written whole or not at all, and folders that are removed so."""

import contextlib
import io
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from seedbed.system.processes.process_exists import process_exists

GONE = ".gone"
"""End of the name of a folder that is being removed."""


def write_or_undo(stream: io.FileIO, content: bytes) -> None:
    """Append to an unbuffered file and bring it to the disk; a full disk leaves it as it was."""
    before = stream.seek(0, os.SEEK_END)
    try:
        while content:
            content = content[stream.write(content) :]
        os.fsync(stream.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            stream.truncate(before)
        raise named(error, stream.name) from None


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Args:
        path: The file.
        content: Bytes, or text that is written as UTF-8.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise named(error, path) from None


def drop_left_parts(folder: Path, names: Collection[str]) -> None:
    """Remove what ``write_whole`` left of these files where its process was killed."""
    for partial in folder.glob(".*.part"):
        name, _, pid = partial.name[1:].removesuffix(".part").rpartition(".")
        if name in names and pid.isdecimal() and not process_exists(int(pid)):
            with contextlib.suppress(OSError):
                partial.unlink()


def named(error: OSError, file: object) -> OSError:
    """The same error with the file that it is about, which that of a write does not name."""
    if error.filename is None and error.errno is not None:
        error.filename = str(file)
    return error


def remove_whole(folder: Path) -> None:
    """Remove a folder so that a reader sees all of it or nothing, wherever this is interrupted."""
    folder.rename(folder.with_name(f".{folder.name}{GONE}"))
    finish_removals(folder.parent)


def finish_removals(parent: Path) -> None:
    """Remove what interrupted removals left in a folder."""
    for left in parent.glob(f".*{GONE}"):
        discard(left)


def discard(path: Path) -> None:
    """Remove a folder or anything else as far as possible; ``rmtree`` waits for a pipe to open."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink()
