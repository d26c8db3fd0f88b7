"""A folder of its own for each run: a copy of the script's folder, so that nothing of it is lost.

Small files are copied. Large ones are links to the original, replaced by a copy at the moment the
run opens them for writing. Whatever the run would change in the original by its full path is
refused. What native code writes by a full path cannot be seen from Python; the sweep compares the
folder before and after, and says so (``seedbed.sweeps.repeat.script_design``).
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from seedbed.system.errors import InputError
from seedbed.system.files.temporary_folder import LOCKED
from seedbed.system.paths import store_path, user_home

COPIED = 5_000_000
"""Bytes up to which a file is copied at once."""

COPIED_IN_ALL = 200_000_000
"""Bytes that are copied at most; what is beyond is linked."""

MOST_FILES = 20_000
SKIPPED = {
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", "mlruns",
}  # fmt: skip
"""Folders that no training reads; they are left out of the copy."""

CACHES = (
    Path("/dev"),
    Path("/proc"),
    *(home / n for home in (user_home(),) if home for n in (".keras", ".cache", ".config")),
)
"""Folders where libraries write by themselves."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class RefusedError(OSError):
    """The script would have changed a file of its own folder."""


@dataclass
class Workspace:
    """A run's copy of the script's folder.

    Attributes:
        home: The original.
        path: The copy.
        top: Folder that holds the copy, and copies of what the script reads beside its folder.
        beside: The originals of these.
        ours: Folder of the run's record, which Seedbed writes to.
        before: Relative path → (size, time) of each file as it was copied or linked.
        outside: Files that the run wrote elsewhere.
        read_in: Folders of the copy in which the run opened a file to read it.
        read_elsewhere: Files outside the copy that it opened to read, but for those of libraries.
        guarding: Whether the script runs; what Seedbed does afterwards is its own.
    """

    home: Path
    path: Path
    top: Path
    ours: Path
    beside: tuple[Path, ...] = ()
    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    outside: dict[str, None] = field(default_factory=dict)
    read_in: set[Path] = field(default_factory=set)
    read_elsewhere: dict[str, None] = field(default_factory=dict)
    guarding: bool = False

    @classmethod
    def make(cls, home: Path, work: Path, ours: Path, beside: Sequence[Path] = ()) -> "Workspace":
        """Copy ``home`` into ``work``.

        Args:
            home: The script's folder, absolute.
            work: An empty place.
            ours: Folder of the run's record.
            beside: Files and folders outside ``home`` that the script reads by relative paths;
                they stand in the same relation to the copy as they do to ``home``.
        """
        root = Path(os.path.commonpath([home, *beside]))
        top = work / (root.name or "root")
        space = cls(home, top / home.relative_to(root), top, ours, tuple(beside))
        left = COPIED_IN_ALL
        for original in (home, *beside):
            left = space._mirror(original, top / original.relative_to(root), left)
        return space

    def _mirror(self, original: Path, copy: Path, left: int) -> int:
        """Copy a folder or a file; returns how many bytes may still be copied."""
        if original.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            return self._copy(original, copy, left)
        if original != self.home and _is_large(original):
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(original)
            return left
        for folder, names in walk(original, without=self.ours.parent):
            inside = copy / folder.relative_to(original)
            inside.mkdir(parents=True, exist_ok=True)
            for name in names:
                if (folder / name).is_file():  # no dangling link, no socket
                    left = self._copy(folder / name, inside / name, left)
        return left

    def _copy(self, source: Path, target: Path, left: int) -> int:
        size = source.stat().st_size
        is_copied = size <= min(COPIED, left)
        if is_copied:
            shutil.copy2(source, target)
        else:
            target.symlink_to(source.resolve())
        self.before[str(target.relative_to(self.top))] = _stamp(target)
        return left - size if is_copied else left

    def written(self) -> Iterator[Path]:
        """Files that are new or changed, relative to ``top``."""
        for folder, names in walk(self.top, most=None):
            for name in names:
                target = folder / name
                inside = str(target.relative_to(self.top))
                if target.is_file() and self.before.get(inside) != _stamp(target):
                    yield Path(inside)

    def guard(self) -> None:
        """From now on, copy links before they are written to, and keep the original as it is.

        An audit hook cannot be taken away again: the process ends with its run.
        """
        own = os.getpid()
        busy = False

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal busy
            if busy or not self.guarding or event not in WATCHED or os.getpid() != own:
                return
            busy = True
            try:
                if event == "open" and not _opened(arguments):
                    self.about_to_read(arguments[0])
                for place in WATCHED[event](arguments):
                    self._about_to_write(place, event not in MOVING)
            finally:
                busy = False

        self.guarding = True
        sys.addaudithook(hook)

    def about_to_read(self, place: object) -> None:
        """Note in which folder of the copy a file is read, or which file elsewhere."""
        if not isinstance(place, str | bytes | os.PathLike):
            return
        file = os.path.abspath(os.fsdecode(place))  # noqa: PTH100 (links stay)
        if file.startswith(f"{self.path}{os.sep}"):
            self.read_in.add(Path(file).parent)
        elif not file.startswith(self._not_data):
            self.read_elsewhere[file] = None

    @cached_property
    def _not_data(self) -> tuple[str, ...]:
        """Begins of the paths of libraries' files, the record's and the copy's."""
        folders = (sys.prefix, sys.base_prefix, "/sys", "/etc", *CACHES, self.ours, self.top)
        return tuple(f"{folder}{os.sep}" for folder in folders)

    def about_to_write(self, place: object) -> None:
        """Note a write that Python's audit events do not show."""
        self._about_to_write(place, content=True)

    def _about_to_write(self, place: object, content: bool) -> None:
        if not isinstance(place, str | bytes | os.PathLike):
            return  # a file that is open already
        given = Path(os.path.abspath(os.fsdecode(place)))  # noqa: PTH100 (links stay)
        inside = given.is_relative_to(self.top)
        if inside and content and given.is_symlink():
            self._materialize(given)
        real = Path(os.path.realpath(given if content else given.parent))
        originals = (self.home, *self.beside)
        if real.is_relative_to(self.ours):
            return
        if any(one.is_relative_to(o) for o in originals for one in (given, real)):
            raise RefusedError(
                f"it writes to {given} by its full path, and repeat does not let a run overwrite "
                "the script's folder: write relative to the current folder or to __file__"
            )
        if inside or "__pycache__" in real.parts or _is_of_multiprocessing(real):
            return
        if not any(real.is_relative_to(place) for place in CACHES):
            self.outside[str(real)] = None

    def _materialize(self, link: Path) -> None:
        """Put a copy in the place of a link to the original."""
        source = link.resolve()
        partial = link.with_name(f".{link.name}.part")
        if source.is_file():
            shutil.copy2(source, partial)
            partial.replace(link)


def _is_of_multiprocessing(path: Path) -> bool:
    """Whether Python's own module keeps its sockets there."""
    return any(part.startswith(("pymp-", LOCKED)) for part in path.parts)


def _is_large(folder: Path) -> bool:
    """Whether a folder holds more files than are copied or linked one by one."""
    try:
        for _ in walk(folder):
            pass
    except InputError:
        return True
    return False


def walk(
    home: Path, most: int | None = MOST_FILES, without: Path | None = None
) -> Iterator[tuple[Path, list[str]]]:
    """Folders under ``home`` with the names of their files, without what no training reads.

    Args:
        home: Where to begin.
        most: Files that there may be; None for any number.
        without: A folder to leave out beside the store, such as that of the runs' records: a copy
            that is made in it would copy itself.

    Raises:
        InputError: There are more than ``most`` files.
    """
    count = 0
    left_out = {store_path().resolve(), *([without.resolve()] if without else [])}
    for root, folders, names in os.walk(home):
        here = Path(root)
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED
            and not (here / name / "pyvenv.cfg").exists()
            and (here / name).resolve() not in left_out
        )
        count += len(names)
        if most is not None and count > most:
            raise InputError(
                f"The script's folder must hold at most {most:,} files, because each run gets a "
                f"copy of it, but {home} holds more: put the script into a folder of its own and "
                "name its data by their full path."
            )
        yield here, sorted(names)


def state_of(home: Path) -> dict[str, tuple[int, int]]:
    """Relative path → (size, time of change) of every file of a folder."""
    found = {}
    for folder, names in walk(home):
        for name in names:
            path = folder / name
            if path.is_file():
                found[str(path.relative_to(home))] = _stamp(path)
    return found


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of what stands there, not of what it links to."""
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


def _opened(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    path, mode, flags = arguments
    writes = bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & WRITING)
    return (path,) if writes else ()


def _first(arguments: tuple[object, ...]) -> tuple[object, ...]:
    return arguments[:1]


def _here(arguments: tuple[object, ...]) -> tuple[object, ...]:
    """A path; not a name within an open folder, as ``shutil.rmtree`` removes what is inside."""
    return arguments[:1] if arguments[-1] in (-1, None) else ()


def _both(arguments: tuple[object, ...]) -> tuple[object, ...]:
    return arguments[:2]


def _target(arguments: tuple[object, ...]) -> tuple[object, ...]:
    return arguments[1:2]


WATCHED: dict[str, Callable[[tuple[object, ...]], tuple[object, ...]]] = {
    "open": _opened,
    "os.remove": _here,
    "os.rename": _both,
    "os.rmdir": _here,
    "os.mkdir": _here,
    "os.truncate": _first,
    "os.chmod": _first,
    "os.utime": _first,
    "os.link": _target,
    "os.symlink": _target,
    "shutil.rmtree": _first,
    "sqlite3.connect": _first,
}
"""Audit events after which a file is another → the paths that they name."""

MOVING = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink"}
"""Those that do not change the content of a linked file."""
