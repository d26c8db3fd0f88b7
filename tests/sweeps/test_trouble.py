"""A ledger or a database that goes away, a full disk: the sweep ends complete, or says what to do.

In each, what is left is resumed, and every cell has the weights of an undisturbed sweep.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.tracking.store import Store
from tests.support.chaos import ROOT, Server, assert_each_cell_once, driver
from tests.support.postgres import Postgres
from tests.sweeps.conftest import short_design

CELLS = 8
"""More than fit into what is left of the journal's last block on a full disk."""

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, datasets_cache: Path) -> dict[str, str]:
    """Cell → fingerprint of the sweep that nobody disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    file = short_design(folder, "trouble", seeds=CELLS)
    shutil.copytree(datasets_cache, folder / "store" / "cache" / "datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        log = folder / "log"
        assert driver(file, "--quiet", log=log).wait() == 0, log.read_text()
        with closing(open_storage(file.stem, None, create=False)) as storage:
            prints = LedgerReader(storage).fingerprints()
    assert len(set(prints.values())) == CELLS
    return prints


@pytest.fixture
def file(write_design: Write) -> Path:
    return write_design("trouble", seeds=CELLS)


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        yield server


def wait_for(path: Path, pattern: str, number: int, process: "subprocess.Popen[bytes]") -> None:
    """Until so many files fit the pattern; a driver that has ended is not waited for."""
    deadline = time.monotonic() + 150
    while len(list(path.glob(pattern))) < number and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_for_text(log: Path, text: str) -> None:
    deadline = time.monotonic() + 150
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def resume(log: Path, *flags: str) -> None:
    command = [sys.executable, "-m", "seedbed", "resume", "trouble", "--no-report", *flags]
    with log.open("ab") as stream:
        done = subprocess.run(command, cwd=ROOT, stdout=stream, stderr=stream, check=False)
    assert done.returncode == 0, log.read_text()


def assert_calm(log: Path) -> str:
    """No traceback in what the driver said."""
    text = log.read_text()
    assert "Traceback" not in text, text
    assert "Exception" not in text, text
    return text


@pytest.mark.long
def test_a_ledger_in_postgresql_that_stops_and_starts_is_waited_for(
    write_design: Write, tmp_path: Path, store: Store, postgres: Postgres
) -> None:
    file, log = write_design("away", seeds=3, epochs=60), tmp_path / "log"
    url = postgres.database("ledger")
    process = driver(file, "--workers", "1", "--ledger", url, log=log)
    wait_for_text(log, "[1/3]")
    postgres.stop()
    wait_for_text(log, "Waiting for it; current runs go on.")
    postgres.start()
    assert process.wait(timeout=200) == 0, log.read_text()
    said = assert_calm(log)
    assert said.count("must be a database that can be reached") == 1, "it is said once"
    with closing(open_storage(file.stem, url, create=False)) as storage:
        prints = LedgerReader(storage).fingerprints()
    assert assert_each_cell_once(file, store, prints)["finished"] == 3


@pytest.mark.proof
def test_a_ledger_that_stays_away_ends_the_sweep_with_a_sentence_and_resume_completes_it(
    file: Path, tmp_path: Path, store: Store, postgres: Postgres, expected: dict[str, str]
) -> None:
    url, log = postgres.database("ledger"), tmp_path / "log"
    flags = ["--workers", "1", "--ledger", url]
    process = driver(file, *flags, "--patience", "3", log=log)
    wait_for_text(log, f"[1/{CELLS}]")
    postgres.stop()
    assert process.wait(timeout=200) == 2, log.read_text()
    said = assert_calm(log)
    assert "No run is lost: seedbed resume trouble continues." in said
    postgres.start()
    resume(log, *flags)
    assert_each_cell_once(file, store, expected)


STOPPED_AT = """
import importlib, os, pathlib, signal, sys, time
place, file, *arguments = sys.argv[1:]
file = pathlib.Path(file)
module, _, path = place.partition(":")
owner, name = path.split(".")
owner = getattr(importlib.import_module(module), owner)
real = getattr(owner, name)

def instead(*given, **named):
    found = real(*given, **named)
    os.kill(int(file.read_text().split()[0]), signal.SIGQUIT)
    while file.exists():
        time.sleep(0.05)
    return found

setattr(owner, name, instead)
from seedbed.cli.main import main
main(arguments)
"""
"""A driver during which PostgreSQL crashes once one of its functions is through."""


@pytest.mark.long
@pytest.mark.parametrize(
    ("place", "done"),
    [
        ("seedbed.sweeps.ledger.ledger:Ledger.consult", 0),
        ("seedbed.tracking.writing.parent_run:ParentRun.start", 0),
        ("seedbed.tracking.writing.parent_run:ParentRun.running", 0),
        ("seedbed.tracking.writing.background_delivery:Deliverer.close", 2),
    ],
    ids=["opened", "parent run made", "parent run ready", "all trained"],
)
def test_a_ledger_lost_outside_of_the_loop_is_one_sentence_and_resume_completes_it(
    write_design: Write,
    tmp_path: Path,
    store: Store,
    postgres: Postgres,
    place: str,
    done: int,
) -> None:
    file, url, log = write_design("trouble", seeds=2), postgres.database("ledger"), tmp_path / "log"
    command = ["sweep", str(file), "--no-report", "--workers", "2", "--ledger", url]
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED_AT, place, str(postgres.pid_file), *command],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    (sentence,) = ended.stderr.splitlines()
    place = url.replace("postgres@", "***@")
    assert sentence.startswith(f"Error: The ledger {place} must be a database that can be reached")
    assert sentence.endswith("No run is lost: seedbed resume trouble continues.")
    postgres.start()
    with closing(open_storage("trouble", url, create=False)) as storage:
        assert len(LedgerReader(storage).scores()) == done
    resume(log, "--ledger", url)
    with closing(open_storage("trouble", url, create=False)) as storage:
        prints = LedgerReader(storage).fingerprints()
    assert assert_each_cell_once(file, store, prints)["finished"] == 2
    assert len(list(store.runs("tags.kind = 'sweep'"))) == 1


@pytest.mark.proof
@pytest.mark.parametrize("served", [False, True], ids=["straight", "through a server"])
def test_mlflows_database_that_stops_and_starts_loses_no_record(
    file: Path,
    tmp_path: Path,
    postgres: Postgres,
    expected: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    served: bool,
) -> None:
    backend = postgres.database("mlflow").replace("postgresql:", "postgresql+psycopg:")
    log, uri = tmp_path / "log", backend
    server = Server(tmp_path, backend)
    if served:
        server.start()
        uri = server.uri
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    try:
        Store(uri).check()
        process = driver(file, "--workers", "1", log=log)
        wait_for_text(log, f"[1/{CELLS}]")
        postgres.stop()
        wait_for_text(log, f"[3/{CELLS}]")
        postgres.start()
        code = process.wait(timeout=250)
        said = assert_calm(log)
        if code != 0:
            assert code == 1, said
            assert "The records wait in the store; run again." in said
            resume(log)
        assert_each_cell_once(file, Store(uri), expected)
    finally:
        server.kill()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of a few MB in memory."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on the disk; returns what to remove to make some."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        size = 1 << 20
        while size:
            try:
                stream.write(bytes(size))
            except OSError:
                size //= 2
    assert shutil.disk_usage(disk).free == 0
    return ballast


@pytest.mark.proof
@pytest.mark.parametrize("full", ["runs", "checkpoints", "ledgers", "artifacts"])
def test_a_full_disk_ends_with_a_sentence_and_resume_completes_the_sweep(
    file: Path,
    tmp_path: Path,
    store_path: Path,
    store: Store,
    expected: dict[str, str],
    full: str,
) -> None:
    log = tmp_path / "log"
    place = tmp_path / "mlruns" if full == "artifacts" else store_path / full
    with small_disk(place) as disk:
        process = driver(file, "--workers", "1", "--patience", "2", log=log)
        wait_for_text(log, f"[1/{CELLS}]")
        ballast = fill(disk)
        code = process.wait(timeout=200)
        said = assert_calm(log)
        if full == "checkpoints":  # costs what a kill would have saved, not the run
            assert code == 0, said
        else:
            assert code in (1, 2), said
            assert f"The disk of {place}" in said or "The disk of the MLflow store" in said, said
            assert "must have room and be writable, but it is full: free some room" in said
            ballast.unlink()
            resume(log, "--workers", "1")
            assert_calm(log)
        assert_each_cell_once(file, store, expected)
        assert not list(store_path.glob("**/*.part")), "half-written files stay"
        assert not list(store_path.glob("runs/*/run.json"))
        folders = [run.info.artifact_uri for run in store.runs("tags.fingerprint != ''")]
        sizes = {
            tuple(sorted((p.name, p.stat().st_size > 0) for p in Path(f).rglob("*") if p.is_file()))
            for f in (folder.removeprefix("file://") for folder in folders)
        }
        assert len(sizes) == 1, "a file of a run is missing or empty"
