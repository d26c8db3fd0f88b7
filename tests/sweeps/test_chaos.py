"""Each cell exactly once, whatever is killed: the proof, in full (slow) and in small."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.tracking.store import Store
from tests.support.chaos import Havoc, Server, assert_each_cell_once, undisturbed

Write = Callable[..., Path]

CELLS = int(os.environ.get("SEEDBED_CHAOS_CELLS", "30"))
"""As many as CI has time for; `make test-chaos` takes 200."""


@pytest.fixture(scope="module")
def undisturbed_prints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the cells give when nobody disturbs them; once for both ledgers."""
    folder = tmp_path_factory.mktemp("undisturbed")
    text = (
        "configurations: {batch_size: [64]}\noptions: {dataset: digits, epochs: 1, train_size: 128}"
    )
    file = folder / "chaos.yaml"
    file.write_text(f"question: q?\nexperiment: mnist_cnn\n{text}\nseeds: {CELLS}\n")
    return undisturbed(file, folder / "undisturbed")


@pytest.mark.long
def test_a_dozen_cells_while_drivers_and_runs_are_killed(
    write_design: Write, tmp_path: Path, store: Store
) -> None:
    file = write_design("small", seeds=12)
    expected = undisturbed(file, tmp_path / "undisturbed")
    havoc = Havoc(
        file,
        ["--workers", "1", "--tries", "50"],
        drivers=2,
        every_cells=2,
        log=tmp_path / "log",
        random=random.Random(4),
        ledger_url=None,
    )
    havoc.until(0.7, deadline_s=240)
    havoc.until(1, deadline_s=120, peace=True)
    assert havoc.finish() == 0, havoc.log.read_text()[-3000:]
    states = assert_each_cell_once(file, store, expected)
    assert havoc.killed_drivers + havoc.killed_runs > 0
    assert states.get("killed", 0) > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_four_drivers_killed_at_random_and_the_server_stopped(
    write_design: Write,
    tmp_path: Path,
    ledger_url: str | None,
    undisturbed_prints: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, expected = write_design("chaos", seeds=CELLS), undisturbed_prints
    server = Server(tmp_path)
    server.start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    flags = ["--workers", "1", "--tries", "50"]
    flags += ["--ledger", ledger_url] if ledger_url else []
    havoc = Havoc(
        file,
        flags,
        drivers=4,
        every_cells=5,
        log=tmp_path / "log",
        random=random.Random(7),
        ledger_url=ledger_url,
    )
    try:
        havoc.until(0.3, deadline_s=900)
        server.kill()
        havoc.until(0.6, deadline_s=900)
        server.start()
        havoc.until(1, deadline_s=900)
        assert havoc.finish() == 0, havoc.log.read_text()[-3000:]
        states = assert_each_cell_once(file, Store(server.uri), expected)
    finally:
        server.kill()
    print(  # noqa: T201 (for the record: pytest -s)
        f"{CELLS} cells, killed: {havoc.killed_drivers} drivers, {havoc.killed_runs} runs; "
        f"runs in MLflow: {states}"
    )
    assert min(havoc.killed_drivers, havoc.killed_runs) >= CELLS // 50
