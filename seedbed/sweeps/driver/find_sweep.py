"""Find a sweep by name or file: its design and its ledger."""

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.paths import store_folder, store_path
from seedbed.system.text.masking import masked

if TYPE_CHECKING:
    from seedbed.sweeps.design.design import Design
    from seedbed.sweeps.ledger.ledger import Ledger
    from seedbed.sweeps.ledger.reader import LedgerReader


ORDER_WAIT_S = 1.0
"""How long an order waits for a driver that is suspended while it writes to the ledger."""


def design_of_sweep(sweep: str, url: str | None) -> "Design":
    """The design of a sweep that was run before, from what its ledger noted."""
    from seedbed.sweeps.design.design import load
    from seedbed.sweeps.ledger.storages.open_storage import open_storage
    from seedbed.sweeps.ledger.study_notes import StudyNotes

    if is_file(sweep):
        return load(Path(sweep))
    with closing(open_storage(sweep_name(sweep), url, create=False)) as storage:
        text = StudyNotes(storage).file
    if text is None:
        place = masked(url) if url else "the store"
        raise InputError(
            f"The ledger of {sweep!r} in {place} must say which cells it has, but its driver was "
            "stopped before it could: start it with seedbed sweep FILE."
        )
    path = store_folder("ledgers") / f"{sweep}.yaml"
    write_whole(path, text)
    return load(path, sweep)


def ledger_of_sweep(sweep: str, url: str | None) -> "LedgerReader":
    """The ledger of the sweep with this name or file, to read or to give orders; takes no lock."""
    from seedbed.sweeps.ledger.reader import LedgerReader
    from seedbed.sweeps.ledger.storages.open_record import open_record

    return LedgerReader(open_record(named_sweep(sweep), url, ORDER_WAIT_S), store_path() / "runs")


def named_sweep(sweep: str) -> str:
    """The name of a sweep that is given by its name or its file."""
    if not is_file(sweep):
        return sweep_name(sweep)
    from seedbed.sweeps.spec.checked_file import CheckedFile

    return CheckedFile.read(Path(sweep)).name


def fillable_ledger(sweep: str, url: str | None) -> "Ledger":
    """The ledger of the sweep with this name or file, to queue its cells again."""
    from seedbed.sweeps.ledger.ledger import Ledger
    from seedbed.sweeps.ledger.storages.open_storage import open_storage

    design = design_of_sweep(sweep, url)
    return Ledger.of(design, open_storage(design.name, url, create=False))


def is_file(sweep: str) -> bool:
    """Whether a sweep is given by its file."""
    return Path(sweep).suffix in (".yaml", ".yml")


def sweep_name(sweep: str, what: str = "SWEEP") -> str:
    """Return ``sweep`` if it can be the name of one.

    Raises:
        InputError: It cannot.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", sweep):
        raise InputError(
            f"{what} must be the name of a sweep (letters, digits, '_', '-' and '.', at most 100)"
            f"{' or its file' if what == 'SWEEP' else ''}, got {sweep!r}: e.g. first."
        )
    return sweep
