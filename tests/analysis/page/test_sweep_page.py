"""The list of sweeps and a sweep's own page, over a real store."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from scipy import stats

from seedbed.analysis.page import app
from seedbed.analysis.page.app import application
from seedbed.analysis.page.charts.control_chart_svg import WIDE
from seedbed.analysis.page.charts.run_curves import CurveReader, RunCurve, curve_chart
from seedbed.analysis.page.serving.access import Door
from seedbed.analysis.page.serving.local_ui import LocalUi
from seedbed.analysis.page.settings import Settings
from seedbed.analysis.page.views import sweep_view
from seedbed.analysis.page.views.compare_view import ChosenArm, compare_chosen
from seedbed.analysis.page.views.overview import QUIET_AFTER_S, Reader
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_grid import GridCell, GridRow, natural_order, seeds_of
from seedbed.analysis.page.views.sweep_list import Wanted
from seedbed.analysis.page.views.sweep_view import SweepView, read_sweep_view
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.accessible import faults
from tests.support.asgi import call
from tests.support.recorded import Made, record
from tests.support.ui import browser, child, sweep

SCORES = {32: (0.95, 0.96, 0.94), 256: (0.90, 0.91, 0.89)}
UI = "http://127.0.0.1:5000"


@pytest.fixture
def place(store: Store, tmp_path: Path) -> Place:
    """A sweep of two configurations and three seeds, one cell of which failed at first."""
    runs = [
        Made({"batch_size": batch, "seed": seed}, scores[seed], cell=f"{1000 * batch + seed:016x}")
        for seed in range(3)
        for batch, scores in SCORES.items()
    ]
    lost = Made({"batch_size": 256, "seed": 3}, state="failed")
    retried = Made({"batch_size": 32, "seed": 0}, state="failed", cell=f"{32_000:016x}")
    run_id = record(store, tmp_path, "first", [retried, *runs, lost], varied=["batch_size"])
    return Place(store.experiment_id("mnist_cnn"), run_id)


def view(store: Store, place: Place) -> SweepView:
    found = read_sweep_view(LocalVisitor(store), place)
    assert found is not None
    return found


def get(store: Store, path: str) -> tuple[int, str]:
    """Status and text of an answer of the application itself."""
    answer = call(application(Settings(Door(store), UI, None)), path)
    return answer.status, answer.text


def test_a_grid_has_the_last_try_of_each_cell(store: Store, place: Place) -> None:
    found = view(store, place)
    assert found.columns == ("seed 0", "seed 1", "seed 2", "seed 3")
    assert [row.label for row in found.rows] == ["batch_size=32", "batch_size=256"]
    states = [[cell.state for cell in row.cells] for row in found.rows]
    assert states == [["finished"] * 3 + ["waiting"], ["finished"] * 3 + ["failed"]]
    assert [cell.score for cell in found.rows[0].cells] == [0.95, 0.96, 0.94, None]
    assert [cell.shade for cell in found.rows[0].cells][:3] == [3, 4, 3]
    mean = found.rows[0].mean
    assert mean is not None
    assert mean[0] == pytest.approx(0.95)
    assert (found.progress.done, found.progress.failed) == (6, 1)


def test_a_grid_shows_the_cells_that_have_not_begun(store: Store, place: Place) -> None:
    grid = {"configurations": ["batch_size=64", "batch_size=32"], "seeds": [["0"], ["5"]]}
    design = {"varied": ["batch_size"], "sources": ["seed"], "planned": 12, "grid": grid}
    store.client.set_tag(place.run_id, "design", json.dumps(design))
    found = view(store, place)
    assert found.columns == ("seed 0", "seed 1", "seed 2", "seed 3", "seed 5")
    names = ["batch_size=64", "batch_size=32", "batch_size=256"]
    assert [row.label for row in found.rows] == names
    assert [cell.state for cell in found.rows[0].cells] == ["waiting"] * 5
    text = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]
    assert len(re.findall('<td class="waiting"[^>]*><span>–</span></td>', text)) == 8
    assert "A dash is a cell without a run." in text
    many = [str(number) for number in range(200)]
    odd: list[object] = [
        3,
        [],
        {"seeds": {}},
        {"configurations": ["a"], "seeds": [[1], ["2", "3"]]},
    ]
    for forged in [*odd, {"configurations": many, "seeds": [[one] for one in many]}]:
        store.client.set_tag(place.run_id, "design", json.dumps({**design, "grid": forged}))
        assert view(store, place).columns == ("seed 0", "seed 1", "seed 2", "seed 3")


def test_of_a_large_grid_the_last_columns_are_shown(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_view, "MOST_CELLS", 4)
    path = f"/sweep/{place.experiment_id}/{place.run_id}/"
    text = get(store, path)[1]
    assert 'title="seed 1"' not in text
    assert 'title="seed 2"' in text
    assert "The first 2 columns are left out; the means count their runs too." in text
    assert "n = 3" in text
    assert "This page reads the newest" not in text
    monkeypatch.setattr(sweep_view, "MOST_CHILDREN", 3)
    text = get(store, path)[1]
    assert "This page reads the newest 3 runs of a sweep and counts no others" in text


def test_no_interval_of_a_mean_leaves_the_scores(store: Store, tmp_path: Path) -> None:
    runs = [Made({"seed": seed}, accuracy) for seed, accuracy in enumerate((0.9, 0.99))]
    run_id = record(store, tmp_path, "two", runs)
    found = view(store, Place(store.experiment_id("mnist_cnn"), run_id))
    assert found.rows[0].mean is not None
    mean, low, high = found.rows[0].mean
    assert mean == pytest.approx(0.945)
    assert low == pytest.approx(0.945 - 0.57178, abs=1e-4)
    assert high == 1


def test_curves_grow_and_those_of_ended_runs_are_read_once(store: Store, place: Place) -> None:
    going = child(store, place.run_id, 9, "running")
    for epoch, accuracy in enumerate((0.7, 0.8), start=1):
        store.client.log_metric(going, "val_accuracy", accuracy, step=epoch)
    asked: list[int] = []

    class Counting(LocalVisitor):
        def curves(self, run_ids: Sequence[str], metric: str) -> dict[str, dict[int, float]]:
            asked.append(len(run_ids))
            return super().curves(run_ids, metric)

    reader = CurveReader()
    first = read_sweep_view(Counting(store), place, reader)
    assert first is not None
    assert [dict(one.points) for one in first.curves if one.running] == [{1: 0.7, 2: 0.8}]
    assert sum(not one.running for one in first.curves) == 6
    store.client.log_metric(going, "val_accuracy", 0.9, step=3)
    second = read_sweep_view(Counting(store), place, reader)
    assert second is not None
    assert [max(one.points) for one in second.curves if one.running] == [3]
    assert asked == [9, 1], "only the run that goes on is asked for again"
    picture = str(curve_chart(second.curves, WIDE))
    assert picture.count("<polyline") == 7
    assert "running, epoch 3, 90.00 %" in picture


def test_no_axis_of_accuracies_goes_beyond_100_percent() -> None:
    curves = [RunCurve("a", "seed 1", False, {1: 0.02, 2: 0.999})]
    ticks = re.findall(r">([\d.-]+) %</text>", str(curve_chart(curves, WIDE)))
    assert (max(map(float, ticks)), min(map(float, ticks))) == (100.0, 0.0)


def test_captions_count_the_curves(store: Store, place: Place) -> None:
    found = replace(view(store, place), curves=(RunCurve("a", "seed 1", False, {1: 0.5}),))
    assert found.curves_words == "Validation accuracy by epoch of 1 run."
    going = RunCurve("a", "seed 2", True, {1: 0.5})
    found = replace(found, curves=(*found.curves, going), curves_left_out=7)
    assert found.curves_words == (
        "Validation accuracy by epoch of the newest 2 runs; a dot marks where a run is now."
    )
    assert "by epoch of 1 run, epochs" in str(curve_chart(found.curves[:1], WIDE))


@pytest.mark.parametrize("kind", ["search", "race"])
def test_a_search_shows_its_course(store: Store, place: Place, kind: str) -> None:
    address = f"/sweep/{place.experiment_id}/{place.run_id}/"
    assert 'id="search"' not in get(store, address)[1]
    over = {"over": {"batch_size": [32, 256]}, **({"race": {"p": 0.1}} if kind == "race" else {})}
    design = {"question": "Which?", "varied": ["batch_size"], "sources": ["seed"], "search": over}
    store.client.set_tag(place.run_id, "design", json.dumps(design))
    text = get(store, address)[1]
    assert f"<h2>The {kind}</h2>" in text
    assert "Orange: the highest mean so far, batch_size=32, 95.00 %." in text
    wide = text.split('id="search"')[1].split('class="at-narrow"')[0]
    assert wide.count("<circle") == 2
    assert wide.count("<polyline") == (2 if kind == "race" else 0)
    assert "batch_size=256: 90.00 %, 3 runs" in wide
    first_page = get(store, "/")[1].split('id="searches"')[1]
    assert f'href="sweep/{place.experiment_id}/{place.run_id}/">first</a>' in first_page
    assert first_page.split('class="at-narrow"')[0].count("<circle") == 2
    assert "Orange: the highest mean so far, batch_size=32, 95.00 %." in first_page


def test_an_ended_search_is_read_once_and_a_long_one_on_its_own_page(
    store: Store, place: Place
) -> None:
    asked: list[str] = []

    class Counting(LocalVisitor):
        def runs(
            self, experiments: Sequence[str], wanted: str, most: int, newest: str = "start_time"
        ) -> list[RunSummary]:
            asked.append(wanted)
            return super().runs(experiments, wanted, most, newest)

    design = {"sources": ["seed"], "search": {"over": {}}, "planned": 8}
    store.client.set_tag(place.run_id, "design", json.dumps(design))
    reader = Reader(Counting(store))
    assert [one.name for one in reader.read().searches] == ["first"]
    assert reader.read().searches[0].tried[0].scores == (0.95, 0.96, 0.94)
    assert sum("parentRunId" in wanted for wanted in asked) == 1
    store.client.set_tag(place.run_id, "design", json.dumps({**design, "planned": 501}))
    assert reader.read().searches == ()


def test_a_search_names_the_lowest_of_its_result_and_colours_its_best(
    store: Store, tmp_path: Path
) -> None:
    scores = [0.5 + number / 100 for number in range(8)]
    runs = [Made({"rate": rate, "seed": 0}, score) for rate, score in enumerate(scores)]
    runs += [Made({"rate": 7, "seed": seed}, accuracy) for seed, accuracy in ((4, 0.8), (5, 0.7))]
    search = {"over": {"rate": {"low": 0, "high": 9}}}
    run_id = record(
        store, tmp_path, "hunt", runs, varied=["rate"], search=search, fresh_seeds=[4, 5]
    )
    found = read_sweep_view(
        LocalVisitor(store), Place(store.experiment_id("mnist_cnn"), run_id), CurveReader()
    )
    assert found is not None
    assert found.lowest is not None
    assert found.lowest.words == "seed 5 · rate=7 · 70.00 %"
    assert next(iter(found.curves)).label == "rate=7"


def test_a_silent_sweep_has_no_time_to_go(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.client.set_tag(place.run_id, "state", "running")
    child(store, place.run_id, 9, "running")
    address = f"/sweep/{place.experiment_id}/{place.run_id}/"
    assert view(store, place).to_go is not None
    assert "Nothing heard" not in get(store, address)[1]
    later = time.time() + QUIET_AFTER_S + 60
    monkeypatch.setattr("seedbed.analysis.page.views.sweep_view.time.time", lambda: later)
    assert view(store, place).to_go is None
    text = get(store, address)[1]
    assert "Nothing heard for" in text
    assert "seedbed resume first" in text
    (under,) = Reader(LocalVisitor(store)).read().running
    assert under.silent
    assert under.to_go is None


def test_the_best_mean_so_far_is_named(store: Store, place: Place) -> None:
    leader = view(store, place).leader
    assert leader is not None
    assert leader.label == "batch_size=32"
    text = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]
    assert "Best mean of the runs so far: batch_size=32, 95.00 % (92.52 to 97.48), n = 3." in text


def test_the_lowest_run_is_named_with_the_reports_command(store: Store, place: Place) -> None:
    lowest = view(store, place).lowest
    assert lowest is not None
    assert (lowest.words, lowest.command) == ("seed 2 · batch_size=256 · 89.00 %", None)
    noted = ParentRun(store, place.run_id)
    noted.lowest(lowest.place.run_id, lowest.words, "seedbed verify mnist_cnn --seed 2")
    text = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]
    assert "seed 2 · batch_size=256 · 89.00 %" in text
    words = re.sub(r"<[^>]+>", "", text)
    assert "To repeat it: seedbed verify mnist_cnn --seed 2\n" in words
    noted.lowest("another", "seed 3", "seedbed verify mnist_cnn --seed 3")
    assert "To repeat it" not in get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]


def test_the_first_page_has_the_lowest_run_and_what_repeats_it(store: Store, place: Place) -> None:
    noted = ParentRun(store, place.run_id)
    noted.verdict("different", "32 is better.")
    assert "Lowest run" not in get(store, "/")[1]
    noted.lowest("abc", "seed 2 · 89.00 %", "seedbed verify mnist_cnn --seed 2")
    words = re.sub(r"<[^>]+>", "", get(store, "/")[1])
    assert "Lowest run. seed 2 · 89.00 %" in words
    assert "To repeat it: seedbed verify mnist_cnn --seed 2\n" in words
    noted.lowest("abc", "seed 2 · 89.00 %", "x" * 6000)
    words = re.sub(r"<[^>]+>", "", get(store, "/")[1])
    assert "Lowest run. seed 2" in words
    assert "To repeat it" not in words, "no tag holds it"
    for forged in ("[", "[]", '{"run": 3}', '{"run": "a", "words": ["b"]}'):
        store.client.set_tag(place.run_id, "lowest_run", forged)
        assert "Lowest run" not in get(store, "/")[1]


def test_the_lowest_run_is_marked_in_the_grid(store: Store, place: Place) -> None:
    text = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]
    assert re.findall(r"([\d.]+)</a> <b class=\"mark\"", text) == ["89.00"]
    assert "▾ marks the lowest run." in text


def test_many_runs_of_one_configuration_are_all_listed(store: Store, tmp_path: Path) -> None:
    runs = [Made({"seed": seed}, 0.9 - seed / 100) for seed in range(8)]
    run_id = record(store, tmp_path, "one", runs)
    address = f"/sweep/{store.experiment_id('mnist_cnn')}/{run_id}/"
    text = get(store, address)[1]
    listed = text.split('<ol class="cells"')[1].split("</ol>")[0]
    words = [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in listed.split("<li")[1:]]
    said = [one.split(">")[1] for one in words]
    assert said == [f"seed {seed} {90 - seed}.00" for seed in range(7)] + ["seed 7 83.00 ▾"]
    assert "n = 8" in text
    assert 'name="arm"' in text
    assert '<table class="grid">' not in text


def test_runs_that_share_seeds_are_in_no_mean(store: Store, tmp_path: Path) -> None:
    cells = {"a": ("0", ""), "b": ("0", ""), "c": ("1", ""), "d": ("1", "init=2")}
    runs = [
        Made({"seed": seed, "stream_seeds": streams}, 0.9 - at / 100, cell=name * 16)
        for at, (name, (seed, streams)) in enumerate(cells.items())
    ]
    a, b, c, d = (name * 16 for name in cells)
    part = {"identical": [a, b], "all": [a, c], "radial": [{"base": c, "init": d}]}
    plan = {"name": "attribution", "sources": ["init"], "parts": [part]}
    seeds = ["seed", "stream_seeds"]
    run_id = record(store, tmp_path, "why", runs, sources=seeds, plan=plan)
    place = Place(store.experiment_id("mnist_cnn"), run_id)
    (row,) = view(store, place).rows
    assert row.runs == 2
    assert row.mean is not None
    assert row.mean[0] == pytest.approx(0.89)
    text = get(store, f"/sweep/{place.experiment_id}/{run_id}/")[1]
    assert "The mean is that of the runs in which every source varies" in text
    arm = ChosenArm("A", "why", row, view(store, place).columns, place)
    assert list(arm.scores.values()) == [90.0, 88.0]
    for forged in ({**plan, "parts": [{}]}, {**plan, "parts": 3}, {"name": "attribution"}, "x"):
        design = {"sources": seeds, "planned": 4, "plan": forged}
        store.client.set_tag(run_id, "design", json.dumps(design))
        assert view(store, place).rows[0].runs == 4


class Asked(LocalUi):
    """An address of ``seedbed ui`` that answers or does not."""

    def __init__(self, is_open: bool) -> None:
        super().__init__(UI)
        self.is_open = is_open

    def shows(self, run_id: str) -> bool:
        del run_id
        return self.is_open


def test_links_wait_until_the_ui_of_a_local_store_runs(store: Store, place: Place) -> None:
    ParentRun(store, place.run_id).verdict("different", "32 is better.")
    address = f"/sweep/{place.experiment_id}/{place.run_id}/"
    paths = {"/": "seedbed ui</code>", address: "seedbed ui first</code>"}
    for path, command in paths.items():
        for is_open in (False, True):
            app_ = application(Settings(Door(store), UI, None, ui=Asked(is_open)))
            text = call(app_, path).text
            assert (command in text) is not is_open
            assert (f'href="{UI}' in text) is is_open, path
        assert command not in get(store, path)[1], "an address that was given is taken at its word"


def test_an_address_that_nobody_or_another_store_answers_at_shows_no_run() -> None:
    answers = {"mine": 200, "other": 404}
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(answers[self.path.rpartition("=")[2]])
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Print nothing."""

    now = [0.0]
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        root = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            ui = LocalUi(root, clock=lambda: now[0])
            assert ui.shows("mine")
            assert ui.shows("other"), "asked a moment ago"
            now[0] = 60
            assert not ui.shows("other")
            assert len(asked) == 2
        finally:
            server.shutdown()
    now[0] = 120
    assert not ui.shows("mine"), "nobody listens any more"


def test_the_verdict_of_an_ended_sweep_is_not_called_so_far(store: Store, place: Place) -> None:
    address = f"/sweep/{place.experiment_id}/{place.run_id}/"
    store.client.set_tag(place.run_id, "state", "running")
    assert "<h2>Verdict so far</h2>" in get(store, address)[1]
    store.client.set_tag(place.run_id, "state", "finished")
    assert "<h2>Verdict</h2>" in get(store, address)[1]


def test_a_failure_has_its_reason(store: Store, place: Place) -> None:
    (trouble,) = view(store, place).troubles
    assert trouble.state == "failed"
    assert trouble.reason == "the loss was not a number in epoch 3"


def test_the_page_links_each_field_to_its_run(store: Store, place: Place) -> None:
    status, text = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")
    assert status == 200
    assert "6 of 8 done, 1 failed, 1 left" in text
    fields = re.findall(
        r'<td class="score shade\d"[^>]*><span><a href="([^"]+)"[^>]*>([\d.]+)</a>', text
    )
    assert [score for _, score in fields] == ["95.00", "96.00", "94.00", "90.00", "91.00", "89.00"]
    assert all(
        link.startswith(f"{UI}/#/experiments/{place.experiment_id}/runs/") for link, _ in fields
    )
    assert get(store, f"/sweep/{place.experiment_id}/{place.run_id}/live")[0] == 200


@pytest.mark.parametrize("path", ["/sweep/1/none/", "/sweep/77/abc/", "/sweep/1/a' OR 1=1/"])
def test_no_such_sweep(store: Store, place: Place, path: str) -> None:
    del place
    status, text = get(store, path)
    assert status == 404
    assert "There is no such sweep" in text


def test_the_list_filters_and_sorts(store: Store) -> None:
    sweep(store, "b", mean=0.9, verdict="different", headline="A is better.")
    sweep(store, "a", mean=0.8, verdict="undecided", headline="Nobody knows.")
    sweep(store, "c", experiment="other", state="stopped")
    every = Reader(LocalVisitor(store)).read().every

    def names(**query: str) -> list[str]:
        return [one.name for one in Wanted.of(query).among(every)]

    assert sorted(names()) == ["a", "b", "c"]
    assert names(order="name") == ["a", "b", "c"]
    assert names(order="best mean") == ["b", "a", "c"]
    assert names(verdict="different") == ["b"]
    assert names(state="stopped") == ["c"]
    assert names(experiment="other") == ["c"]
    assert names(text="NOBODY") == ["a"]
    assert len(names(order="'; DROP")) == 3
    status, text = get(store, "/sweeps/?verdict=different")
    assert status == 200
    assert "Shown: 1 of 3." in text
    assert "<option selected>different</option>" in text


def test_the_tab_of_a_sweep_names_it(store: Store, place: Place) -> None:
    page = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]
    assert "<title>Seedbed: first</title>" in page
    assert "<title>Seedbed: all sweeps</title>" in get(store, "/sweeps/")[1]


def test_a_plan_of_a_script_names_its_streams_and_counts_its_repeats(
    store: Store, tmp_path: Path
) -> None:
    cells = [("0", ""), ("0", ""), ("0", ""), ("0", "init=1;line 14=2"), ("1", "")]
    runs = [
        Made({"seed": seed, "stream_seeds": streams}, 0.9 - at / 100, cell=f"{at:016x}")
        for at, (seed, streams) in enumerate(cells)
    ]
    run_id = record(store, tmp_path, "why", runs, sources=["seed", "stream_seeds"])
    found = view(store, Place(store.experiment_id("mnist_cnn"), run_id))
    seed_0 = ("seed 0", "seed 0, again", "seed 0, again 2")
    assert found.columns == (*seed_0, "seed 0, init 1, line 14 2", "seed 1")
    assert found.progress.words() == "5 of 5 done, 0 left"
    assert found.lowest is not None
    assert found.lowest.words == "seed 1 · 86.00 %"


def test_many_pairs_are_drawn_first_and_those_that_tell_little_folded(
    store: Store, tmp_path: Path
) -> None:
    means = {8: 0.95, 16: 0.949, 32: 0.951, 48: 0.952, 64: 0.7}
    spread = (-0.004, 0.001, 0.003, 0.0)
    runs = [
        Made({"batch_size": batch, "seed": seed}, mean + part * (1 + (batch // 8 + seed) % 3))
        for batch, mean in means.items()
        for seed, part in enumerate(spread)
    ]
    run_id = record(store, tmp_path, "many", runs, varied=["batch_size"])
    experiment = store.client.get_run(run_id).info.experiment_id
    arms = [("arm", f"{experiment}/{run_id}/batch_size={size}") for size in means]
    text = get(store, "/compare/?" + urlencode(arms))[1]
    kinds = re.findall(r'class="verdict (\w+)"', text)
    assert kinds == ["different"] * 4 + ["undecided"] * 6
    assert text.index("<svg") < text.index('class="verdict')
    assert "<summary>6 other pairs are undecided</summary>" in text
    assert not re.search(r">[^<]*[( ]-\d", text), "one minus sign"
    text = get(store, "/compare/?" + urlencode(arms[:3]))[1]
    assert "<details" not in text, "three fit on a screen"


def test_empty_lists_say_so(store: Store) -> None:
    assert "No sweep fits." in get(store, "/sweeps/")[1]


def test_configurations_are_compared_and_the_address_says_which(store: Store, place: Place) -> None:
    arms = [f"{place.experiment_id}/{place.run_id}/batch_size={size}" for size in (32, 256)]
    page = get(store, f"/sweep/{place.experiment_id}/{place.run_id}/")[1]
    assert all(f'name="arm" value="{arm}"' in page for arm in arms)
    status, text = get(store, "/compare/?" + urlencode([("arm", arm) for arm in arms]))
    assert status == 200
    assert "A − B: Undecided" in text  # a cell has not run yet
    assert "+5.00 points" in text
    assert "while runs may follow, an e-value of 20 decides" in text
    both = "A (first: batch_size=32) and B (first: batch_size=256)"
    assert f"Whether {both} differ is undecided." in text
    wide, narrow = text.split('<figure class="at-narrow">')
    assert wide.count("<circle") == narrow.count("<circle") == 6
    names = [float(y) for y in re.findall(r'y="([\d.]+)" class="title"', wide)]
    grid = re.findall(r'y1="([\d.]+)" x2="[\d.]+" y2="([\d.]+)" class="grid"', wide)
    assert (len(names), len(grid)) == (2, 6)
    through = [y for y in names for top, low in grid if float(top) < y + 2 and y - 9 < float(low)]
    assert not through, "no line of the grid runs through a name"


def test_a_tiny_p_is_not_nought(store: Store, tmp_path: Path) -> None:
    scores = {32: (0.95, 0.96, 0.94, 0.955), 256: (0.90, 0.91, 0.892, 0.904)}
    runs = [
        Made({"batch_size": batch, "seed": seed}, accuracy=score)
        for batch, found in scores.items()
        for seed, score in enumerate(found)
    ]
    run_id = record(store, tmp_path, "clear", runs, varied=["batch_size"])
    experiment = store.client.get_run(run_id).info.experiment_id
    arms = [("arm", f"{experiment}/{run_id}/batch_size={size}") for size in scores]
    text = get(store, "/compare/?" + urlencode(arms))[1]
    assert '<span class="whole">p &lt; 0.0001</span>, pairs by seed' in text
    assert "A (clear: batch_size=32) scores " in text
    assert " points higher than B (clear: batch_size=256)." in text
    assert "p=" not in text, "p stands there once, in one form"


def test_the_page_warns_of_two_runs_an_arm(store: Store, tmp_path: Path) -> None:
    runs = [
        Made({"batch_size": batch, "seed": seed}, accuracy=score)
        for batch, found in {32: (0.95, 0.962), 256: (0.1, 0.115)}.items()
        for seed, score in enumerate(found)
    ]
    run_id = record(store, tmp_path, "two", runs, varied=["batch_size"])
    experiment = store.client.get_run(run_id).info.experiment_id
    arms = [("arm", f"{experiment}/{run_id}/batch_size={size}") for size in (32, 256)]
    text = get(store, "/compare/?" + urlencode(arms))[1]
    assert "A − B: Different" in text
    assert "With 2 pairs, equal arms are called different up to 14 times in 100" in text


def test_the_page_says_that_equal_weights_count_once(store: Store, tmp_path: Path) -> None:
    runs = [
        Made({"batch_size": size, "seed": seed}, 0.9, fingerprint=f"{size}" if size == 32 else None)
        for size in (32, 64)
        for seed in range(3)
    ]
    run_id = record(store, tmp_path, "pinned", runs, varied=["batch_size"])
    experiment = store.client.get_run(run_id).info.experiment_id
    arms = [("arm", f"{experiment}/{run_id}/batch_size={size}") for size in (32, 64)]
    text = get(store, "/compare/?" + urlencode(arms))[1]
    assert re.search(r"n = 1(<[^>]*>)* and 3", text)
    assert "Runs with the same weights count once." in text


def test_a_finished_sweep_gets_the_verdict_of_its_pairs() -> None:
    def arm(letter: str, scores: tuple[float, ...]) -> ChosenArm:
        cells = tuple(GridCell(None, "finished", score) for score in scores)
        columns = tuple(f"seed {number}" for number in range(len(scores)))
        row = GridRow(letter, cells, len(scores), (sum(scores) / len(scores), None, None))
        return ChosenArm(letter, letter, row, columns, Place("1", "one"))

    a, b = (0.95, 0.96, 0.94, 0.955), (0.90, 0.91, 0.892, 0.904)
    (pair,) = compare_chosen([arm("A", a), arm("B", b)])
    assert pair.verdict.verdict == "different"
    assert pair.comparison.paired
    assert pair.p == pytest.approx(stats.ttest_rel(a, b).pvalue)
    three = compare_chosen([arm("A", a), arm("B", b), arm("C", b[::-1])])
    assert [(one.a.letter, one.b.letter) for one in three] == [("A", "B"), ("A", "C"), ("B", "C")]


def test_nothing_to_compare_says_so(store: Store, place: Place) -> None:
    del place
    for query in ("", "?arm=1", "?arm=1/2/3&arm=a/b/c"):
        status, text = get(store, f"/compare/{query}")
        assert status == 200
        assert "Nothing to compare yet" in text


def test_the_doctors_findings_stand_on_the_page_and_forged_ones_do_no_harm(
    store: Store, place: Place
) -> None:
    address = f"/sweep/{place.experiment_id}/{place.run_id}/"
    assert "doctor finds" not in get(store, address)[1]
    one = {"where": "train.py:12:1", "code": "SB101", "certainty": "is", "message": "no seed <b>"}
    tag = json.dumps({"found": 20, "findings": [one, {"where": 7}, "nonsense", None]})
    store.client.set_tag(place.run_id, "doctor", tag)
    text = get(store, address)[1]
    assert "<code>train.py:12:1</code> <b>SB101</b> (certain) no seed &lt;b&gt;" in text
    assert "18 more." in text
    for forged in ("[", "[]", '{"findings": 3, "found": "x"}', '{"found": 1e999}'):
        store.client.set_tag(place.run_id, "doctor", forged)
        assert "doctor finds" not in get(store, address)[1]


def test_mixed_environments_and_logs_are_told(store: Store, place: Place) -> None:
    address = f"/sweep/{place.experiment_id}/{place.run_id}/"
    text = get(store, address)[1]
    assert "environments" not in text
    assert re.search(r"/runs/\w+/artifacts\?[^\"]*\"[^>]*>Its files</a>", text)
    runs = store.runs(f"tags.mlflow.parentRunId = '{place.run_id}'", [place.experiment_id])
    for number, run in enumerate(runs):
        store.client.set_tag(run.info.run_id, "environment", "a" if number < 2 else "b")
    assert [one.runs for one in view(store, place).environments] in ([5, 2], [6, 1], [6, 2])
    assert "These runs come from 2 environments" in get(store, address)[1]


@pytest.mark.long
def test_the_pages_serve_everybody(store: Store, place: Place, tmp_path: Path) -> None:
    style = (Path(app.__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
    arms = [f"{place.experiment_id}/{place.run_id}/batch_size={size}" for size in (32, 256)]
    going = child(store, place.run_id, 9, "running")
    store.client.log_metric(going, "val_accuracy", 0.8, step=1)
    store.client.set_tag(going, "environment", "another")
    one = {"where": "train.py:12:1", "code": "SB101", "certainty": "is", "message": "no seed"}
    store.client.set_tag(place.run_id, "doctor", json.dumps({"found": 2, "findings": [one]}))
    paths = ["/", "/sweeps/", f"/sweep/{place.experiment_id}/{place.run_id}/"]
    paths += ["/sweeps/?text=none", "/sweep/1/none/", "/compare/"]  # nothing to show
    paths.append("/compare/?" + urlencode([("arm", arm) for arm in arms]))
    with browser(1400, 900) as driver:
        driver.get("data:text/html,<main><p style='color:%23bbb'>pale</p><button></button></main>")
        named = {one.split(":")[0] for one in faults(driver, dark=False)}
        assert named >= {"color-contrast", "button-name", "page-has-heading-one", "html-has-lang"}
        for path in paths:
            text = get(store, path)[1].replace("</head>", f"<style>{style}</style></head>")
            (tmp_path / "page.html").write_text(text, encoding="utf-8")
            driver.get((tmp_path / "page.html").as_uri())
            for dark in (False, True):
                assert faults(driver, dark=dark) == [], (path, dark)


def test_long_names_of_seeds_are_told_apart_and_odd_digits_are_text() -> None:
    names = ("init", "order", "augmentation", "dropout", "split")

    def run(split: str) -> RunSummary:
        params = {f"{name}_seed": "1" for name in names[:-1]} | {"split_seed": split}
        return RunSummary("r", "1", "run", 0, None, {}, {}, params)

    sources = [f"{name}_seed" for name in names]
    seen = [seeds_of(run(split), sources) for split in ("10", "9", "²")]
    assert len(set(seen)) == 3
    assert sorted(seen[:2], key=natural_order) == [seen[1], seen[0]]
    assert sorted(seen, key=natural_order)
