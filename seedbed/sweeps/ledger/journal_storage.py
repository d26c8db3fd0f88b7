"""The ledger in an Optuna journal file."""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from seedbed.sweeps.ledger.storage import LedgerTrial
from seedbed.sweeps.ledger.storage_errors import no_sweep
from seedbed.system.atomic_files import write_or_undo
from seedbed.system.paths import store_folder


class _Flock:
    """Optuna's own lock files outlive a killed process by 30 s; the system's lock ends with it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock and hold it."""
        with self._path.open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


class _JournalFile(JournalFileBackend):
    """A journal that closes a line torn by a kill, and takes many entries in one write."""

    def __init__(self, path: Path) -> None:
        self._flock = _Flock(path.with_suffix(".lock"))
        self._held_back: list[dict[str, Any]] | None = None
        super().__init__(str(path))

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Append entries, each a line."""
        if self._held_back is not None:
            self._held_back += logs
            return
        lines = b"".join(json.dumps(log, separators=(",", ":")).encode() + b"\n" for log in logs)
        with (
            self._flock.held(),
            Path(self._file_path).open("rb+", buffering=0) as stream,
        ):
            _drop_torn_line(stream)
            write_or_undo(stream, lines)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Entries appended in this block are written at its end, in one go."""
        self._held_back = []
        try:
            yield
            logs = self._held_back
        finally:
            self._held_back = None
        if logs:
            self.append_logs(logs)


def _drop_torn_line(stream: Any) -> None:
    """Go to the end of the last whole line and cut off what a killed writer left behind it."""
    end = stream.seek(0, os.SEEK_END)
    start = end
    while start:
        start = max(0, start - 4096)
        stream.seek(start)
        newline = stream.read(min(4096, end - start)).rfind(b"\n")
        if newline >= 0:
            start += newline + 1
            break
    if start != end:
        stream.truncate(start)
    stream.seek(start)


class JournalLedgerStorage:
    """A study in a journal file of the store."""

    def __init__(self, name: str, create: bool) -> None:
        path = store_folder() / "ledgers" / f"{name}.journal"
        self.place = str(path)
        if not create and not path.exists():
            raise no_sweep(name, self.place)
        store_folder("ledgers")
        self._filling = _Flock(path.with_suffix(".filling"))
        self._file = _JournalFile(path)
        self.storage: BaseStorage = JournalStorage(self._file)
        with self.lock():
            study = optuna.create_study(
                storage=self.storage, study_name=name, direction="maximize", load_if_exists=True
            )
        self.study_id = study._study_id

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of whoever fills the ledger."""
        with self._filling.held():
            yield

    def close(self) -> None:
        """Nothing is held between two calls."""

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Add waiting trials."""
        for trial in trials[:1]:  # Optuna reads back the first one that a process makes
            self.storage.create_new_trial(self.study_id, trial)
        with self._file.together():
            for trial in trials[1:]:
                self.storage.create_new_trial(self.study_id, trial)

    def rows(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The trials, in the order in which they were added."""
        found = self.storage.get_all_trials(
            self.study_id, deepcopy=False, states=None if states is None else tuple(states)
        )
        return [
            LedgerTrial(
                trial._trial_id,
                trial.number,
                trial.state,
                trial.user_attrs,
                trial.values[0] if trial.values else None,
                _aware(trial.datetime_start),
                _aware(trial.datetime_complete),
                trial.intermediate_values if curves else {},
            )
            for trial in found[:limit]
        ]


def _aware(moment: datetime | None) -> datetime | None:
    """Optuna's local time without a zone, as UTC."""
    return None if moment is None else moment.astimezone(UTC)
