"""Brings a backup back: checked as a whole first, then put in the place of what is there.

Files are unpacked beside their folder's content, in that folder, so that putting them in place is a
rename. Each database is replaced in one transaction.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from seedbed.service.archive import Manifest, TornBackupError, unpack
from seedbed.service.backup import NOT_SAVED, run_program
from seedbed.service.exclusion import alone
from seedbed.service.places import Database, Places
from seedbed.system.errors import InputError, StoreError
from seedbed.system.text.printing import print_text

_EMPTY = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
AND application_name NOT LIKE 'seedbed restore, %'
"""
"""Other connections; this restore's own one holds the lock and does not count."""

_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


def restore(places: Places, stream: IO[bytes], yes: bool) -> Manifest:
    """Restore a backup.

    Args:
        places: Where to.
        stream: The backup.
        yes: Replace what is there.

    Returns:
        The backup's manifest.

    Raises:
        InputError: There is something already, a service is still connected, a backup or another
            restore is under way, or the backup is torn.
        StoreError: A database cannot be reached or restored.
    """
    with alone(places.ledger, "restore"):
        return _restore(places, stream, yes)


def _restore(places: Places, stream: IO[bytes], yes: bool) -> Manifest:
    refuse_if_in_use(places)
    if not yes:
        refuse_if_not_empty(places)
    with ExitStack() as stack:
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seedbed-restore-")))
        staged = {
            name: stack.enter_context(_staging(folder)) for name, folder in places.folders.items()
        }
        _say("unpacking, and comparing checksums")
        dumps = {f"{name}.dump": spool for name in ("ledger", "mlflow")}
        manifest = unpack(stream, {**dumps, **staged})
        if "artifacts" not in staged and manifest["artifacts"] == "here":
            raise InputError(
                "The backup holds artifacts, but MLFLOW_ARTIFACTS_DESTINATION is "
                f"{places.elsewhere}: set it to a folder, and copy them from there yourself."
            )
        scripts = [_script(database, spool) for database in (places.ledger, places.mlflow)]
        refuse_if_in_use(places)
        for database, script in zip((places.ledger, places.mlflow), scripts, strict=True):
            _say(f"restoring the database {database.name}")
            _replace_database(database, script)
        for name, folder in places.folders.items():
            _say(f"putting the {name} in place")
            _replace_content(folder, staged[name])
    return manifest


def refuse_if_in_use(places: Places) -> None:
    """A service that goes on writing would write into a mixture of before and after.

    Raises:
        InputError: Somebody else is connected to one of the databases.
    """
    for database in (places.ledger, places.mlflow):
        if count := _ask(database, _OTHERS):
            raise InputError(
                f"Nobody may use the database {database.name} while it is restored, but {count} "
                "connections are open: stop MLflow, nightly and every driver first "
                "(docker compose stop mlflow nightly overview dashboard)."
            )


def refuse_if_not_empty(places: Places) -> None:
    """Refuse to replace anything.

    Raises:
        InputError: A database has tables, or a folder has files.
    """
    for database in (places.ledger, places.mlflow):
        if count := _ask(database, _TABLES):
            raise InputError(
                f"The database {database.name} must be empty, but has {count} tables: restore with "
                "--yes to replace everything by the backup (make a backup of it first)."
            )
    for name, folder in places.folders.items():
        found = next((p for p in _content(folder) if p.name not in NOT_SAVED), None)
        if found is not None:
            raise InputError(
                f"The folder of the {name}, {folder}, must be empty, but holds {found.name!r}: "
                "restore with --yes to replace everything by the backup."
            )


def _ask(database: Database, question: str) -> int:
    import psycopg

    try:
        with psycopg.connect(
            database.url, password=database.password, connect_timeout=15
        ) as connection:
            row = connection.execute(question.encode()).fetchone()
            return int(row[0]) if row else 0
    except psycopg.Error as error:
        raise StoreError(
            f"The database {database.name} must be there to restore into, but it answered: "
            f"{str(error).splitlines()[0]}. Start PostgreSQL with its two databases first."
        ) from None


def _script(database: Database, spool: Path) -> Path:
    """The dump as SQL; written whole before any of it is run, so none is run in part."""
    dump, script = spool / f"{database.name}.dump", spool / f"{database.name}.sql"
    if not dump.exists():
        raise TornBackupError(f"The backup must hold {dump.name}, but does not.")
    run_program(
        database,
        ["pg_restore", "--no-owner", "--no-privileges", "--no-comments"],
        f"--file={script}",
        str(dump),
    )
    return script


def _replace_database(database: Database, script: Path) -> None:
    empty = script.with_suffix(".empty")
    empty.write_text(_EMPTY)
    files = [f"--file={empty}", f"--file={script}"]
    flags = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    run_program(database, ["psql", *flags, *files], database.url)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder on the same file system, gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=".restoring-", dir=folder))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _content(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return [path for path in folder.iterdir() if not path.name.startswith(".restor")]


def _replace_content(folder: Path, staged: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=".restored-over-", dir=folder))
    for path in _content(folder):
        if path.name not in NOT_SAVED:
            path.rename(old / path.name)
    for path in staged.iterdir():
        path.rename(folder / path.name)
    shutil.rmtree(old)


def _say(what: str) -> None:
    print_text(f"restore: {what}", error=True)
