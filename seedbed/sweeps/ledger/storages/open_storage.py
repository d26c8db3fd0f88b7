"""Open the ledger of a sweep: a journal file or PostgreSQL."""

import optuna

from seedbed.sweeps.ledger.storages.journal_storage import JournalLedgerStorage
from seedbed.sweeps.ledger.storages.postgres_storage import PostgresLedgerStorage
from seedbed.sweeps.ledger.storages.storage import LedgerStorage
from seedbed.sweeps.ledger.storages.storage_errors import POSTGRESQL
from seedbed.system.errors import InputError
from seedbed.system.files.file_lock import LOCK_WAIT_S
from seedbed.system.text.masking import masked


def open_storage(
    name: str, url: str | None, create: bool = True, wait_s: float = LOCK_WAIT_S
) -> LedgerStorage:
    """Open the storage of the sweep ``name``.

    Args:
        name: Name of the sweep and of the study.
        url: ``postgresql://…``, or None for a journal file in the store.
        create: Whether to make a ledger if there is none. Without, opening takes no lock.
        wait_s: How long a lock is waited for.

    Raises:
        InputError: The URL names none, or there is no such sweep and ``create`` is False.
        StoreError: The database cannot be reached, or a lock is held for too long.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if url is None:
        return JournalLedgerStorage(name, create, wait_s)
    if url.startswith("sqlite"):
        raise InputError(
            "--ledger must not be SQLite, because SQLite hands one cell to two processes, got "
            f"{masked(url)}: leave --ledger out for a journal file, or give "
            f"{POSTGRESQL}USER@HOST/DATABASE."
        )
    if not url.startswith(POSTGRESQL):
        raise InputError(
            f"--ledger must be {POSTGRESQL}USER@HOST/DATABASE, got {masked(url)}: "
            "leave it out for a journal file in the store."
        )
    return PostgresLedgerStorage(name, url, create, wait_s)
