"""Errors of a ledger that does not exist, does not answer or is locked."""

import re
from collections.abc import Iterable

from seedbed.system.errors import InputError, LockedError, StoreError
from seedbed.system.files.disk_errors import disk_error
from seedbed.system.text.did_you_mean import nearest
from seedbed.system.text.masking import masked

POSTGRESQL = "postgresql://"


def no_sweep(name: str, place: str, known: Iterable[str]) -> InputError:
    """The error for a sweep that the ledger does not hold; names the nearest of the known ones."""
    known = list(known)
    if name in known:
        return InputError(
            f"The ledger {place} must hold the sweep {name!r}, but has no entry of it: seedbed "
            "repair FILE takes its results from MLflow, where FILE is the sweep's file."
        )
    return InputError(
        f"There is no sweep {name!r}{nearest(name, known)} in the ledger {place}: start it "
        "with seedbed sweep FILE, or name its ledger with --ledger."
    )


def wrong_port(place: str) -> InputError:
    """The error for an address whose port is not a number."""
    return InputError(
        f"--ledger must be {POSTGRESQL}USER@HOST:PORT/DATABASE, got {place}: PORT is a number, and "
        "'@', '/' and ':' in a name or password are written %40, %2F, %3A."
    )


def no_library(error: ImportError) -> InputError:
    """The error for a psycopg that is installed and cannot be imported."""
    said = next(iter(str(error).splitlines()), "").rstrip(".")
    return InputError(
        "A ledger in PostgreSQL needs psycopg and PostgreSQL's library libpq, but importing "
        f"psycopg fails ({said}): pip install 'psycopg[binary]', which brings the library."
    )


def emptied(name: str, place: str) -> StoreError:
    """The error for a ledger that has lost all it held of a sweep that was run before."""
    return StoreError(
        f"A ledger must be whole before cells are run, but {place} has lost every entry of "
        f"{name!r}: seedbed repair FILE, with the sweep's file, takes its results from MLflow and "
        "keeps a copy."
    )


def ledger_away(error: BaseException, place: str) -> StoreError | None:
    """The sentence for a ledger that cannot be reached or written; None for any other error."""
    if isinstance(error, LockedError):
        return error
    from optuna.exceptions import StorageInternalError
    from sqlalchemy import exc

    lost = (exc.DBAPIError, exc.PendingRollbackError, exc.TimeoutError, *_psycopg_errors())
    if isinstance(error, (*lost, StorageInternalError)):
        return storage_away(error, place)
    return disk_error(error, place)


def _psycopg_errors() -> tuple[type[Exception], ...]:
    """Base of psycopg's errors; none without the extra ``cluster``, or PostgreSQL's library."""
    try:
        import psycopg
    except ImportError:
        return ()
    return (psycopg.Error,)


def storage_away(error: BaseException, place: str) -> StoreError:
    """The error for a ledger that does not answer."""
    return StoreError(
        f"The ledger {place} must be a database that can be reached and written, but it "
        f"answered: {_first_line(error.__cause__ or error)}. Start it, or name another with "
        "--ledger."
    )


def _first_line(error: BaseException) -> str:
    lines: Iterable[str] = (line.strip() for line in masked(str(error)).splitlines())
    return re.sub(r"^\([\w.]+\) ", "", next(filter(None, lines), type(error).__name__))[
        :300
    ].rstrip(".")
