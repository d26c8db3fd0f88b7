"""The report of a script whose number is not an accuracy, or whose runs train several networks."""

import json
import re
from pathlib import Path

import pytest

from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.page.views.overview import Reader
from seedbed.analysis.page.views.sweep_list import Wanted
from seedbed.analysis.report.publish import publish
from seedbed.analysis.report.text_chart import text_chart
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.store import Store
from tests.support.recorded import Made, record
from tests.support.script_runs import LOSS, arms_run, loss_run

LOSSES = (0.031, 0.045, 0.028, 0.036)
PLAN = {"name": "all", "sources": []}


def test_a_loss_has_tables_and_pictures_in_its_own_unit(store: Store, tmp_path: Path) -> None:
    runs = [loss_run(*one) for one in enumerate(LOSSES)]
    record(store, tmp_path, "losses", runs, plan=PLAN)
    files = publish("losses", store, tmp_path / "report").files
    assert set(files.figures) == {"runs", "learning_curves"}
    assert {"configurations", "runs"} <= set(files.tables)
    first = files.tables["configurations"].read_text().splitlines()
    assert first[0] == "configuration,runs,mean,interval,sd,interval of the sd,next run"
    assert first[1].startswith("the only configuration,4,0.035,0.02")
    rows = files.tables["runs"].read_text().splitlines()
    assert LOSS.removeprefix("the ") in rows[0]
    assert [row.split(",")[-1] for row in rows[1:]] == ["", "worst", "", ""]
    page = files.html.read_text().replace("\u00a0", " ")
    assert "Worst run." in page
    assert "test accuracy" not in page.lower().partition("<dl>")[0]
    assert "  0.035  " in files.text
    assert "no result" not in files.text
    assert "recorded no" not in files.text
    worst = files.findings.worst
    assert worst is not None
    assert worst[1].accuracy == 0.045


def test_lists_have_the_mean_of_a_loss_and_sort_by_its_direction(
    store: Store, tmp_path: Path
) -> None:
    for name, factor in (("bad", 2), ("good", 1)):
        runs = [loss_run(seed, factor * loss) for seed, loss in enumerate(LOSSES)]
        record(store, tmp_path, name, runs, plan=PLAN)
        publish(name, store, tmp_path / name)
    record(store, tmp_path, "accurate", [Made({"seed": seed}) for seed in range(3)])
    publish("accurate", store, tmp_path / "accurate")
    record(store, tmp_path, "none", [Made({"seed": 0}, state="failed")])
    every = Reader(LocalVisitor(store)).read().every
    shown = Wanted.of({"order": "best mean"}).among(every)
    assert [one.name for one in shown] == ["accurate", "good", "bad", "none"]
    means = [one.number.text(one.mean[0]) if one.mean else None for one in shown]
    assert means == ["90.00 %", "0.035", "0.07", None]
    lowest = shown[1].lowest
    assert lowest is not None
    assert (lowest.words, lowest.title) == ("seed 1 · 0.045", "worst run")


def test_a_forged_number_of_a_sweep_does_no_harm(store: Store, tmp_path: Path) -> None:
    run_id = record(store, tmp_path, "losses", [loss_run(*one) for one in enumerate(LOSSES)])
    whole = {"metric": "headline", "is": "loss", "scale": 1.0, "mean": 0.3, "low": "x"}
    for forged, mean in (
        (whole, (0.3, None, None)),
        ({**whole, "scale": "1"}, None),
        ({**whole, "mean": True}, None),
        ({**whole, "is": 3}, None),
    ):
        store.client.set_tag(run_id, "number", json.dumps(forged))
        assert Reader(LocalVisitor(store)).read().every[0].mean == mean


def test_a_run_that_trains_two_networks_counts_once(store: Store, tmp_path: Path) -> None:
    runs = [arms_run(seed, 0.95 + seed / 1000, 0.9 - seed / 1000) for seed in range(3)]
    lost = Made({"seed": 3, "script": "arms.py"}, state="failed")
    record(store, tmp_path, "arms", [*runs, lost], plan=PLAN)
    files = publish("arms", store, tmp_path / "report").files
    assert (files.findings.counts.finished, files.findings.counts.planned) == (3, 4)
    assert "3 of 4 runs finished, 2 configurations." in files.text
    assert "1 of 4 cells has no result: 1 failed." in files.text
    assert files.tables["runs"].read_text().count("batch_size=32") == 3
    assert any("1 of 4 cells has no result" in note for note in read("arms").notes)
    page = files.markdown.read_text()
    assert "of one training (6 trainings of 3 runs; 1 more run gave no result)" in page
    assert "SHA-256 of the final weights of every network that the run trains" in page
    first, second = files.findings.arms
    assert first.curves["val_accuracy"].mean[-1] == pytest.approx(0.951)
    assert second.curves["val_accuracy"].mean[-1] == pytest.approx(0.899)


def test_every_network_of_a_run_is_named_by_its_own_dot(store: Store, tmp_path: Path) -> None:
    runs = [arms_run(seed, 0.8 - seed / 1000, 0.9 - seed / 1000) for seed in range(3)]
    record(store, tmp_path, "arms", runs, plan=PLAN)
    page = publish("arms", store, tmp_path / "report").files.html.read_text()
    page = page.replace("\u00a0", " ")
    assert "</b> seed 2 · batch_size=32 · 79.80 % · finished" in re.sub(r"<a [^>]*>", "", page)
    titles = re.findall(r"<title>seed 0 · (batch_size=\d+) · ([\d.]+ %)", page)
    assert {("batch_size=32", "80.00 %"), ("batch_size=256", "90.00 %")} <= set(titles)


def test_a_chart_of_losses_has_no_percent() -> None:
    chart = text_chart({"a": [0.031, 0.045]}, 40, is_share=False)
    assert "0.031" in chart
    assert "%" not in chart
