"""The ledger in an Optuna journal file of the store."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from optuna.storages import JournalStorage
from optuna.storages.journal import BaseJournalBackend
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState as OptunaState

from seedbed.sweeps.ledger.storages.journal_file import JournalFile
from seedbed.sweeps.ledger.storages.journal_names import journal_names
from seedbed.sweeps.ledger.storages.journal_record import JournalRecord
from seedbed.sweeps.ledger.storages.optuna_notes import OptunaNotes
from seedbed.sweeps.ledger.storages.optuna_private import drop_options, trial_id_of
from seedbed.sweeps.ledger.storages.storage import LedgerTrial, is_cell
from seedbed.sweeps.ledger.storages.storage_errors import emptied, no_sweep
from seedbed.sweeps.ledger.storages.tally import Tally, tally_of
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL
from seedbed.system.errors import InputError
from seedbed.system.files.file_lock import LOCK_WAIT_S, FileLock
from seedbed.system.paths import store_folder
from seedbed.tracking.own_sweeps import parent_of


class OptunaJournal(JournalFile, BaseJournalBackend):
    """The file as Optuna's storage takes it."""


class JournalLedgerStorage(OptunaNotes):
    """A study in a journal file.

    Args:
        name: Name of the sweep.
        create: Whether to make the study if there is none. Without, opening takes no lock.
        wait_s: How long a lock is waited for.

    Raises:
        InputError: There is no such study, and ``create`` is False.
        StoreError: The sweep was run before, but its journal has lost every entry.
        LockedError: Another process holds a lock for too long.
    """

    def __init__(self, name: str, create: bool, wait_s: float = LOCK_WAIT_S) -> None:
        path = store_folder() / "ledgers" / f"{name}.journal"
        self.name = name
        self.place = str(path)
        if create:
            store_folder("ledgers")
        elif not path.exists():
            raise no_sweep(name, self.place, journal_names())
        _check_case(path)
        self._record: JournalRecord | None = None
        self._filling = FileLock(path.with_suffix(".filling"), wait_s)
        if create and not path.exists():
            with self.lock():  # so that an empty journal that others see is a damaged one
                is_new = not path.exists()
                self._open(path, wait_s)
                self.study_id = self._found_or_made(is_new)
            return
        self._open(path, wait_s)
        self.study_id = self._found(create)

    def _open(self, path: Path, wait_s: float) -> None:
        self._file = OptunaJournal(path, wait_s)
        self.storage = JournalStorage(self._file)

    def _found(self, create: bool) -> int:
        known = self._known()
        if known is not None:
            return known
        if not create:
            raise no_sweep(self.name, self.place, journal_names())
        with self.lock():
            return self._found_or_made(is_new=False)

    def _found_or_made(self, is_new: bool) -> int:
        """The study; call under the lock."""
        known = self._known()  # another process may have made it meanwhile
        if known is not None:
            return known
        if not is_new and parent_of(self.name) is not None:
            raise emptied(self.name, self.place)
        return self.storage.create_new_study([StudyDirection.MAXIMIZE], self.name)

    def _known(self) -> int | None:
        try:
            return self.storage.get_study_id_from_name(self.name)
        except KeyError:
            return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of whoever fills the ledger."""
        with self._filling.held():
            yield

    def damage(self) -> str | None:
        """How many entries of the file are lost."""
        lost = self._file.lost
        if not lost:
            return None
        lines = ", ".join(str(number) for number, _ in self._file.set_aside[:5])
        where = f" (line {lines} is damaged)" if lines else ""
        return f"{lost} entr{'y' if lost == 1 else 'ies'} of {self.place} lost{where}"

    def close(self) -> None:
        """Nothing is held between two calls."""

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Queue waiting trials."""
        for trial in trials[:1]:  # Optuna reads back the first trial that a process makes
            self.storage.create_new_trial(self.study_id, trial)
        with self._file.together():
            for trial in trials[1:]:
                self.storage.create_new_trial(self.study_id, trial)

    def change(
        self,
        trial_id: int,
        notes: Mapping[str, object],
        state: TrialState | None = None,
        score: float | None = None,
    ) -> bool:
        """Note this with a try and end it in this state; a result leaves little in memory."""
        changed = super().change(trial_id, notes, state, score)
        if changed and state == TrialState.COMPLETE:
            drop_options(self.storage.get_trial(trial_id))
        return changed

    def tally(self) -> Tally:
        """Where the cells stand."""
        return tally_of(self.trials())

    def any_done(self, cells: frozenset[str]) -> bool:
        """Whether one of these cells has a result."""
        return any(one.attrs[CELL] in cells for one in self.trials([TrialState.COMPLETE]))

    def index(self) -> None:
        """Keep the index that ``status`` reads in place of the journal."""
        self._record = self._record or JournalRecord(self.name)
        self._record.index()

    def trials(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The trials in the order in which they were queued."""
        found = self.storage.get_all_trials(
            self.study_id,
            deepcopy=False,
            states=None if states is None else tuple(map(OptunaState, states)),
        )
        return [
            LedgerTrial(
                trial_id_of(trial),
                trial.number,
                TrialState(trial.state),
                trial.user_attrs,
                trial.values[0] if trial.values else None,
                _utc(trial.datetime_start),
                _utc(trial.datetime_complete),
                trial.intermediate_values if curves else {},
            )
            for trial in [trial for trial in found if is_cell(trial.user_attrs)][:limit]
        ]


def _check_case(path: Path) -> None:
    """Refuse the file of another sweep, where the file system does not tell capitals apart.

    Raises:
        InputError: It is the file of a sweep of another name.
    """
    names = journal_names() if path.exists() else [path.stem]
    same = [name for name in names if name.casefold() == path.stem.casefold()]
    if same and path.stem not in same:
        raise InputError(
            f"Names of sweeps must differ in more than capitals in {path.parent}, whose file "
            f"system takes {path.stem} for {same[0]}: choose another name."
        )


def _utc(moment: datetime | None) -> datetime | None:
    """Optuna's local time without a zone, as UTC."""
    return None if moment is None else moment.astimezone(UTC)
