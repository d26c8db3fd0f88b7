"""What a sweep says while it runs: lines, JSON, the view on a terminal, warnings."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.driver import display as progress_module
from seedbed.sweeps.driver.display import Style, SweepDisplay
from seedbed.sweeps.driver.loop.driver import Driver
from seedbed.sweeps.driver.loop.running_cell import EndedCell, Limits
from seedbed.sweeps.executors.in_process import InProcess
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer

Write = Callable[..., Path]


@pytest.fixture
def design(write_design: Write) -> Design:
    return load(write_design(seeds=3, batch_size=[32, 64]))


@pytest.fixture
def driver(design: Design, store: Store) -> Iterator[Driver]:
    deliverer = Deliverer(store)
    with closing(Ledger.open(design)) as ledger:
        yield Driver(
            design, ledger, InProcess(), deliverer, parent_run_id="p", limits=Limits(lambda: 1)
        )
    deliverer.close()


def ended(design: Design, number: int, score: float = 0.9, **more: str) -> EndedCell:
    metrics = {"test_accuracy": score}
    fingerprint = more.get("fingerprint", f"{number:064x}")
    outcome = Outcome("finished", metrics, fingerprint, collapsed=more.get("collapsed"))
    return EndedCell(design.cells[number], outcome, 2.0)


def said(
    design: Design,
    driver: Driver,
    items: list[EndedCell],
    capsys: pytest.CaptureFixture[str],
    style: Style = "live",
) -> list[str]:
    with SweepDisplay(design, {}, driver, 2, style=style) as progress:
        progress(items)
    return capsys.readouterr().out.splitlines()


def test_a_line_per_cell_says_how_far_and_what_so_far(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(design, driver, [ended(design, 0), ended(design, 2, 0.8)], capsys)
    assert lines[0] == "short: 6 cells, 0 done before, 6 to run, 2 at a time"
    assert lines[1] == (
        "[1/6] batch_size=32 seed=0  90.00 %  2.0 s, about 5 s to go  "
        "mean 90.00 % (n=1, no interval)"
    )
    assert "mean 85.00 % ± 63.53 points (95 %, n=2)" in lines[2]


def test_a_line_says_the_number_of_every_network_that_a_run_trains(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    def item(number: int, small: float, large: float) -> EndedCell:
        arms = (("batch_size=32", small), ("batch_size=256", large))
        outcome = Outcome("finished", {"test_accuracy": large}, f"{number:064x}", arms=arms)
        return EndedCell(design.cells[number], outcome, 2.0)

    lines = said(design, driver, [item(0, 0.9, 0.8), item(2, 0.92, 0.84)], capsys)
    assert "  batch_size=32 90.00 %, batch_size=256 80.00 %  " in lines[1]
    assert lines[2].endswith("  means batch_size=32 91.00 %, batch_size=256 82.00 % (n=2)")


def test_runs_that_share_seeds_are_done_but_in_no_mean(
    write_design: Write, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    del store
    plan = {"plan": "attribution", "runs": 2, "baselines": {"init": 1}}
    design = load(write_design(seeds=plan))
    names = [cell.name for cell in design.cells]
    assert names == ["seed=0", "seed=0 repeat=1", "seed=1", "seed=0 init=1"]
    running = SimpleNamespace(scores={}, elsewhere=0, trouble=None)
    with SweepDisplay(design, {}, running, 2) as progress:  # type: ignore[arg-type]
        progress([ended(design, number, 0.9 - number / 10) for number in range(4)])
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("[4/4] seed=0 init=1  60.00 %")
    assert "mean 80.00 % ± 127.06 points (95 %, n=2)" in last  # of 90 and 70 %


def test_a_search_says_how_many_runs_it_will_take(
    tmp_path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    del store
    file = tmp_path / "looking.yaml"
    file.write_text(
        "question: q?\nexperiment: mnist_cnn\noptions: {dataset: digits}\nseeds: 2\n"
        "search: {over: {batch_size: {low: 8, high: 64}}, sampler: tpe, count: 6, together: 2, "
        "retest: {best: 2, seeds: 2}}\n"
    )
    search = load(file)
    running = SimpleNamespace(scores={}, elsewhere=0, trouble=None)
    with SweepDisplay(search, {}, running, 2) as progress:  # type: ignore[arg-type]
        progress([ended(search, 0)])
    start, cell = capsys.readouterr().out.splitlines()
    assert start == "looking: 16 cells, 0 done before, 16 to run, 2 at a time"
    assert cell.startswith("[1/16] ")
    assert ", about 15 s to go" in cell


def test_warnings_of_collapse_and_of_seeds_that_change_nothing(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [
        ended(design, 0, fingerprint="ab" * 32),
        ended(design, 2, fingerprint="ab" * 32),
        ended(design, 1, 0.1, collapsed="it answers class 3 for every test example"),
    ]
    lines = said(design, driver, items, capsys, "quiet")
    assert lines == [
        "warning: batch_size=32 seed=1 and batch_size=32 seed=0 have the same weights (fingerprint "
        "abababababab): the seeds in which they differ change nothing",
        "warning: batch_size=64 seed=0 collapsed: it answers class 3 for every test example",
    ]


def test_equal_weights_of_runs_that_keep_their_seeds_are_no_warning(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = SimpleNamespace(keep_seeds=True)
    items = [ended(design, place, fingerprint="ab" * 32) for place in (0, 2)]
    items = [replace(one, cell=replace(one.cell, options=kept)) for one in items]
    assert said(design, driver, items, capsys, "quiet") == []


def test_an_option_that_changes_nothing_is_not_put_down_to_the_seeds(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert design.cells[0].seeds == design.cells[1].seeds
    items = [ended(design, n, fingerprint="ab" * 32) for n in (0, 1)]
    assert said(design, driver, items, capsys, "quiet") == []


def test_a_cell_trained_again_to_the_same_weights_is_no_duplicate(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    fingerprints = {design.cells[0].id: f"{0:064x}"}
    with SweepDisplay(design, {}, driver, 2, style="quiet", fingerprints=fingerprints) as progress:
        progress([ended(design, 0)])
    assert capsys.readouterr().out == ""


def test_a_warning_that_an_earlier_round_showed_is_not_shown_again(
    design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = Outcome("finished", {"test_accuracy": 0.9}, "a" * 64, warnings=("other data",))
    warned: set[str] = set()
    for _ in range(2):
        with SweepDisplay(design, {}, driver, 2, style="quiet", warned=warned) as progress:
            progress([EndedCell(design.cells[0], outcome, 2.0)])
    assert capsys.readouterr().out == "warning: other data\n"


def test_a_disk_that_is_nearly_full(
    design: Design,
    driver: Driver,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress_module, "LOW_DISK", 10**18)
    (line,) = said(design, driver, [], capsys, "quiet")
    assert line.startswith("warning: The disk of ")


def test_json_lines(design: Design, driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(design, driver, [ended(design, 0, collapsed="x")], capsys, "json")
    start, cell, warning = (json.loads(line) for line in lines)
    assert start == {"event": "start", "sweep": "short", "cells": 6, "done": 0}
    assert cell["name"] == "batch_size=32 seed=0"
    assert (cell["state"], cell["test_accuracy"], cell["done"]) == ("finished", 0.9, 1)
    assert warning == {"event": "warning", "text": "batch_size=32 seed=0 collapsed: x"}


@pytest.mark.parametrize("width", [80, 120])
def test_the_view_fits_the_terminal(design: Design, driver: Driver, width: int) -> None:
    screen = io.StringIO()
    progress = SweepDisplay(design, {}, driver, 2)
    progress._console = Console(file=screen, width=width, height=24, force_terminal=True)
    for number in range(3):
        progress._take(ended(design, number))
    progress._console = Console(file=screen, width=width, height=24)
    screen.truncate(0)
    progress._console.print(progress._view())
    lines = screen.getvalue().splitlines()
    assert "3 of 6" in lines[0].replace("\x00", "")
    assert all(len(line.replace("\x00", "")) <= width for line in lines)
    assert len(lines) == 4, "head, titles and two configurations: nothing is wrapped"
