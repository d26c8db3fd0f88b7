"""Odd records of other people in the store end no command on a sound sweep."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.analysis.page.views.overview import Reader
from seedbed.cli.main import main
from seedbed.sweeps.ledger.sweep_list import list_sweeps
from seedbed.tracking.night_records import read_nights
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.retention.removal import holdings
from seedbed.tracking.store import Store
from tests.support.recorded import EXPERIMENT, Made, record

ODD = ["", "nonsense", "[]", "null", "1e999", '{"planned": 1e999}', '{"planned": "x"}', "[" * 4000]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Store]:
    """A store with a sound sweep, and with records that somebody wrote by hand."""
    folder = tmp_path_factory.mktemp("neighbours")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        (folder / "mlflow.db").write_bytes(empty_database.read_bytes())
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        store = Store()
        record(store, folder / "runs", "sound", [Made({"seed": seed}) for seed in range(3)])
        experiment = store.experiment_id(EXPERIMENT)
        for number, text in enumerate(ODD):
            tags = {
                "kind": "sweep",
                "sweep": f"odd{number}",
                "state": "running" if number % 2 else "finished",
                "design": text,
                "charts": text,
                **({"series": "nightly", "night": f"2030-01-0{number}"} if number % 2 else {}),
            }
            parent = store.client.create_run(experiment, tags=tags, start_time=0).info.run_id
            store.client.log_metric(parent, "runs_finished", float("nan"))
            store.client.log_metric(parent, "runs_failed", float("inf"))
            store.client.log_text(parent, text, "report/findings.json")
            child = {"kind": "run", "state": "finished", "mlflow.parentRunId": parent}
            odd = {"seeds": text, "digests": text, "script": text, "experiment": EXPERIMENT}
            run = store.client.create_run(experiment, tags={**child, **odd}).info.run_id
            store.client.log_text(run, text, "predictions.npz")
            store.client.log_text(run, text, "environment.json")
            store.client.log_text(run, text, "confusion_matrix.json")
            end = 10**18 if number % 2 else 1_700_000_000_000
            store.client.set_terminated(run, "FINISHED", end)
            if number % 2 == 0:
                store.client.set_terminated(parent, "FINISHED", end)
        ledgers = folder / "store" / "ledgers"
        (ledgers / "a-folder.journal").mkdir(parents=True)
        (ledgers / "odd.journal").write_bytes(b"\x00\xff\n{}\n" + b"[" * 5000 + b"\n")
        (ledgers / "gone.journal").symlink_to("nowhere")
        yield store


def test_lists_and_pages_show_the_sound_sweep(place: Store) -> None:
    sound = next(sweep for sweep in list_sweeps(place, 30) if sweep.name == "sound")
    assert sound.planned == 3
    found = Reader(LocalVisitor(place)).read()
    assert "sound" in [sweep.name for sweep in found.found]
    assert len(read_nights(place)) == len(ODD) / 2


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("list", "--format", "json"),
        ("report", "sound"),
        ("spread", "sound"),
        ("nights",),
        ("status", "odd"),
    ],
)
def test_commands_end_without_a_traceback(words: tuple[str, ...], place: Store) -> None:
    del place
    done = CliRunner().invoke(main, words)
    assert done.exit_code == (2 if words == ("status", "odd") else 0), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    if done.exit_code:
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("number", range(len(ODD)))
def test_an_odd_sweep_itself_is_read_as_far_as_it_goes(number: int, place: Store) -> None:
    sweep = read_sweep(f"odd{number}", place)
    assert len(sweep.runs) == 1
    assert sweep.varied == ()
    done = CliRunner().invoke(main, ["spread", f"odd{number}"])
    assert done.exit_code in (0, 2), done.output
    assert isinstance(done.exception, SystemExit | None)


def test_a_pipe_in_the_place_of_a_report_stops_no_prune(store: Store, tmp_path: Path) -> None:
    for name in ("sound", "odd"):
        record(store, tmp_path / "runs", name, [Made({"seed": seed}) for seed in range(3)])
    for run in store.runs("tags.kind = 'run'"):
        store.client.log_text(run.info.run_id, "", "predictions.npz")
    (parent,) = store.runs("tags.kind = 'sweep' AND tags.sweep = 'odd'")
    store.client.log_text(parent.info.run_id, "{}", "report/findings.json")
    (report,) = tmp_path.rglob("findings.json")
    report.unlink()
    os.mkfifo(report)
    held = {(one.sweep, one.held) for one in holdings(store)}
    assert held == {("sound", ""), ("odd", "a report that is damaged")}


def test_prune_keeps_what_a_damaged_report_may_name(place: Store) -> None:
    found = {one.sweep: one.held for one in holdings(place) if one.sweep.startswith("odd")}
    assert found == {
        "odd0": "a report that is damaged",
        "odd2": "a report that is damaged",
        "odd4": "a report that is damaged",
        "odd6": "",  # an object that names no run
    }
