"""Rewrite a damaged journal: foreign lines out, a place for each lost trial, new numbers."""

import os
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from seedbed.sweeps.ledger.leases import LEASE, RENEW_S
from seedbed.sweeps.ledger.storages.journal_entries import (
    NUMBER,
    TRIAL_ID,
    Entry,
    line_of,
)
from seedbed.sweeps.ledger.storages.journal_file import JournalFile
from seedbed.sweeps.ledger.storages.journal_record import Studies
from seedbed.sweeps.ledger.storages.journal_storage import JournalLedgerStorage
from seedbed.sweeps.ledger.storages.optuna_private import Operation
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.study_notes import StudyNotes
from seedbed.sweeps.ledger.trial_attributes import OWNER
from seedbed.system.errors import InputError
from seedbed.system.files.file_lock import FileLock
from seedbed.system.processes.process_identity import Owner

LOCK_WAIT_S = 5.0


@dataclass(frozen=True)
class JournalRepair:
    """What was done to a journal.

    Attributes:
        copy: Where the journal as it was lies; None if it was whole.
        set_aside: Number and beginning of each line that was taken out.
        lost: Entries that are lost.
    """

    copy: Path | None
    set_aside: tuple[tuple[int, str], ...] = ()
    lost: int = 0


def repair_journal(path: Path) -> JournalRepair:
    """Rewrite a journal that holds foreign lines or lost entries; its copy stays beside it.

    Args:
        path: The journal.

    Raises:
        InputError: A driver still uses it.
        LockedError: Another process holds one of its locks.
        OSError: The copy cannot be written.
    """
    with (
        FileLock(path.with_suffix(".filling"), LOCK_WAIT_S).held(),
        FileLock(path.with_suffix(".lock"), LOCK_WAIT_S).held(),
    ):
        file = JournalFile(path)
        entries = list(file.read_logs(0))
        torn = file.torn_bytes()
        is_empty = not _has_study(path.stem, entries)
        if not (file.set_aside or file.lost or torn or is_empty):
            return JournalRepair(None)
        copy = path.with_name(f"{path.name}.before-{datetime.now():%Y%m%d-%H%M%S}")
        if is_empty:
            path.rename(copy)  # a missing journal is made anew, an empty one is refused
            return JournalRepair(copy, tuple(file.set_aside), file.lost)
        _check_unused(path)
        shutil.copy2(path, copy)
        _replace(path, b"".join(map(line_of, _renumbered(entries))))
        if torn:
            file.set_aside.append((file.lines + 1, "half a line"))
        return JournalRepair(copy, tuple(file.set_aside), file.lost)


def _has_study(name: str, entries: list[Entry]) -> bool:
    studies = Studies()
    for entry in entries:
        studies.apply(entry)
    return studies.find(name) is not None


def _renumbered(entries: list[Entry]) -> list[Entry]:
    trials = 0
    for number, entry in enumerate(entries):
        entry[NUMBER] = number
        if entry["op_code"] == Operation.CREATE_TRIAL:
            entry[TRIAL_ID] = trials
            trials += 1
    return entries


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(path, partial)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _check_unused(path: Path) -> None:
    """Refuse while a driver lives: it would go on in a file that is no longer there."""
    owners = _owners(path.stem)
    for owner in owners:
        if owner.is_here() and not owner.is_gone():
            raise _in_use(path, owner)
    away = [owner for owner in owners if not owner.is_here()]
    before = _leases(path.stem) if away else {}
    time.sleep(2.5 * RENEW_S if away else 0)  # only a lease tells of another host's driver
    after = _leases(path.stem) if away else {}
    for owner in away:
        if before.get(LEASE + owner.key) != after.get(LEASE + owner.key):
            raise _in_use(path, owner)


def _in_use(path: Path, owner: Owner) -> InputError:
    return InputError(
        f"A ledger must not be in use while it is repaired, but process {owner.pid} on "
        f"{owner.host} runs {path.stem}: seedbed stop {path.stem}, and repair it then."
    )


def _owners(name: str) -> list[Owner]:
    """Drivers of the tries that run."""
    found: dict[str, Owner] = {}
    for trial in JournalLedgerStorage(name, create=False).trials([TrialState.RUNNING]):
        try:
            owner = Owner.parse(trial.attrs[OWNER])
        except (KeyError, ValueError):
            continue
        found[owner.key] = owner
    return list(found.values())


def _leases(name: str) -> dict[str, object]:
    return StudyNotes(JournalLedgerStorage(name, create=False)).every()
