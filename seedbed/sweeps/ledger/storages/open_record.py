"""Open the ledger of a sweep to read it or to give orders, in a fraction of a second."""

from seedbed.sweeps.ledger.storages.journal_record import JournalRecord
from seedbed.sweeps.ledger.storages.storage import LedgerRecord
from seedbed.sweeps.ledger.storages.storage_errors import POSTGRESQL
from seedbed.system.files.file_lock import LOCK_WAIT_S


def open_record(name: str, url: str | None, wait_s: float = LOCK_WAIT_S) -> LedgerRecord:
    """Open the ledger of the sweep ``name``; takes no lock.

    Args:
        name: Name of the sweep.
        url: ``postgresql://…``, or None for a journal file in the store.
        wait_s: How long an order waits for a writer.

    Raises:
        InputError: The URL names no ledger, or there is no such sweep.
        StoreError: The ledger cannot be reached.
    """
    if url is None:
        return JournalRecord(name, wait_s)
    if url.startswith(POSTGRESQL):
        from seedbed.sweeps.ledger.storages.postgres_record import PostgresRecord

        return PostgresRecord(name, url)
    from seedbed.sweeps.ledger.storages.open_storage import open_storage  # refuses the address

    return open_storage(name, url, create=False, wait_s=wait_s)
