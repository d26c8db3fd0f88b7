"""How long a sweep should take, by runs on record; and a small search that is really run."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.forecast import Pace, check_minutes, outlook, pace
from seedbed.sweeps.driver.run_sweep import run_sweep
from seedbed.system.errors import InputError
from seedbed.system.paths import IMPORT_ROOT
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.sweeps import made
from tests.support.waiting import HEADER

FILE = "seeds: 3\nconfigurations: {batch_size: [8, 16]}\n"


def record(design: Design, cell: int, seconds: float, store: Store, folder: Path) -> None:
    """A finished run of a cell that took this long."""
    params = design.cells[cell].params | {"seed": "99", "learning_rate": "0.5"}
    header = replace(HEADER, params=params, delivery=f"{cell}{seconds:g}".ljust(32, "d"))
    run = RunFolder.create(folder, header)
    run.end("finished")
    ended = run.ended()
    assert ended is not None
    text = (run.path / "events.jsonl").read_text()
    begun = header.started_ms + int(seconds * 1000)
    (run.path / "events.jsonl").write_text(text.replace(str(ended.time_ms), str(begun)))
    deliver(run, store)


def test_runs_of_the_same_kind_say_how_long_it_takes(store: Store, tmp_path: Path) -> None:
    design = made(FILE)
    assert pace(design) is None
    for seconds in (10.0, 20.0, 90.0):
        record(design, 0, seconds, store, tmp_path / "runs")
    found = pace(design)
    assert found == Pace({"batch_size=8": 20.0}, 3)
    assert found.of(design.cells[1]) == 20.0, "the longest known, where a configuration never ran"
    record(design, 1, 40.0, store, tmp_path / "runs")
    found = pace(design)
    assert found == Pace({"batch_size=8": 20.0, "batch_size=16": 40.0}, 4)
    text = outlook(design, found, workers=2)
    assert "mnist_cnn: 2 configurations, 6 runs" in text
    assert "time: about 90 s with 2 at a time (median of 4 finished runs)" in text.replace(
        "2 min", "90 s"
    )
    assert design.cells[0].id in text
    assert pace(made("seeds: 3\nconfigurations: {batch_size: [9]}\n")) is None, "another kind"


CHECKED = """
import sys
from seedbed.sweeps.design.design import load
from seedbed.sweeps.design.forecast import pace
from pathlib import Path
print(pace(load(Path(sys.argv[1]))))
print("seedbed.tracking.store" in sys.modules)
"""


def checked(file: Path) -> list[str]:
    """The pace that a new process finds, and whether it asked the store for it."""
    command = [sys.executable, "-c", CHECKED, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=IMPORT_ROOT)
    return done.stdout.splitlines()


@pytest.mark.long
def test_the_store_is_asked_once_until_something_new_is_written(
    store: Store, tmp_path: Path
) -> None:
    design = made(FILE)
    record(design, 0, 10.0, store, tmp_path / "runs")
    file = tmp_path / "s.yaml"
    file.write_text(design.file.text)
    first, second = checked(file), checked(file)
    assert first[0] == second[0] == str(Pace({"batch_size=8": 10.0}, 1))
    assert (first[1], second[1]) == ("True", "False")
    record(design, 1, 40.0, store, tmp_path / "runs")
    found = Pace({"batch_size=8": 10.0, "batch_size=16": 40.0}, 2)
    assert [checked(file) for _ in range(2)] == [[str(found), "True"], [str(found), "False"]]


@pytest.mark.parametrize("text", ["", "{}", '{"kinds": {"a": 1}}', "[1]", "\0"])
def test_a_damaged_note_of_times_is_made_again(
    text: str, store: Store, store_path: Path, tmp_path: Path
) -> None:
    design = made(FILE)
    record(design, 0, 10.0, store, tmp_path / "runs")
    found = pace(design)
    (note,) = (store_path / "cache" / "paces").iterdir()
    note.write_text(text)
    assert pace(design) == found is not None
    os.utime(note, (0, 0))
    record(design, 0, 30.0, store, tmp_path / "runs")
    assert pace(design) == Pace({"batch_size=8": 20.0}, 2), "a note of long ago is not believed"


def test_without_a_store_nothing_is_known(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    del store
    design = made(FILE)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert pace(design) is None
    assert "time: unknown" in outlook(design, None, workers=2)


def test_minutes_that_do_not_reach_for_one_run_are_refused(store: Store) -> None:
    del store
    design = made("seeds: 3\nstop: {budget: {minutes: 0.5}}\n")
    check_minutes(design, None)
    check_minutes(design, Pace({"every run": 30.0}, 1))
    with pytest.raises(InputError) as raised:
        check_minutes(design, Pace({"every run": 30.6}, 1))
    assert str(raised.value) == (
        "s.yaml line 5 column 17: budget must allow one run, which took 30.6 s before, got 0.5 "
        "minutes: the least is minutes: 0.51."
    )


def test_a_search_says_how_far_it_may_go(store: Store) -> None:
    del store
    text = "seeds: 2\nsearch:\n  over: {learning_rate: {low: 0.001, high: 0.1}}\n  count: 9\n"
    found = outlook(made(text), None, workers=1)
    assert "a tpe search, up to 30 runs; to begin with 4 configurations and 8 runs" in found


@pytest.mark.long
def test_a_search_is_run_and_concluded(store: Store) -> None:
    """Real runs: two configurations, the better one again on two fresh seeds."""
    design = made(
        "seeds: 1\nsearch:\n  over: {learning_rate: [0.1, 0.001]}\n  sampler: grid\n"
        "  retest: {best: 1, seeds: 2}\n"
    )
    result = run_sweep(design, workers=2)
    assert (result.finished, result.left, result.failed) == (4, 0, {})
    assert result.conclusion is not None
    assert (
        "The best on validation data was run again on fresh seeds (1, 2), and only these runs "
        "count as the result"
    ) in result.conclusion
    assert "to choose from" not in result.conclusion
    (parent,) = store.runs("tags.kind = 'sweep'")
    assert parent.data.tags["conclusion"] == result.conclusion
    runs = {run.info.run_name: run for run in store.runs("tags.kind = 'run'")}
    best = max(
        ("0.1 · seed 0 · learning_rate", "0.001 · seed 0 · learning_rate"),
        key=lambda name: max(
            point.value
            for point in store.client.get_metric_history(runs[name].info.run_id, "val_accuracy")
        ),
    ).split(" · ")[0]
    assert set(runs) == {
        *("0.1 · seed 0 · learning_rate", "0.001 · seed 0 · learning_rate"),
        *(f"{best} · seed {seed} · learning_rate" for seed in (1, 2)),
    }
    fresh = [
        runs[f"{best} · seed {seed} · learning_rate"].data.metrics["test_accuracy"]
        for seed in (1, 2)
    ]
    assert parent.data.metrics["search_test_accuracy"] == pytest.approx(sum(fresh) / 2)
    again = run_sweep(design, workers=2)
    assert again.conclusion == result.conclusion
    assert len(list(store.runs("tags.kind = 'run'"))) == 4
