"""Each cell exactly once, whatever is killed: the proof, in full (slow) and in small."""

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sweeps.books import open_book
from sweeps.design import load
from sweeps.ledger import Ledger
from tests.tests_support_chaos import Havoc, Server, assert_each_cell_once, driver
from tracking.store import Store

Write = Callable[..., Path]


def undisturbed(file: Path, folder: Path) -> dict[str, str]:
    """Cell → fingerprint of the same sweep, run once by one driver that nobody disturbs."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        log = folder / "log"
        assert driver(file, "--quiet", log=log).wait() == 0, log.read_text()
        with closing(open_book(file.stem, None, create=False)) as book:
            prints = Ledger(book, load(file)).fingerprints()
    assert len(prints) == len(load(file).cells)
    assert len(set(prints.values())) == len(prints), "seeds that change nothing prove nothing"
    return prints


def test_twenty_cells_while_drivers_and_runs_are_killed(
    write_design: Write, tmp_path: Path, store: Store
) -> None:
    file = write_design("small", seeds=20)
    expected = undisturbed(file, tmp_path / "undisturbed")
    havoc = Havoc(
        file,
        ["--workers", "1", "--tries", "50"],
        drivers=2,
        every_s=2.5,
        log=tmp_path / "log",
        random=random.Random(4),
        ledger_url=None,
    )
    havoc.until(0.7, deadline_s=200)
    havoc.until(1, deadline_s=100, peace=True)
    assert havoc.finish() == 0, havoc.log.read_text()[-3000:]
    states = assert_each_cell_once(file, store, expected)
    assert havoc.killed_drivers + havoc.killed_runs > 0
    assert states.get("killed", 0) > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_cells_four_drivers_and_the_server_stopped(
    write_design: Write,
    tmp_path: Path,
    ledger_url: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = write_design("chaos", seeds=200)
    expected = undisturbed(file, tmp_path / "undisturbed")
    server = Server(tmp_path)
    server.start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    flags = ["--workers", "1", "--tries", "50"]
    flags += ["--ledger", ledger_url] if ledger_url else []
    havoc = Havoc(
        file,
        flags,
        drivers=4,
        every_s=3,
        log=tmp_path / "log",
        random=random.Random(7),
        ledger_url=ledger_url,
    )
    try:
        havoc.until(0.3, deadline_s=600)
        server.kill()
        havoc.until(0.6, deadline_s=600)
        server.start()
        havoc.until(1, deadline_s=900)
        assert havoc.finish() == 0, havoc.log.read_text()[-3000:]
        states = assert_each_cell_once(file, Store(server.uri), expected)
    finally:
        server.kill()
    print(f"killed: {havoc.killed_drivers} drivers, {havoc.killed_runs} runs; MLflow: {states}")
    assert havoc.killed_drivers >= 4
    assert havoc.killed_runs >= 4
