"""Backups: whole or refused, consistent while drivers write, and never over what is there."""

import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedbed.cli.serve.backup import _new_private_file
from seedbed.service import backup as backup_module
from seedbed.service.archive import TornBackupError, Writer, unpack
from seedbed.service.backup import back_up
from seedbed.service.exclusion import alone
from seedbed.service.places import Database, Places
from seedbed.service.restore import restore
from seedbed.system.errors import InputError, StoreError
from tests.support.stack import Stack


def connect(database: Database) -> "psycopg.Connection[Any]":
    return psycopg.connect(database.url, password=database.password, autocommit=True)


def rows(database: Database) -> list[Any]:
    with connect(database) as connection:
        return connection.execute("SELECT trial_id, state FROM trials ORDER BY 1").fetchall()


def wipe(places: Places) -> None:
    for database in (places.ledger, places.mlflow):
        with connect(database) as connection:
            connection.execute("DROP TABLE IF EXISTS trials, runs, newer; DROP TYPE IF EXISTS s")
    for folder in places.folders.values():
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()


@pytest.fixture
def places(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """Two databases with a table each, two artifacts and a record that waits in the store."""
    environment = stack.environment("backup")
    monkeypatch.setenv("PATH", environment["PATH"])
    found = Places.of(environment)
    with connect(found.ledger) as connection:
        connection.execute("CREATE TYPE s AS ENUM ('RUNNING', 'COMPLETE')")
        connection.execute("CREATE TABLE trials (trial_id int, state s)")
        connection.execute("INSERT INTO trials VALUES (1, 'COMPLETE'), (2, 'RUNNING')")
    with connect(found.mlflow) as connection:
        connection.execute("CREATE TABLE runs (name text)")
        connection.execute("INSERT INTO runs VALUES ('it''s <b>one</b>')")
    for name, text in {
        "artifacts/1/a/curves.png": "picture",
        "artifacts/1/b/ü n.txt": "odd name",
        "store/runs/x/run.json": "waiting",
        "store/cache/data.npz": "made again",
    }.items():
        path = found.folders[name.partition("/")[0]] / name.partition("/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    yield found
    wipe(found)


def saved(places: Places) -> bytes:
    stream = io.BytesIO()
    back_up(places, stream)
    return stream.getvalue()


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_is_there_again_after_everything_was_lost(places: Places) -> None:
    backup = saved(places)
    before = {name: files(folder) for name, folder in places.folders.items()}
    del before["store"]["cache/data.npz"]
    wipe(places)
    restore(places, io.BytesIO(backup), yes=False)
    assert {name: files(folder) for name, folder in places.folders.items()} == before
    assert rows(places.ledger) == [(1, "COMPLETE"), (2, "RUNNING")]
    with connect(places.mlflow) as connection:
        assert connection.execute("SELECT name FROM runs").fetchall() == [("it's <b>one</b>",)]


def test_with_yes_the_backup_takes_the_place_of_what_is_there(places: Places) -> None:
    backup = saved(places)
    before = {name: files(folder) for name, folder in places.folders.items()}
    for _ in range(2):
        (places.store / "later").write_text("goes")
        with connect(places.ledger) as connection:
            connection.execute("CREATE TABLE newer (x int); DELETE FROM trials")
        restore(places, io.BytesIO(backup), yes=True)
        assert {name: files(folder) for name, folder in places.folders.items()} == before
        assert rows(places.ledger) == [(1, "COMPLETE"), (2, "RUNNING")]
        with connect(places.ledger) as connection:
            (newer,) = connection.execute("SELECT to_regclass('newer')").fetchone() or (1,)
            assert newer is None
        backup = saved(places)  # of what was restored: as good as the first


def test_what_is_there_is_kept_unless_told_otherwise(places: Places) -> None:
    backup = saved(places)
    with pytest.raises(InputError, match=r"ledger must be empty, but has 1 tables.*--yes"):
        restore(places, io.BytesIO(backup), yes=False)
    with connect(places.ledger) as one, connect(places.mlflow) as two:
        one.execute("DROP TABLE trials; DROP TYPE s")
        two.execute("DROP TABLE runs")
    with pytest.raises(InputError, match=r"folder of the artifacts, .* must be empty"):
        restore(places, io.BytesIO(backup), yes=False)
    assert files(places.store)["runs/x/run.json"] == "waiting"


def test_a_restore_waits_for_nobody_who_is_still_connected(places: Places) -> None:
    backup = saved(places)
    with (
        connect(places.mlflow),
        pytest.raises(InputError, match="Nobody may use the database mlflow"),
    ):
        restore(places, io.BytesIO(backup), yes=True)
    assert rows(places.ledger) == [(1, "COMPLETE"), (2, "RUNNING")]


@pytest.mark.parametrize("harm", ["cut", "changed", "no list", "nothing", "a link", "outside"])
def test_a_torn_backup_changes_nothing(places: Places, harm: str) -> None:
    backup = saved(places)
    if harm == "cut":
        backup = backup[: len(backup) // 2]
    elif harm == "changed":
        backup = backup.replace(b"picture", b"pictuRe")
    elif harm == "nothing":
        backup = b"not a backup"
    elif harm in ("no list", "a link", "outside"):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            info = tarfile.TarInfo("artifacts/../../x" if harm == "outside" else "artifacts/x")
            info.type = tarfile.SYMTYPE if harm == "a link" else tarfile.REGTYPE
            info.linkname = "x"
            tar.addfile(info, io.BytesIO())
        backup = stream.getvalue()
    before = [files(folder) for folder in places.folders.values()]
    with pytest.raises(TornBackupError, match="backup"):
        restore(places, io.BytesIO(backup), yes=True)
    assert [files(folder) for folder in places.folders.values()] == before
    assert rows(places.ledger) == [(1, "COMPLETE"), (2, "RUNNING")]


def test_no_result_is_counted_between_the_two_dumps(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that ends a run in the meantime waits; the backup has it running in the ledger."""
    counted = threading.Event()

    def count() -> None:
        with connect(places.ledger) as connection:
            connection.execute("UPDATE trials SET state = 'COMPLETE' WHERE trial_id = 2")
            counted.set()

    driver = threading.Thread(target=count)
    dump = backup_module._pg_dump

    def slow_dump(database: Database, path: Path) -> None:
        if database.name == "mlflow":  # the ledger's dump is made
            driver.start()
            assert not counted.wait(1.0)
        dump(database, path)
        assert not counted.is_set()

    monkeypatch.setattr(backup_module, "_pg_dump", slow_dump)
    backup = saved(places)
    driver.join(timeout=30)
    assert counted.is_set()
    wipe(places)
    restore(places, io.BytesIO(backup), yes=False)
    assert rows(places.ledger) == [(1, "COMPLETE"), (2, "RUNNING")]


def test_programs_get_the_password_by_environment(places: Places) -> None:
    for database in (places.ledger, places.mlflow):
        assert database.password
        assert database.password not in database.url
        assert database.environment["PGPASSWORD"] == database.password
    given = {"X": "postgresql+psycopg://me:p%40ss@host:1/db?sslmode=require"}
    found = Database.of("ledger", "X", given)
    assert (found.url, found.password) == ("postgresql://me@host:1/db?sslmode=require", "p@ss")


def test_neither_database_user_opens_the_other_s_database(places: Places) -> None:
    for mine, other in ((places.ledger, "mlflow"), (places.mlflow, "ledger")):
        url = f"{mine.url.rpartition('/')[0]}/{other}"
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(url, password=mine.password)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(mine.url, password="wrong")


def test_a_database_that_is_away_is_one_sentence(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Places(
        Database("ledger", "postgresql://ledger@127.0.0.1:9/ledger", "x"),
        places.mlflow,
        tmp_path,
        "",
        tmp_path,
    )
    with pytest.raises(StoreError, match="must be a database that can be reached"):
        back_up(gone, io.BytesIO())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="pg_dump must be installed"):
        back_up(places, io.BytesIO())


def test_artifacts_elsewhere_are_named_and_left_out(
    stack: Stack, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {**stack.environment("backup"), "MLFLOW_ARTIFACTS_DESTINATION": "s3://bucket/x"}
    elsewhere = Places.of(environment)
    stream = io.BytesIO()
    back_up(elsewhere, stream)
    assert "s3://bucket/x: they are NOT in this backup" in capsys.readouterr().err
    assert places.store == elsewhere.store
    assert b"curves.png" not in stream.getvalue()


def test_an_archive_of_nothing_is_one(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Writer(stream).close(made="now")
    stream.seek(0)
    assert unpack(stream, {"artifacts": tmp_path})["sha256"] == {}


def test_a_restore_and_a_backup_refuse_to_run_beside_a_restore(places: Places) -> None:
    backup = saved(places)
    with alone(places.ledger, "restore"):
        with pytest.raises(
            InputError, match=r"backup must not run at the same time as a restore, but seedbed"
        ):
            saved(places)
        with pytest.raises(
            InputError, match=r"time as another, .*process \d+ on .* has been running since 20"
        ):
            restore(places, io.BytesIO(backup), yes=True)
    with alone(places.ledger, "backup"):
        with pytest.raises(InputError, match=r"but seedbed backup, process \d+ on"):
            restore(places, io.BytesIO(backup), yes=True)
        assert saved(places)  # beside another backup
    restore(places, io.BytesIO(backup), yes=True)
    assert rows(places.ledger) == [(1, "COMPLETE"), (2, "RUNNING")]


def write_two_at_once(file: Path) -> None:
    with _new_private_file(file) as first:
        with _new_private_file(file) as second:
            second.write(b"second")
        first.write(b"first")


def test_of_two_backups_to_one_file_one_is_whole_and_the_other_refused(tmp_path: Path) -> None:
    file = tmp_path / "saved.tar"
    with pytest.raises(InputError, match="FILE must be new"):
        write_two_at_once(file)
    assert [path.name for path in tmp_path.iterdir()] == ["saved.tar"]
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o777 == 0o600
