"""What ``seedbed.sweep`` returns: counts, and the verdict of the sweep's report."""

from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest

import seedbed
from seedbed.sweeps.driver import sweep_by_name
from seedbed.sweeps.driver.settings import SweepResult
from seedbed.system.errors import InputError
from seedbed.tracking.store import Store
from tests.support.recorded import Made, record

COUNTS = SweepResult(finished=6, failed={}, left=0, stopped=False, undelivered=None)


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> SweepResult:
    """The result of the sweep ``first`` whose runs are recorded elsewhere."""
    monkeypatch.setattr(sweep_by_name, "prepare_fork_server", lambda _: None)
    monkeypatch.setattr(sweep_by_name, "start_fork_server", lambda: None)
    monkeypatch.setattr(sweep_by_name, "run_sweep", lambda *_: COUNTS)
    return seedbed.sweep("first", quiet=True)


@pytest.fixture
def recorded(store: Store, tmp_path: Path) -> None:
    """The runs of the sweep ``first``."""
    runs = [
        Made({"batch_size": size, "seed": seed}, accuracy)
        for size, scores in ((32, (0.95, 0.951, 0.953)), (256, (0.9, 0.902, 0.901)))
        for seed, accuracy in enumerate(scores)
    ]
    record(store, tmp_path / "runs", "first", runs, varied=["batch_size"])


@pytest.mark.usefixtures("recorded")
def test_the_result_of_a_sweep_answers_as_its_report_does(swept: SweepResult) -> None:
    told = seedbed.report("first")
    assert swept == COUNTS
    assert swept.verdict == told.verdict == "different"
    assert swept.answer == told.answer
    assert swept.to_dict().keys() == told.to_dict().keys()
    assert swept.to_frame().equals(told.to_frame())
    assert swept.figure().axes


@pytest.mark.usefixtures("recorded")
def test_a_notebook_shows_answer_table_and_picture(swept: SweepResult) -> None:
    shown = swept._repr_html_()
    assert shown is not None
    assert shown.startswith(f'<div class="seedbed"><p><strong>{escape(swept.answer)}')
    assert "<table>" in shown
    assert 'src="data:image/png;base64,' in shown


@pytest.mark.usefixtures("recorded")
def test_a_notebook_shows_what_failed_above_the_answer(swept: SweepResult) -> None:
    shown = replace(swept, failed={"a": "loss <nan>"})._repr_html_()
    assert shown is not None
    counts, answer = shown.split('<div class="seedbed">')
    assert "loss &lt;nan&gt;" in counts
    assert escape(swept.answer) in answer


@pytest.mark.usefixtures("store")
def test_a_sweep_without_recorded_runs_has_no_verdict(swept: SweepResult) -> None:
    with pytest.raises(InputError, match="There is no sweep 'first'"):
        _ = swept.verdict
    assert "name" not in repr(swept)
    assert swept._repr_html_() is None  # a notebook shows the counts instead


@pytest.mark.parametrize("wrong", [3, None, ["first"]])
def test_what_is_no_file_and_no_name_is_refused_in_a_sentence(wrong: Any) -> None:
    with pytest.raises(InputError, match="a sweep must be given as its file or its name, got"):
        seedbed.sweep(wrong)
