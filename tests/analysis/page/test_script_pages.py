"""The page of sweeps of scripts: several arms in each run, or a number that is not an accuracy."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.page.app import application
from seedbed.analysis.page.charts.run_curves import CurveReader
from seedbed.analysis.page.serving.access import Door
from seedbed.analysis.page.settings import Settings
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_view import SweepView, read_sweep_view
from seedbed.analysis.report.deciding import with_deciding_number
from seedbed.analysis.report.write import write_report
from seedbed.analysis.wording import sentence_of
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.schema import LOG_MAX
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.asgi import call
from tests.support.recorded import Made, record
from tests.support.script_runs import arms_run, loss_run

SMALL, LARGE = (0.95, 0.96, 0.94), (0.90, 0.91, 0.89)
LOSSES = (0.031, 0.045, 0.0287)


def _recorded(store: Store, folder: Path, name: str, runs: list[Made]) -> Place:
    plan = {"name": "all", "sources": []}
    grid = {"configurations": [""], "seeds": [[str(at)] for at in range(len(runs))]}
    run_id = record(store, folder, name, runs, plan=plan, grid=grid)
    return Place(store.experiment_id("mnist_cnn"), run_id)


@pytest.fixture
def arms(store: Store, tmp_path: Path) -> Place:
    """Three runs of a script with two batch sizes, and one that failed."""
    runs = [arms_run(seed, *pair) for seed, pair in enumerate(zip(SMALL, LARGE, strict=True))]
    lost = Made({"seed": 3, "script": "arms.py"}, state="failed")
    return _recorded(store, tmp_path, "arms", [*runs, lost])


@pytest.fixture
def losses(store: Store, tmp_path: Path) -> Place:
    """Three runs of a script that prints a loss."""
    return _recorded(store, tmp_path, "losses", [loss_run(*one) for one in enumerate(LOSSES)])


def _view(store: Store, place: Place) -> SweepView:
    found = read_sweep_view(LocalVisitor(store), place, CurveReader())
    assert found is not None
    return found


def _text(store: Store, path: str) -> str:
    answer = call(application(Settings(Door(store), None, None)), path)
    assert answer.status == 200
    return answer.text.replace("\u00a0", " ")


def _page(store: Store, place: Place) -> str:
    return _text(store, f"/sweep/{place.experiment_id}/{place.run_id}/")


def test_an_interval_of_losses_ends_at_0_as_in_the_report(store: Store, tmp_path: Path) -> None:
    runs = [loss_run(seed, loss) for seed, loss in enumerate((0.01, 2.0))]
    place = _recorded(store, tmp_path, "wide", runs)
    (row,) = _view(store, place).rows
    assert row.mean is not None
    assert row.mean[0] == pytest.approx(1.005)
    assert row.mean[1] == 0
    sweep, number = with_deciding_number(read_sweep("wide", store))
    (arm,) = collect(sweep, metric=number.metric, number=number).arms
    assert arm.spread is not None
    assert row.mean[1:] == (arm.spread.mean.low, arm.spread.mean.high)


def test_every_arm_of_a_script_has_a_row_curves_and_a_mean(store: Store, arms: Place) -> None:
    found = _view(store, arms)
    assert [row.label for row in found.rows] == ["batch_size=32", "batch_size=256"]
    assert [[cell.score for cell in row.cells] for row in found.rows] == [
        [*SMALL, None],
        [*LARGE, None],
    ]
    assert [cell.state for cell in found.rows[0].cells] == ["finished"] * 3 + ["failed"]
    assert (found.progress.done, found.progress.cells, found.progress.failed) == (3, 4, 1)
    assert len(found.troubles) == 1
    assert found.leader is found.rows[0]
    ends = {(one.label, one.seeds): one.points[2] for one in found.curves}
    assert ends["batch_size=32", "seed 1"] == 0.96
    assert ends["batch_size=256", "seed 1"] == 0.91
    assert len(ends) == 6


def test_the_lowest_run_of_a_script_names_its_arm(store: Store, arms: Place) -> None:
    found = _view(store, arms)
    assert found.lowest is not None
    assert found.lowest.words == "seed 2 · batch_size=256 · 89.00 %"
    marked = [(row.label, cell.score) for row in found.rows for cell in row.cells if cell.is_worst]
    assert marked == [("batch_size=256", 0.89)]
    text = _page(store, arms)
    assert "Each run trains 2 configurations." in text
    assert text.count('class="mark"') == 1
    assert "Choose two or more configurations" in text
    assert '<td class="number" data-label="Mean (95 % interval)">' in text


def test_arms_of_one_run_are_compared_and_never_the_same_weights(
    store: Store, tmp_path: Path
) -> None:
    runs = [arms_run(seed, 0.95 + seed / 1000, 0.9 - seed / 1000) for seed in range(6)]
    place = _recorded(store, tmp_path, "arms", runs)
    labels = ("batch_size=32", "batch_size=256")
    arms = [quote(f"{place.experiment_id}/{place.run_id}/{label}", safe="") for label in labels]
    text = _text(store, f"/compare/?arm={arms[0]}&arm={arms[1]}")
    assert "scores 5.50 points higher than" in text
    assert "equivalent" not in text.lower()


def test_a_loss_is_shown_with_its_direction(store: Store, losses: Place) -> None:
    found = _view(store, losses)
    (row,) = found.rows
    assert [cell.score for cell in row.cells] == list(LOSSES)
    assert [cell.shade for cell in row.cells] == [3, 0, 4]
    assert row.mean is not None
    assert row.mean[0] == pytest.approx(sum(LOSSES) / 3)
    assert found.lowest is not None
    assert found.lowest.words == "seed 1 · 0.045"
    text = _page(store, losses)
    assert re.search(r"0\.0349 \(0\.01\d+ to 0\.05\d+\), n = 3", text)
    assert "Printed &#39;test loss&#39;, darker is lower, which is better" in text
    assert "marks the worst run" in text
    assert "<button disabled>Compare the chosen</button>" in text
    assert "this sweep has one" in text
    assert "Worst run." in text
    assert "Validation loss by epoch of 3 runs" in text
    assert "Test accuracy" not in text
    assert " %" not in re.sub(r"95 %", "", text)


def test_a_loss_is_compared_with_no_accuracy(store: Store, losses: Place, tmp_path: Path) -> None:
    other = _recorded(store, tmp_path, "other", [loss_run(s, 2 * x) for s, x in enumerate(LOSSES)])
    accurate = _recorded(store, tmp_path, "accurate", [Made({"seed": seed}) for seed in range(3)])

    def compared(*places: Place) -> str:
        arms = "&".join(
            f"arm={one.experiment_id}/{one.run_id}/the%20only%20configuration" for one in places
        )
        return _text(store, f"/compare/?{arms}")

    text = compared(losses, other)
    assert "Difference: −0.0349" in text
    assert "points" not in text.split("Dots:")[0].split("<article")[1]
    assert "lower is better" in text
    text = compared(losses, accurate)
    assert "These runs cannot be compared" in text
    assert "Difference" not in text
    assert "a comparison needs a second one" in compared(losses)


def test_what_somebody_changed_in_a_scripts_summary_does_no_harm(store: Store, arms: Place) -> None:
    run = next(run for run in LocalVisitor(store).runs([arms.experiment_id], "", 9) if run.params)
    for forged in ("[]", '{"arms": 3}', '{"arms": [{"name": 1}]}', '{"number": [1]}', "no JSON"):
        store.client.set_tag(run.run_id, "script", forged)
        assert _view(store, arms).progress.done == 3


def test_a_failure_that_was_tried_again_counts_once_and_has_its_log(
    store: Store, tmp_path: Path
) -> None:
    reason = "train.py line 5: ValueError: 11 is not in [0, 10)"
    log = "Traceback (most recent call last):\n  \x1b[1mline 5\x1b[0m\n" + 900 * "deep\n" + reason
    tries = [
        Made({"seed": seed}, state="failed", cell=f"{seed:016x}", reason=reason, log=log)
        for seed in (0, 1, 0, 1)
    ]
    run_id = record(store, tmp_path, "tried", [*tries, Made({"seed": 2})])
    place = Place(store.experiment_id("mnist_cnn"), run_id)
    found = _view(store, place)
    assert [(one.tries, one.reason) for one in found.troubles] == [(2, reason)] * 2
    assert found.progress.failed == 2
    assert found.troubles[0].log.endswith(reason)
    assert len(found.troubles[0].log) <= LOG_MAX
    text = _page(store, place)
    assert text.count("(tried 2 times)") == 2
    assert text.count("<pre") == 2
    sweep = read_sweep("tried", store)
    report = write_report(sweep, tmp_path / "report").html.read_text().replace("\u00a0", " ")
    assert report.count("The log of seed 0") == report.count("The log of") == 1
    assert "2 failed" in report
    table = collect(sweep).arms[0].lost
    assert [(one.name, one.tries) for one in table] == [("seed 0", 2), ("seed 1", 2)]


def test_a_sweep_of_failures_alone_says_so(store: Store, tmp_path: Path) -> None:
    place = _recorded(store, tmp_path, "lost", [Made({"seed": 0}, state="failed")])
    text = _page(store, place)
    assert "No run has a result, so there is nothing to say" in text
    assert "the means below" not in text
    assert "this sweep has none" in text


def test_a_long_headline_ends_at_a_word(store: Store, tmp_path: Path) -> None:
    place = _recorded(store, tmp_path, "long", [loss_run(*one) for one in enumerate(LOSSES)])
    ParentRun(store, place.run_id).verdict("spread", "generator " * 200)
    for text in (_text(store, "/"), _page(store, place)):
        assert "generator …</p>" in text


def test_a_cut_sentence_is_as_long_as_its_room_and_ends_at_a_word() -> None:
    assert sentence_of("two words", 9) == "two words"
    assert sentence_of("two words", 8) == "two …"
    assert sentence_of("longer", 4) == "lon …"
