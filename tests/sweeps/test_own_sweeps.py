"""On a shared server others may use a name too: each user reads and marks the own sweep alone."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.analysis.report.publish import publish
from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver.parent_run import open_parent
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.nightly.judge_nights import accept
from seedbed.tracking import schema
from seedbed.tracking.night_records import Point, mark_night, read_nights
from seedbed.tracking.own_sweeps import note_parent, parent_of, this_user
from seedbed.tracking.reading.sweep_reader import read_series, read_sweep
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.recorded import EXPERIMENT, Made, record

USER = "MLFLOW_TRACKING_USERNAME"
ACCURACY = {"anna": 0.9, "boris": 0.5}


@pytest.fixture
def sweeps(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The run ids of two sweeps with one name; Boris started his after Anna."""
    made = {}
    for user, accuracy in ACCURACY.items():
        monkeypatch.setenv(USER, user)
        runs = [Made({"seed": seed}, accuracy) for seed in range(3)]
        made[user] = record(store, tmp_path / user, "first", runs)
    return made


def test_each_user_reads_the_own_sweep_of_a_name(
    sweeps: dict[str, str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in ("anna", "boris"):
        monkeypatch.setenv(USER, user)
        assert read_sweep("first", store).run_id == sweeps[user]
    monkeypatch.setenv(USER, "somebody else")
    assert read_sweep("first", store).run_id == sweeps["boris"], "the newest"


def test_the_sweep_that_was_run_from_this_store_comes_first_and_gets_the_report(
    sweeps: dict[str, str], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER, "somebody else")
    note_parent("first", sweeps["anna"])
    published = publish("first", store, tmp_path / "report")
    assert published.run_id == sweeps["anna"]
    assert "90.00 %" in published.files.text
    assert schema.TAG_VERDICT not in store.client.get_run(sweeps["boris"]).data.tags


def test_a_driver_notes_its_sweeps_run_and_user(
    write_design: Callable[..., Path], store: Store, store_path: Path
) -> None:
    design = load(write_design(seeds=1))
    with closing(Ledger.open(design)) as ledger:
        parent = open_parent(design, ledger, store, store_path / "runs", reachable=True)
    assert parent_of(design.name) == parent.run_id
    run = store.client.get_run(parent.run_id)
    assert run.data.tags[schema.TAG_USER] == this_user()


@pytest.mark.parametrize("content", ["", "nonsense", "\x00", "../../x", "é"])
def test_a_note_that_names_no_run_is_no_note(content: str, store_path: Path) -> None:
    note_parent("first", "a" * 32)
    (store_path / "ledgers" / "first.parent").write_text(content)
    assert parent_of("first") is None
    assert parent_of("../first") is None


def test_the_nights_of_a_series_are_the_users_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = "2030-01-01"
    point = Point(0.9, 5, q=-3.0, ewma=-0.9, limit=0.6, alarm=True, open=True)
    runs = {}
    for user in ("anna", "boris"):
        monkeypatch.setenv(USER, user)
        parent = ParentRun.start(store, EXPERIMENT, f"nightly-{night}", f"ledger of {user}")
        parent.running({schema.TAG_SERIES: "nightly", schema.TAG_NIGHT: night})
        mark_night(
            *(store, parent.run_id),
            outcome="alarm",
            changed=["mean"],
            alarm="the mean fell",
            charts={"mean": point},
            metrics={},
            page={},
        )
        runs[user] = parent.run_id
    monkeypatch.setenv(USER, "anna")
    assert [one.run_id for one in read_series("nightly", store)] == [runs["anna"]]
    assert accept("nightly") == night
    accepted = {one.user: one.accepted for one in read_nights(store, "nightly")}
    assert accepted == {"anna": True, "boris": False}
