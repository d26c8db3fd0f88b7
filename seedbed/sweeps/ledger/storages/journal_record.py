"""A journal file read without Optuna, whose import takes longer than the reading.

The rules are those of Optuna's own replay: an ended try does not change any more, a try that runs
cannot be claimed again, and of two studies of one name the first counts.
"""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from seedbed.sweeps.ledger.storages.journal_entries import Entry
from seedbed.sweeps.ledger.storages.journal_file import JournalFile
from seedbed.sweeps.ledger.storages.journal_index import STUDY, keep_index, recalled_index
from seedbed.sweeps.ledger.storages.journal_names import journal_names
from seedbed.sweeps.ledger.storages.optuna_private import Operation
from seedbed.sweeps.ledger.storages.storage import LedgerTrial, is_cell
from seedbed.sweeps.ledger.storages.storage_errors import no_sweep
from seedbed.sweeps.ledger.storages.tally import Tally, tally_of
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL
from seedbed.system.errors import InputError
from seedbed.system.files.file_lock import LOCK_WAIT_S
from seedbed.system.paths import store_path

KEEP_FROM = 5_000
"""The index is kept again after so many entries; fewer are read as quickly."""


class JournalRecord:
    """The ledger of a sweep in its journal file, to read and to give orders.

    Args:
        name: Name of the sweep.
        wait_s: How long an order waits for the lock of a writer.

    Raises:
        InputError: There is no such sweep.
        StoreError: The journal cannot be read.
    """

    def __init__(self, name: str, wait_s: float = LOCK_WAIT_S) -> None:
        path = store_path() / "ledgers" / f"{name}.journal"
        self.name = name
        self.place = str(path)
        if not path.exists():
            raise self._missing()
        self._path, self._wait_s = path, wait_s
        self._file = JournalFile(path, wait_s)
        self._index = recalled_index(path, self._file)
        self._indexed = 0
        self._unkept = 0
        self._whole: _WholeJournal | None = None
        if not self._is_there():
            raise self._missing()

    def close(self) -> None:
        """Nothing is held between two calls."""

    def notes(self) -> dict[str, Any]:
        """What is noted about the sweep as a whole."""
        if self._is_indexed():
            return dict(self._index.notes)
        study = self._study()
        return dict(study.notes) if study else {}

    def note(self, key: str, value: object) -> None:
        """Note something about the sweep as a whole."""
        if not self._is_there():  # the study was deleted with Optuna's tools
            raise self._missing()
        study = None if self._is_indexed() else self._study()
        entry = {
            "op_code": int(Operation.SET_STUDY_USER_ATTR),
            "worker_id": f"{uuid.uuid4()}-{threading.get_ident()}",
            "study_id": study.study_id if study else STUDY,
            "user_attr": {key: value},
        }
        self._file.append_logs([entry])

    def tally(self) -> Tally:
        """Where the cells stand, from the index where it covers the journal."""
        return self._index.tally() if self._is_indexed() else tally_of(self.trials())

    def any_done(self, cells: frozenset[str]) -> bool:
        """Whether one of these cells has a result."""
        if self._is_indexed():
            return self._index.any_done(cells)
        return any(one.attrs[CELL] in cells for one in self.trials([TrialState.COMPLETE]))

    def index(self) -> None:
        """Take in what was written since, so that the next reader need not."""
        self._is_indexed()

    def trials(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The trials of cells, in the order in which they were queued."""
        study = self._study()
        wanted = [
            trial
            for trial in (study.trials if study else ())
            if (states is None or trial.state in states) and is_cell(trial.attrs)
        ]
        return [trial.as_ledger_trial(curves) for trial in wanted[:limit]]

    def _missing(self) -> InputError:
        return no_sweep(self.name, self.place, journal_names())

    def _is_there(self) -> bool:
        return self._index.is_begun if self._is_indexed() else self._study() is not None

    def _is_indexed(self) -> bool:
        """Whether the index covers the journal; takes in what was written since."""
        if not self._index.is_plain:
            return False
        for entry in self._file.read_logs(self._indexed):
            self._indexed += 1
            self._unkept += 1
            self._index.apply(entry)
        self._index.is_plain = self._index.is_plain and self._file.is_whole
        if self._index.is_plain and self._unkept >= KEEP_FROM:
            keep_index(self._index, self._path, self._file.position)
            self._unkept = 0
        return self._index.is_plain

    def _study(self) -> "_Study | None":
        """The sweep's study, with all that was written so far."""
        if self._whole is None:
            self._whole = _WholeJournal(JournalFile(self._path, self._wait_s))
        return self._whole.study(self.name)


class _WholeJournal:
    """A journal that is read from its beginning."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._read = 0
        self._studies = Studies()

    def study(self, name: str) -> "_Study | None":
        """The study of this name, with all that was written so far."""
        for entry in self._file.read_logs(self._read):
            self._read += 1
            self._studies.apply(entry)
        return self._studies.find(name)


@dataclass
class _Trial:
    trial_id: int
    number: int
    state: TrialState
    attrs: dict[str, Any]
    values: Sequence[float] | None
    started: str | None
    ended: str | None
    curve: dict[int, float]

    def as_ledger_trial(self, curves: bool) -> LedgerTrial:
        """The trial as every storage gives it."""
        return LedgerTrial(
            self.trial_id,
            self.number,
            self.state,
            self.attrs,
            self.values[0] if self.values else None,
            _utc(self.started),
            _utc(self.ended),
            self.curve if curves else {},
        )


@dataclass
class _Study:
    study_id: int
    name: str
    notes: dict[str, Any] = field(default_factory=dict)
    trials: list[_Trial] = field(default_factory=list)


class Studies:
    """The studies of a journal, as its entries make them."""

    def __init__(self) -> None:
        self._studies: dict[int, _Study] = {}
        self._trials: list[_Trial] = []
        self._next = 0

    def find(self, name: str) -> _Study | None:
        """The study of this name."""
        return next((study for study in self._studies.values() if study.name == name), None)

    def apply(self, entry: Entry) -> None:
        """Do what an entry says; parameters and Optuna's own notes are not kept."""
        change = CHANGES.get(entry["op_code"])
        if change is not None:
            change(self, entry)

    def _create_study(self, entry: Entry) -> None:
        if self.find(entry["study_name"]) is None:
            self._studies[self._next] = _Study(self._next, entry["study_name"])
            self._next += 1

    def _delete_study(self, entry: Entry) -> None:
        self._studies.pop(entry["study_id"], None)

    def _note_study(self, entry: Entry) -> None:
        if entry["study_id"] in self._studies:
            self._studies[entry["study_id"]].notes.update(entry["user_attr"])

    def _create_trial(self, entry: Entry) -> None:
        study = self._studies.get(entry["study_id"])
        if study is None:
            return
        value = entry.get("value")
        trial = _Trial(
            trial_id=len(self._trials),
            number=len(study.trials),
            state=TrialState(entry.get("state", TrialState.RUNNING)),
            attrs=dict(entry.get("user_attrs", {})),
            values=entry.get("values") or (None if value is None else [value]),
            started=entry["datetime_start"],
            ended=entry.get("datetime_complete"),
            curve={int(step): one for step, one in entry.get("intermediate_values", {}).items()},
        )
        self._trials.append(trial)
        study.trials.append(trial)

    def _set_state(self, entry: Entry) -> None:
        trial = self._changeable(entry)
        state = TrialState(entry["state"])
        if trial is None or state == trial.state == TrialState.RUNNING:
            return
        trial.state = state
        if state == TrialState.RUNNING:
            trial.started = entry["datetime_start"]
        elif state.is_finished():
            trial.ended = entry["datetime_complete"]
        if entry["values"] is not None:
            trial.values = entry["values"]

    def _set_value(self, entry: Entry) -> None:
        trial = self._changeable(entry)
        if trial is not None:
            trial.curve[entry["step"]] = entry["intermediate_value"]

    def _note_trial(self, entry: Entry) -> None:
        trial = self._changeable(entry)
        if trial is not None:
            trial.attrs.update(entry["user_attr"])

    def _changeable(self, entry: Entry) -> _Trial | None:
        """The trial of an entry, unless it has ended."""
        number = entry["trial_id"]
        trial = self._trials[number] if 0 <= number < len(self._trials) else None
        return None if trial is None or trial.state.is_finished() else trial


CHANGES: Mapping[int, Callable[[Studies, Entry], None]] = {
    Operation.CREATE_STUDY: Studies._create_study,
    Operation.DELETE_STUDY: Studies._delete_study,
    Operation.SET_STUDY_USER_ATTR: Studies._note_study,
    Operation.CREATE_TRIAL: Studies._create_trial,
    Operation.SET_TRIAL_STATE_VALUES: Studies._set_state,
    Operation.SET_TRIAL_INTERMEDIATE_VALUE: Studies._set_value,
    Operation.SET_TRIAL_USER_ATTR: Studies._note_trial,
}
"""What an entry does, by its operation."""


def _utc(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment).astimezone(UTC)
