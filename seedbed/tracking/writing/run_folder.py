"""A run's folder: the record of a run on disk, written first and delivered to MLflow afterwards.

The process that trains only appends to files here; it never talks to a server. So a record
outlives a crash of the process, of the driver and of the server, and training never waits.

    run.json       who, what and when; written by whoever starts the run
    events.jsonl   one line per epoch and one at the end; each line is written whole or ignored
    asked.json     how a run that is being stopped is to end, and why; written by its driver
    counted.json   whether the sweep's ledger took the result; written by the driver
    artifacts/     files, in the layout that MLflow will show
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self, get_args

from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import write_or_undo, write_whole
from seedbed.system.files.regular_file import NotRegularError, regular_text
from seedbed.tracking.run_states import State
from seedbed.tracking.writing.run_header import RunHeader, now_ms, parse_header

EVENTS = "events.jsonl"
COUNTED = "counted.json"
UNMADE_S = 60.0
"""A folder without a header that is older than this is being made by nobody."""


@dataclass(frozen=True)
class Epoch:
    """Metrics of one epoch; ``epoch`` counts from 1."""

    epoch: int
    metrics: Mapping[str, float]
    time_ms: int


@dataclass(frozen=True)
class End:
    """How the run ended."""

    state: State
    time_ms: int
    reason: str | None = None
    fingerprint: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    test_examples: int | None = None


class ForeignFolderError(StoreError):
    """A folder among the run folders is not a run's, or is damaged."""


class RunFolder:
    """Reads and writes one run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.artifacts = path / "artifacts"
        self._header: RunHeader | None = None
        self._began: tuple[int, float] | None = None

    @classmethod
    def create(cls, parent: Path, header: RunHeader) -> Self:
        """Make a new folder under ``parent``, with its header written whole."""
        folder = cls(parent / folder_name(header.cell, header.delivery))
        try:
            folder.artifacts.mkdir(parents=True)
            write_whole(folder.path / "run.json", json.dumps(asdict(header), indent=1))
        except OSError:
            shutil.rmtree(folder.path, ignore_errors=True)
            raise
        return folder

    @property
    def header(self) -> RunHeader:
        """The header, as written at creation.

        Raises:
            FileNotFoundError: The folder was delivered and removed.
            ForeignFolderError: Its ``run.json`` is not a header.
        """
        if self._header is None:
            self._header = self._read_header()
        return self._header

    def _read_header(self) -> RunHeader:
        path = self.path / "run.json"
        try:
            return parse_header(regular_text(path))
        except (ValueError, NotRegularError) as error:  # not UTF-8 is a ValueError as well
            is_text = not isinstance(error, UnicodeDecodeError | NotRegularError)
            reason = error if is_text else "it is not text"
            raise ForeignFolderError(
                f"{path} must be the header of a run, but {reason}: move its folder away."
            ) from None

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Append one epoch's metrics."""
        self._append({"epoch": epoch, "metrics": dict(metrics), "time_ms": self._now_ms()})

    def end(
        self,
        state: State,
        reason: str | None = None,
        fingerprint: str | None = None,
        metrics: Mapping[str, float] | None = None,
        test_examples: int | None = None,
    ) -> None:
        """Append the end of the run; the first end counts, later ones are ignored by readers."""
        self._append(
            {
                "state": state,
                "time_ms": self._now_ms(),
                "reason": reason,
                "fingerprint": fingerprint,
                "metrics": dict(metrics or {}),
                **({} if test_examples is None else {"test_examples": test_examples}),
            }
        )

    def events(self) -> Iterator[Epoch | End]:
        """Epochs in order, then the end if there is one; a torn or foreign line is not an event."""
        try:
            text = regular_text(self.path / EVENTS, errors="replace")
        except (FileNotFoundError, NotRegularError):
            return
        for line in text.splitlines(keepends=True):
            if not line.endswith("\n"):
                return
            event = _event(line)
            if event is not None:
                yield event
            if isinstance(event, End):
                return

    def ended(self) -> End | None:
        """How the run ended, or None while it runs."""
        for event in self.events():
            if isinstance(event, End):
                return event
        return None

    def ask(self, state: State, reason: str) -> None:
        """Note how the run is to end once it stops; the first to ask counts.

        A run that ended by then may be delivered and its folder gone, though its process is not.
        """
        if self.asked() is None:
            with contextlib.suppress(FileNotFoundError):
                write_whole(
                    self.path / "asked.json", json.dumps({"state": state, "reason": reason})
                )

    def asked(self) -> tuple[State, str] | None:
        """How and why the run is to end early, or None where nobody asked."""
        fields = self._json("asked.json")
        if fields.get("state") not in get_args(State):
            return None
        return fields["state"], str(fields.get("reason", ""))

    def count(self, taken: bool) -> None:
        """Note whether the ledger took the result, so that its end may be delivered."""
        write_whole(self.path / COUNTED, json.dumps({"taken": taken}))

    def counted(self) -> bool | None:
        """Whether the ledger took the result; None before it was asked, and outside a sweep."""
        taken = self._json(COUNTED).get("taken")
        return taken if isinstance(taken, bool) else None

    def stamp(self) -> tuple[tuple[int, int] | None, ...]:
        """Changes whenever there is something new to deliver; costs no reading."""
        return tuple(_stamp(self.path / name) for name in ("run.json", EVENTS, COUNTED))

    def _now_ms(self) -> int:
        """Milliseconds since 1970, never before what the run has recorded already.

        A clock that is set back while the run goes on must not give it a negative duration, so
        time is measured with the monotonic clock from the first event on.
        """
        if self._began is None:
            last = max((event.time_ms for event in self.events()), default=0)
            self._began = max(now_ms(), last, self.header.started_ms), time.monotonic()
        began_ms, began = self._began
        return began_ms + int(1000 * (time.monotonic() - began))

    def _json(self, name: str) -> dict[str, Any]:
        """The object in a file; empty if there is no such file, or something else in it."""
        try:
            content = json.loads(regular_text(self.path / name))
        except (FileNotFoundError, NotRegularError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def _append(self, fields: dict[str, object]) -> None:
        """One line, one write; a torn line left by a crash is closed first."""
        line = json.dumps(fields).encode() + b"\n"
        with (self.path / EVENTS).open("ab+", buffering=0) as stream:
            if stream.tell():
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":
                    line = b"\n" + line
            write_or_undo(stream, line)


def folder_name(cell: str, delivery: str) -> str:
    """Name of the folder of a cell's run."""
    return f"{cell}-{delivery[:8]}"


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def drop_unmade(folders: Path) -> None:
    """Remove the folders of runs whose process was killed before it wrote their header.

    Args:
        folders: Parent of the run folders. One that holds anything else stays.
    """
    for folder in folders.glob("[!.]*"):
        with contextlib.suppress(OSError):  # not empty, or not a folder
            if (folder / "run.json").exists() or time.time() - folder.stat().st_mtime < UNMADE_S:
                continue
            for partial in folder.glob(".run.json.*.part"):
                partial.unlink()
            if (folder / "artifacts").exists():
                (folder / "artifacts").rmdir()
            folder.rmdir()


def _event(line: str) -> Epoch | End | None:
    """The event of a line; None for a line that is not an event."""
    try:
        fields = json.loads(line)
        kind = End if "state" in fields else Epoch
        event = kind(**fields)
    except (ValueError, TypeError, RecursionError):
        return None
    return event if _is_sound(event) else None


def _is_sound(event: Epoch | End) -> bool:
    """Whether the fields have the types that they should have."""
    if type(event.time_ms) is not int or not isinstance(event.metrics, dict):
        return False
    if not all(isinstance(value, int | float) for value in event.metrics.values()):
        return False
    if isinstance(event, Epoch):
        return type(event.epoch) is int
    if type(event.test_examples) not in (int, type(None)):
        return False
    texts = (event.reason, event.fingerprint)
    return event.state in get_args(State) and all(isinstance(x, str | None) for x in texts)
