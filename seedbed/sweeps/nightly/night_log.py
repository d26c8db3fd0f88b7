"""The night log: one small file per night in the store, so that a restart knows what happened.

nightly/series/SERIES/NIGHT.json   this entry
nightly/series/SERIES/NIGHT.yaml   the file that was run
nightly/series/SERIES/NIGHT.log    what its processes printed
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from pydantic import TypeAdapter

from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import regular_text
from seedbed.system.paths import store_folder, store_path

Standing = Literal["waiting", "running", "ended", "missed"]
"""waiting: to be run, or gone on with. ended: nothing more is run; its outcome may be to come."""


class EntryFields(TypedDict, total=False):
    """Fields of an entry that change as its night goes on."""

    standing: Standing
    outcome: str
    changed: tuple[str, ...]
    failing: tuple[str, ...]
    mean: float | None
    text: str
    reason: str
    started: str
    ended: str
    code: int | None
    owner: dict[str, object] | None
    tries: int


@dataclass(frozen=True)
class Entry:
    """A night as the scheduler knows it.

    Attributes:
        series: Name of its series.
        night: Its date, and its time where a day has several.
        sweep: Name of its sweep.
        file: The file of the series.
        planned: When it was to begin, ISO 8601, UTC.
        standing: What is to be done with it.
        outcome: ``quiet`` or ``alarm``; empty before it was judged.
        changed: What changed, where that is an alarm.
        failing: Kinds of reason for which runs failed; what is in it needs no second alarm.
        mean: Mean accuracy, a fraction; None before it is judged.
        text: Changes and causes in words, where that is an alarm.
        reason: Why it was missed or interrupted, or what went wrong; empty for nothing.
        started: When it first began, ISO 8601, UTC; empty before.
        ended: When it ended; likewise.
        code: Exit status of the sweep's process; None before.
        owner: The process that runs it; see ``seedbed.system.processes.process_identity``.
        tries: How often its process was started.
    """

    series: str
    night: str
    sweep: str
    file: str
    planned: str
    standing: Standing = "waiting"
    outcome: str = ""
    changed: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    mean: float | None = None
    text: str = ""
    reason: str = ""
    started: str = ""
    ended: str = ""
    code: int | None = None
    owner: dict[str, object] | None = None
    tries: int = 0

    @property
    def planned_at(self) -> datetime:
        """When it was to begin."""
        return datetime.fromisoformat(self.planned)

    @property
    def unjudged(self) -> bool:
        """Whether it has ended and was not judged yet."""
        return self.standing == "ended" and not self.outcome


_ENTRY = TypeAdapter(Entry)


class NightLog:
    """Reads and writes the entries; any process may.

    Args:
        folder: Where they are; default: in the store.
        only_read: Whether nothing is written, so that no folder need be made.
    """

    def __init__(self, folder: Path | None = None, *, only_read: bool = False) -> None:
        if only_read:
            self.folder = folder or store_path() / "nightly"
            return
        self.folder = folder or store_folder("nightly")
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def plan(self) -> Path:
        """The file that keeps the next times."""
        return self.folder / "plan.json"

    def series(self, name: str) -> Path:
        """The folder of a series, made when missing."""
        folder = self.folder / "series" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def entries(self, series: str | None = None) -> list[Entry]:
        """Every night, or those of one series, in the order in which they were planned."""
        found = list(self._read(series))
        return sorted(found, key=lambda one: (one.planned, one.series, one.night))

    def add(
        self,
        series: str,
        night: str,
        sweep: str,
        file: Path,
        planned: datetime,
        **more: Unpack[EntryFields],
    ) -> Entry:
        """Write a new night into the log."""
        moment = planned.astimezone(UTC).isoformat()
        entry = Entry(series, night, sweep, str(file), moment, **more)
        return self._write(entry)

    def change(self, entry: Entry, **fields: Unpack[EntryFields]) -> Entry:
        """Write an entry anew with other fields."""
        return self._write(replace(entry, **fields))

    def path(self, entry: Entry, suffix: str) -> Path:
        """A file of the night."""
        return self.series(entry.series) / f"{entry.night}{suffix}"

    def _write(self, entry: Entry) -> Entry:
        write_whole(self.path(entry, ".json"), json.dumps(asdict(entry), indent=1))
        return entry

    def _read(self, series: str | None) -> Iterator[Entry]:
        for path in (self.folder / "series").glob(f"{series or '*'}/*.json"):
            try:
                entry = _ENTRY.validate_json(regular_text(path))
                named = (entry.series, entry.night) == (path.parent.name, path.stem)
                if not named or entry.planned_at.tzinfo is None:
                    continue
            except (OSError, ValueError, OverflowError):
                continue  # not one of ours
            yield entry
