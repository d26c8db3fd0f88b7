"""What ``status`` asks of a journal, kept in the store's cache: only newer entries are read.

A journal has about six entries for each cell that ended. Reading those of 100,000 cells takes
seconds, the index a fraction of one. It covers a journal that Seedbed alone wrote, and that is
whole; any other is read from its beginning.
"""

import contextlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from seedbed.sweeps.ledger.standings import RANK, STANDING
from seedbed.sweeps.ledger.storages.journal_entries import Entry
from seedbed.sweeps.ledger.storages.journal_file import JournalFile, Position
from seedbed.sweeps.ledger.storages.optuna_private import Operation
from seedbed.sweeps.ledger.storages.storage import LedgerTrial, is_cell
from seedbed.sweeps.ledger.storages.tally import Tally
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import AGAIN, CELL, LOST, NAME, OWNER, REASON, TRY
from seedbed.sweeps.strategies.protocol import Standing
from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import open_regular, regular_text
from seedbed.system.paths import store_folder

VERSION = 1
STUDY = 0
"""The only study of a journal that Seedbed alone wrote."""
KEPT = frozenset({OWNER, REASON, TRY, LOST, AGAIN})
"""Beside cell and name, what is kept of a try until it has its result."""
LAST_BYTES = 256
"""So many bytes before the end of what was read tell whether a journal is still the same."""

DAMAGED = (
    *(OSError, StoreError, ValueError, TypeError, KeyError, AttributeError, IndexError),
    *(OverflowError, RecursionError),
)
"""What a file raises that is missing or holds something else."""


@dataclass
class JournalIndex:
    """The tries of a sweep, each with its cell and state.

    Attributes:
        name: Name of the sweep.
        is_plain: Whether the journal holds this sweep alone; else the index says nothing.
        is_begun: Whether the journal holds the sweep.
        notes: What is noted about the sweep as a whole.
        states: State of each try.
        cells: Cell of each try; empty if another program added it.
        names: Readable name of each.
        attrs: Number of a try without a result → what is kept of it.
        since: Number of a running try → when it was claimed.
    """

    name: str
    is_plain: bool = True
    is_begun: bool = False
    notes: dict[str, object] = field(default_factory=dict)
    states: list[int] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    attrs: dict[int, dict[str, object]] = field(default_factory=dict)
    since: dict[int, str] = field(default_factory=dict)

    def apply(self, entry: Entry) -> None:
        """Do what an entry says, as ``journal_record.Studies`` does it."""
        change = CHANGES.get(entry["op_code"])
        if change is not None and self.is_plain:
            change(self, entry)

    def tally(self) -> Tally:
        """Where the cells stand."""
        best: dict[str, int] = {}
        for cell, state in zip(self.cells, self.states, strict=True):
            if best.get(cell, -1) <= RANKS[state]:
                best[cell] = RANKS[state]
        best.pop("", None)
        counts: Counter[Standing] = Counter()
        for rank, number in Counter(best.values()).items():
            counts[RANK[rank]] = number
        failed = {
            self.cells[number]: number
            for number in sorted(self.attrs)
            if self.states[number] == TrialState.FAIL and not best.get(self.cells[number], 1)
        }
        final = [number for number in failed.values() if not self.attrs[number].get(AGAIN)]
        counts["waiting"] += len(failed) - len(final)
        counts["failed"] = len(final)
        running = [number for number in sorted(self.since) if self.cells[number]]
        return Tally(+counts, tuple(map(self._trial, running)), tuple(map(self._trial, final)))

    def check(self) -> None:
        """Refuse lists that do not fit together.

        Raises:
            ValueError: They do not.
        """
        running = {at for at, state in enumerate(self.states) if state == TrialState.RUNNING}
        failed = {at for at, state in enumerate(self.states) if state == TrialState.FAIL}
        fits = len(self.states) == len(self.cells) == len(self.names)
        fits = fits and running == self.since.keys() and running | failed <= self.attrs.keys()
        if not fits or not all(0 <= number < len(self.states) for number in self.attrs):
            raise ValueError("the lists do not fit together")

    def any_done(self, cells: frozenset[str]) -> bool:
        """Whether one of these cells has a result."""
        pairs = zip(self.cells, self.states, strict=True)
        return any(state == TrialState.COMPLETE and cell in cells for cell, state in pairs)

    def _trial(self, number: int) -> LedgerTrial:
        since = self.since.get(number)
        return LedgerTrial(
            trial_id=number,
            number=number,
            state=TrialState(self.states[number]),
            attrs={CELL: self.cells[number], NAME: self.names[number], **self.attrs[number]},
            started=datetime.fromisoformat(since).astimezone(UTC) if since else None,
        )

    def _create_study(self, entry: Entry) -> None:
        self.is_plain = not self.is_begun and entry["study_name"] == self.name
        self.is_begun = True

    def _delete_study(self, _entry: Entry) -> None:
        self.is_plain = False

    def _note_study(self, entry: Entry) -> None:
        if entry["study_id"] == STUDY and self.is_begun:
            self.notes.update(entry["user_attr"])

    def _create_trial(self, entry: Entry) -> None:
        if entry["study_id"] != STUDY or not self.is_begun:
            return
        attrs, state = entry.get("user_attrs", {}), entry.get("state", TrialState.RUNNING)
        if not is_cell(attrs) or state != TrialState.WAITING:
            self.is_plain = False
            return
        number = len(self.states)
        self.states.append(state)
        self.cells.append(attrs[CELL])
        self.names.append(attrs[NAME])
        kept = {key: value for key, value in attrs.items() if key in KEPT}
        if kept:
            self.attrs[number] = kept

    def _set_state(self, entry: Entry) -> None:
        number, state = entry["trial_id"], entry["state"]
        if not self._may_change(number) or state == self.states[number] == TrialState.RUNNING:
            return
        self.states[number] = state
        self.since.pop(number, None)
        if state == TrialState.RUNNING:
            self.since[number] = entry["datetime_start"]
        if state in (TrialState.COMPLETE, TrialState.PRUNED):
            self.attrs.pop(number, None)
        else:
            self.attrs.setdefault(number, {})

    def _note_trial(self, entry: Entry) -> None:
        number = entry["trial_id"]
        for key, value in entry["user_attr"].items():
            if key in (CELL, NAME):
                self.is_plain = False
            elif key in KEPT and self._may_change(number):
                self.attrs.setdefault(number, {})[key] = value

    def _may_change(self, number: int) -> bool:
        is_there = 0 <= number < len(self.states)
        return is_there and not TrialState(self.states[number]).is_finished()


CHANGES: Mapping[int, Callable[[JournalIndex, Entry], None]] = {
    Operation.CREATE_STUDY: JournalIndex._create_study,
    Operation.DELETE_STUDY: JournalIndex._delete_study,
    Operation.SET_STUDY_USER_ATTR: JournalIndex._note_study,
    Operation.CREATE_TRIAL: JournalIndex._create_trial,
    Operation.SET_TRIAL_STATE_VALUES: JournalIndex._set_state,
    Operation.SET_TRIAL_USER_ATTR: JournalIndex._note_trial,
}
"""What an entry does, by its operation."""

RANKS: dict[int, int] = {state: RANK.index(standing) for state, standing in STANDING.items()}


def recalled_index(path: Path, file: JournalFile) -> JournalIndex:
    """The index of a journal as it was kept, or an empty one; the file goes on from there.

    Args:
        path: The journal.
        file: The journal, of which nothing was read yet.
    """
    try:
        kept = json.loads(regular_text(_place(path.stem)))
        position = Position(**kept["position"])
        if kept["version"] != VERSION or kept["journal"] != _state(path, position.end):
            raise ValueError
        index = JournalIndex(
            path.stem,
            is_begun=True,
            notes=dict(kept["notes"]),
            states=[int(state) for state in kept["states"]],
            cells=kept["cells"],
            names=kept["names"],
            attrs={int(number): dict(one) for number, one in kept["attrs"].items()},
            since={int(number): str(one) for number, one in kept["since"].items()},
        )
        index.check()
    except DAMAGED:
        return JournalIndex(path.stem)
    file.begin_at(position)
    return index


def keep_index(index: JournalIndex, path: Path, position: Position) -> None:
    """Keep an index up to a position; a store that cannot be written keeps nothing."""
    if position.entry is None:  # of an earlier version, which numbered no entries
        return
    with contextlib.suppress(OSError, StoreError):
        content = {
            "version": VERSION,
            "journal": _state(path, position.end),
            "position": asdict(position),
            "notes": index.notes,
            "states": "".join(map(str, index.states)),
            "cells": index.cells,
            "names": index.names,
            "attrs": index.attrs,
            "since": index.since,
        }
        write_whole(_place(path.stem), json.dumps(content))


def _place(name: str) -> Path:
    return store_folder("cache", "ledgers") / f"{name}.json"


def _state(path: Path, end: int) -> list[object]:
    """What tells a journal, as far as it was read, from any other."""
    with open_regular(path) as stream:
        found = os.fstat(stream.fileno())
        stream.seek(max(0, end - LAST_BYTES))
        checksum = crc32(stream.read(min(end, LAST_BYTES)))
    return [found.st_dev, found.st_ino, end, checksum]
