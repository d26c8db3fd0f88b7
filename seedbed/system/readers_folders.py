"""Where a command that only reads keeps files: in the store, or in a place of the user's own."""

import hashlib
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from seedbed.system.errors import DiskError, StoreError
from seedbed.system.paths import data_home, folder_below, store_folder, store_path


def readers_folder(*parts: str) -> Path:
    """A folder of the store, for what is kept to be quick; made when missing.

    If the store can only be read, it lies in the user's data folder; without one, among the
    temporary files of this process.

    Args:
        parts: As for ``store_folder``.

    Raises:
        StoreError: The disk is full, or a name is a path.
    """
    try:
        return report_folder(*parts)
    except DiskError:
        raise
    except StoreError:
        return folder_below(Path(_of_this_process().name), *parts)


def report_folder(*parts: str) -> Path:
    """A folder of the store; if the store can only be read, one in the user's data folder.

    Args:
        parts: As for ``store_folder``.

    Raises:
        StoreError: Neither can be made or written, or a name is a path.
    """
    try:
        return store_folder(*parts)
    except DiskError:
        raise
    except StoreError as refused:
        own = data_home()
        digits = hashlib.sha256(bytes(store_path())).hexdigest()[:12]
        with suppress(StoreError):
            if own is not None:
                return folder_below(own / "of-read-only-stores" / digits, *parts)
        raise StoreError(f"{str(refused).rstrip('.')}, or name a folder with --output.") from None


@cache
def _of_this_process() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="seedbed-")
