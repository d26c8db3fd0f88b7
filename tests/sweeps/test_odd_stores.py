"""Stores with odd names, in odd places and of other people: used, or refused in a sentence."""

import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seedbed.cli.main import main
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storages import journal_storage
from seedbed.system import paths
from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.store import Store

Write = Callable[..., Path]
NAMES = (
    "with spaces",
    "two\nlines",
    "100 % #1? 'a' & \"b\"; $HOME",
    "é ☃ \u202e",
    "n" * 255,
    "-rf",
    "?mode=memory",
)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def fill(monkeypatch: pytest.MonkeyPatch, folder: Path, file: Path, database: Path) -> None:
    """A store in this folder: a sweep with one finished cell, and MLflow's file beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    recorded = (folder.parent if "?" in folder.name else folder) / "mlflow.db"
    shutil.copy(database, recorded)
    monkeypatch.setenv("SEEDBED_STORE", str(folder))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{recorded}")
    with closing(Ledger.open(load(file))) as ledger:
        claim = ledger.claim()
        assert claim is not None
        assert ledger.done(claim.trial_id, 0.5)


def read_all() -> None:
    """Every reading command answers."""
    assert "1 of 3 done" in call("status", "short").output
    listed = call("list")
    assert listed.exit_code == 0, listed.output
    assert "1 of 3" in listed.output
    nights = call("nights")
    assert nights.exit_code == 0, nights.output


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_store_of_any_name_is_filled_and_read(
    name: str,
    tmp_path: Path,
    write_design: Write,
    empty_database: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(monkeypatch, tmp_path / name, write_design(), empty_database)
    read_all()
    assert call("stop", "short").exit_code == 0
    assert {path.name for path in tmp_path.iterdir() if "memory" in path.name} <= {name}


def test_a_home_that_no_address_can_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setattr(paths, "CLONE", None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "why?"))
    with pytest.raises(StoreError, match="must have a path without a question mark"):
        Store()


def test_a_store_behind_links_is_one_store(
    tmp_path: Path, write_design: Write, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "link2").symlink_to("link")
    fill(monkeypatch, tmp_path / "link2", write_design(), empty_database)
    for name in ("real", "link", "link2"):
        monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / name))
        read_all()


@pytest.mark.parametrize("kind", ["file", "loop", "nowhere"])
def test_a_place_that_can_hold_no_store_is_refused(
    kind: str, tmp_path: Path, write_design: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, place = write_design(), tmp_path / "odd"
    if kind == "file":
        place.write_text("")
    elif kind == "loop":
        place.symlink_to(place)
    else:
        place = Path("/proc/nowhere/store")
    monkeypatch.setenv("SEEDBED_STORE", str(place))
    with pytest.raises(StoreError, match="set SEEDBED_STORE to a folder that is yours"):
        Ledger.open(load(file))


@contextmanager
def another_user() -> Iterator[None]:
    """Be a user who owns nothing, where the tests may choose one; else only lose permissions."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def set_modes(folder: Path, files: int, folders: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(folders if path.is_dir() else files)


def test_another_users_store_is_read_and_not_written(
    tmp_path: Path, write_design: Write, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder = write_design(), tmp_path / "theirs"
    file.chmod(0o644)
    fill(monkeypatch, folder, file, empty_database)
    read_all()  # whatever is imported late is imported now: others may not read this Python
    import_module("psycopg")
    import_module("sqlalchemy")
    for parent in folder.parents[:4]:  # pytest's own folders are closed to others
        if parent.stat().st_uid == os.getuid() and parent != Path(parent.anchor):
            parent.chmod(parent.stat().st_mode | 0o055)
    with another_user():
        reached = os.access(folder, os.R_OK)
    if not reached:
        pytest.skip("temporary files lie in a folder that is closed to others")
    set_modes(folder, 0o444, 0o555)
    before = sorted(path.name for path in folder.rglob("*"))
    try:
        with another_user():
            read_all()
            refused = call("stop", "short")
        assert refused.exit_code == 2, refused.output
        assert "must be open to this user" in refused.output
        with another_user(), pytest.raises(StoreError, match="read-only"):
            Ledger.open(load(file))
        set_modes(folder / "ledgers", 0o000, 0o555)
        with another_user():
            refused = call("status", "short")
        assert refused.exit_code == 2
        assert "must be open to this user" in refused.output
    finally:
        set_modes(folder, 0o644, 0o755)
    assert sorted(path.name for path in folder.rglob("*")) == before


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_named(
    code: int,
    tmp_path: Path,
    write_design: Write,
    empty_database: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As an NFS mount without a lock daemon answers."""
    file = write_design()
    fill(monkeypatch, tmp_path / "nfs", file, empty_database)

    def no_locks(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    read_all()
    with pytest.raises(StoreError, match=rf"of {tmp_path}/nfs/\S+ must have locks \(flock\)"):
        Ledger.open(load(file))
    refused = call("stop", "short")
    assert refused.exit_code != 0
    assert "put the store on a local disk with SEEDBED_STORE" in refused.output


def test_names_that_differ_in_capitals_alone_are_refused_where_they_are_one_file(
    tmp_path: Path, write_design: Write, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link and the listing stand for a file system that folds capitals, as macOS has it."""
    fill(monkeypatch, tmp_path / "folding", write_design(), empty_database)
    other = load(write_design(name="Short"))
    ledgers = tmp_path / "folding" / "ledgers"
    (ledgers / "Short.journal").symlink_to("short.journal")
    monkeypatch.setattr(journal_storage, "journal_names", lambda: ["short"])
    with pytest.raises(InputError, match="takes Short for short: choose another name"):
        Ledger.open(other)
    read_all()


def test_a_database_in_use_is_waited_for(
    tmp_path: Path, write_design: Write, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer of MLflow's file that has not ended its transaction keeps nobody from the list."""
    fill(monkeypatch, tmp_path / "busy", write_design(), empty_database)
    with closing(sqlite3.connect(tmp_path / "busy" / "mlflow.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE experiments SET name = 'x'")
        read_all()
        writer.execute("ROLLBACK")
