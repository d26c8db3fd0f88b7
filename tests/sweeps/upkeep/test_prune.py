"""Old files go by rule; what a report, the registry or a person holds stays. Real stores."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from seedbed.analysis.findings.predictions.stacked_predictions import stack_predictions
from seedbed.cli.main import main
from seedbed.system.errors import InputError, RemovedError
from seedbed.tracking import schema
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import Predictions
from seedbed.tracking.retention.keep_rules import parse_rule, size, sort_out
from seedbed.tracking.retention.removal import PrunableRun, holdings, remove
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.chaos import Server
from tests.support.recorded import Made, record

SAID = Predictions(
    example_ids=np.arange(6),
    labels=np.arange(6) % 2,
    probabilities=np.tile(np.array([[0.75, 0.25]], dtype=np.float16), (6, 1)),
    probabilities_last=np.tile(np.array([[0.5, 0.5]], dtype=np.float16), (6, 1)),
    labels_by_epoch=np.zeros((2, 6), dtype=np.uint8),
)


def a_sweep(store: Store, folder: Path, name: str, runs: int = 2, night: str = "") -> list[str]:
    """A sweep with predictions and checkpoints; returns the ids of its runs."""
    made = [Made({"seed": seed}, predictions=SAID) for seed in range(runs)]
    parent = record(store, folder / name, name, made)
    if night:
        tags = {schema.TAG_SERIES: "nightly", schema.TAG_NIGHT: night}
        ParentRun(store, parent).running(tags)
        ParentRun(store, parent).end("finished")
    ids = [run.run_id for run in read_sweep(name, store).runs]
    for run_id in ids:
        for path in (schema.CHECKPOINT_BEST, schema.CHECKPOINT_LAST):
            store.client.log_text(run_id, "x" * 1000, path)
    return ids


def files(store: Store, run_id: str) -> set[str]:
    every = {one.path for one in store.client.list_artifacts(run_id)}
    return every | {one.path for one in store.client.list_artifacts(run_id, "checkpoints")}


def prune(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["prune", *arguments])
    return result.exit_code, result.stdout, result.stderr


def holding(run_id: str, days: float, series: str = "nightly", **more: object) -> PrunableRun:
    ended = datetime(2030, 1, 31, tzinfo=UTC) - timedelta(days=days)
    fields = {"parent": f"parent of {days}", "score": (0.5, -1.0), **more}
    return PrunableRun(run_id, run_id, series, series, ended=ended, files={"a": 10}, **fields)  # type: ignore[arg-type]


def test_rules_keep_by_age_by_number_of_nights_and_the_best() -> None:
    now = datetime(2030, 1, 31, tzinfo=UTC)
    found = [
        holding("a", 1),
        holding("b", 5),
        holding("b2", 5, score=(0.9, -1.0)),
        holding("c", 40),
        holding("d", 50, series="first"),
        holding("e", 60, held="the registry's mnist version 1"),
    ]

    def going(*rules: str) -> list[str]:
        return [one.run_id for one in sort_out(found, [parse_rule(r) for r in rules], now).going]

    assert going("30d") == ["c", "d"]
    assert going("2d") == ["b", "b2", "c", "d"]
    assert going("2") == ["c"]
    assert going("1") == ["b", "b2", "c"]
    assert going("best") == ["b"]
    assert going("2d", "best") == ["b"]
    assert going("100w") == []
    staying = {one.run_id: why for one, why in sort_out(found, [parse_rule("2d")], now).staying}
    assert staying == {"a": "--keep 2d", "e": "the registry's mnist version 1"}


@pytest.mark.parametrize("text", ["", "x", "-3", "0", "0d", "3y", "1.5d", "9999999", "best 3"])
def test_rules_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--keep must be"):
        parse_rule(text)


def test_sizes() -> None:
    assert [size(n) for n in (0, 999, 1000, 2_500_000)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "2.5 MB",
    ]


def test_the_command_says_first_and_removes_when_told(store: Store, tmp_path: Path) -> None:
    old = a_sweep(store, tmp_path, "nightly-2030-01-01", night="2030-01-01")
    new = a_sweep(store, tmp_path, "nightly-2030-01-02", night="2030-01-02")
    assert prune()[0] == 2
    code, out, err = prune("--keep", "1")
    assert (code, err) == (0, "")
    assert "nightly-2030-01-01  2 runs, 6 files, " in out
    assert "kept for --keep 1: 2 runs" in out
    assert "Would remove 6 files, " in out
    before = files(store, old[0])
    assert {schema.PREDICTIONS, schema.CHECKPOINT_BEST, schema.CHECKPOINT_LAST} <= before
    code, out, _ = prune("--keep", "1", "--yes", "--format", "json")
    assert code == 0
    assert {one["run_id"] for one in json.loads(out)["runs"]} == set(old)
    assert json.loads(out)["removed"]
    after = files(store, old[0])
    assert after == before - {
        schema.PREDICTIONS,
        schema.CHECKPOINT_BEST,
        schema.CHECKPOINT_LAST,
        "checkpoints",
    } or after == before - {schema.PREDICTIONS, schema.CHECKPOINT_BEST, schema.CHECKPOINT_LAST}
    assert files(store, new[0]) == before
    assert "Nothing goes." in prune("--keep", "1")[1]


def test_files_of_a_sweep_that_runs_stay(store: Store, tmp_path: Path) -> None:
    ids = a_sweep(store, tmp_path, "busy")
    going = list(holdings(store))
    parent = ParentRun(store, going[0].parent)
    parent.running()
    before = files(store, ids[0])
    assert (
        "kept for the sweep busy, which has not ended: 2 runs" in prune("--keep", "99", "--yes")[1]
    )
    assert not remove(store, going[0], datetime(2030, 1, 31, tzinfo=UTC))  # resumed meanwhile
    assert files(store, ids[0]) == before
    store.client.set_tag(going[0].parent, schema.TAG_KEEP, "false")
    assert not any(one.held for one in holdings(store))


def test_analysis_says_that_predictions_were_removed(store: Store, tmp_path: Path) -> None:
    a_sweep(store, tmp_path, "old")
    for one in holdings(store, ["predictions"]):
        remove(store, one, datetime(2030, 1, 31, tzinfo=UTC))
    runs = read_sweep("old", store).runs
    assert runs[0].load_predictions is not None
    with pytest.raises(
        RemovedError, match=r"removed by seedbed prune \(predictions on 2030-01-31\)"
    ):
        runs[0].load_predictions()
    stack, notes = stack_predictions(runs)
    assert stack is None
    assert notes == ["the predictions of 2 runs of 2 were removed (seedbed prune)"]
    assert schema.CHECKPOINT_BEST in files(store, runs[0].run_id)


def test_what_reports_the_registry_and_people_hold_stays(store: Store, tmp_path: Path) -> None:
    reported = a_sweep(store, tmp_path, "reported")
    night = a_sweep(store, tmp_path, "nightly-2030-01-01", night="2030-01-01", runs=3)
    for name in ("reported", "nightly-2030-01-01"):
        sweep = read_sweep(name, store)
        dots = [{"run_id": run.run_id} for run in sweep.runs]
        text = json.dumps({"run_id": sweep.run_id, "arms": [{"dots": dots}]})
        store.client.log_text(sweep.run_id, text, "report/findings.json")
    store.client.create_registered_model("mnist")
    uri = store.client.get_run(night[0]).info.artifact_uri
    store.client.create_model_version("mnist", f"{uri}/checkpoints/best.keras", run_id=None)
    store.client.set_tag(night[1], schema.TAG_KEEP, "true")
    why = {one.run_id: one.held for one in holdings(store)}
    assert why == {
        reported[0]: "the report of reported",
        reported[1]: "the report of reported",
        night[0]: "the registry's mnist version 1",
        night[1]: "the tag keep",
        night[2]: "",
    }
    parent = read_sweep("reported", store).run_id
    store.client.set_tag(parent, schema.TAG_KEEP, "false")
    assert {one.held for one in holdings(store) if one.run_id in reported} == {""}


def test_a_run_that_goes_on_is_left_alone(store: Store, tmp_path: Path) -> None:
    (run_id, _) = a_sweep(store, tmp_path, "going-on")
    store.client.update_run(run_id, status="RUNNING")
    assert run_id not in {one.run_id for one in holdings(store)}


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    server = Server(tmp_path)
    server.start()
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    yield Store(server.uri)
    server.kill()


@pytest.mark.slow
def test_files_go_through_a_server_too(served: Store, tmp_path: Path) -> None:
    (run_id,) = a_sweep(served, tmp_path, "through", runs=1)
    model = served.client.create_logged_model("0", name="best", source_run_id=run_id)
    served.client.create_registered_model("mnist")
    served.client.create_model_version(
        "mnist", f"models:/{model.model_id}", model_id=model.model_id
    )
    ((one,), before) = (list(holdings(served)), files(served, run_id))
    assert one.held == "the registry's mnist version 1"
    served.client.delete_registered_model("mnist")
    (one,) = holdings(served)
    assert (one.held, len(one.files)) == ("", 3)
    assert one.size > 2000
    remove(served, one, datetime(2030, 1, 31, tzinfo=UTC))
    assert files(served, run_id) & set(one.files) == set()
    assert len(before - files(served, run_id)) >= 3
    tags = served.client.get_run(run_id).data.tags
    assert tags[schema.TAG_REMOVED] == "checkpoints, predictions on 2030-01-31"
