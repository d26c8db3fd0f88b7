"""Open the ledger of a sweep: a journal file or PostgreSQL."""

import optuna

from seedbed.sweeps.ledger.journal_storage import JournalLedgerStorage
from seedbed.sweeps.ledger.postgres_storage import PostgresLedgerStorage
from seedbed.sweeps.ledger.storage import LedgerStorage
from seedbed.sweeps.ledger.storage_errors import POSTGRESQL
from seedbed.system.errors import InputError
from seedbed.system.masking import masked


def open_storage(name: str, url: str | None, create: bool = True) -> LedgerStorage:
    """The book of the sweep ``name``.

    Args:
        name: Name of the sweep and of the study.
        url: ``postgresql://…``, or None for a journal file in the store.
        create: Make it where there is none.

    Raises:
        InputError: The URL is of another kind, or there is no such sweep and none is to be made.
        StoreError: The database cannot be reached.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if url is None:
        return JournalLedgerStorage(name, create)
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
    return PostgresLedgerStorage(name, url, create)
