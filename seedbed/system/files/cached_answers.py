"""Answers that one process leaves in the store for later ones.

A file is foreign until its checksum has been checked. Whatever goes wrong with the folder costs the
time of finding the answer again, never a run.
"""

import contextlib
import hashlib
from pathlib import Path

from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import open_regular
from seedbed.system.paths import store_folder

MOST_KEPT = 200
"""Answers in a folder; those that were not used for longest are removed."""


class CachedAnswers:
    """A folder of the store's cache.

    Args:
        folder: Its name.
    """

    def __init__(self, folder: str) -> None:
        try:
            self._folder: Path | None = store_folder("cache", folder)
        except StoreError:
            self._folder = None

    def read(self, key: str) -> bytes | None:
        """The answer of that key; None where it is missing or damaged."""
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            with open_regular(path) as stream:
                checksum, _, answer = stream.read().partition(b"\n")
            if checksum != _checksum(key, answer):
                return None
            path.touch()
        except OSError:
            return None
        return answer

    def write(self, key: str, answer: bytes) -> None:
        """Keep an answer under a key, which is a file's name, and remove the oldest ones."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            write_whole(self._folder / key, _checksum(key, answer) + b"\n" + answer)
            used = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for path in used[:-MOST_KEPT]:
                path.unlink(missing_ok=True)


def _checksum(key: str, answer: bytes) -> bytes:
    """SHA-256 over both, hex, so that an answer under another's name is refused too."""
    return hashlib.sha256(key.encode() + b"\n" + answer).hexdigest().encode()
