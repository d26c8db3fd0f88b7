"""Each question reads the store that it was given; the next one reads the process's own again."""

import os
import shutil
from pathlib import Path

import mlflow
import pytest

import seedbed
from seedbed.system import paths
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun
from tests.support.mlflow_runs import PlainRun, log_runs

SCORES = {"here": 0.9, "there": 0.7, "elsewhere": 0.5}
"""Store → the first score of its experiment ``exp``."""
VARIABLE = "MLFLOW_TRACKING_URI"


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> dict[str, Path]:
    """Three databases with an experiment of the same name."""
    found = {}
    for name, score in SCORES.items():
        found[name] = tmp_path_factory.mktemp(name) / "mlflow.db"
        shutil.copy(empty_database, found[name])
        gain = 0.05 if name == "here" else -0.05
        runs = [
            PlainRun(f"{arm}{seed}", {"arm": arm, "seed": seed}, {"acc": [score - 0.01, last]})
            for seed in range(3)
            for arm, last in (("a", score + seed / 1000), ("b", score + gain - seed / 1000))
        ]
        log_runs(f"sqlite:///{found[name]}", "exp", runs)
    return found


@pytest.fixture
def stores(
    databases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Their addresses; no store is named yet."""
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.chdir(tmp_path)
    return {name: f"sqlite:///{path}" for name, path in databases.items()}


def first_score(store: str | None = None) -> float:
    runs = seedbed.read("mlflow:exp", store=store).given.runs
    return min(round(run.metrics["acc"], 1) for run in runs if run.params["arm"] == "a")


def test_a_store_is_read_for_one_question(
    stores: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, stores["here"])
    assert first_score() == SCORES["here"]
    assert first_score(store=stores["there"]) == SCORES["there"]
    assert first_score() == SCORES["here"]
    assert os.environ[VARIABLE] == stores["here"]


def test_a_store_that_no_variable_names_is_not_kept_either(
    stores: dict[str, str], databases: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.chdir(databases["here"].parent)
    first_score(store=stores["there"])
    assert VARIABLE not in os.environ
    assert first_score() == SCORES["here"]
    monkeypatch.chdir(databases["elsewhere"].parent)
    assert first_score() == SCORES["elsewhere"]


def test_a_store_named_by_hand_counts_from_then_on(
    stores: dict[str, str], databases: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first_score(store=stores["there"])
    mlflow.set_tracking_uri(stores["there"])  # the same as the last question's
    assert first_score() == SCORES["there"]
    assert first_score(store=stores["here"]) == SCORES["here"]
    assert first_score() == SCORES["there"]
    monkeypatch.setenv(VARIABLE, stores["elsewhere"])
    assert first_score() == SCORES["elsewhere"]
    monkeypatch.delenv(VARIABLE)
    monkeypatch.chdir(databases["here"].parent)
    assert first_score() == SCORES["here"]


def test_a_question_about_ones_own_sweeps_names_no_store_to_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_database: Path
) -> None:
    monkeypatch.setattr(paths, "CLONE", None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "")
    (tmp_path / "seedbed").mkdir()
    shutil.copy(empty_database, tmp_path / "seedbed" / "mlflow.db")
    with pytest.raises(InputError, match="nobody ran"):
        seedbed.compare("a sweep that nobody ran")
    assert not os.environ[VARIABLE]


def test_a_failed_question_leaves_the_store_alone(
    stores: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, stores["here"])
    with pytest.raises(InputError, match="no MLflow experiment"):
        seedbed.read("mlflow:another", store=stores["there"])
    assert first_score() == SCORES["here"]


def test_runs_of_two_stores_are_judged_in_turn(
    stores: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, stores["elsewhere"])
    here, there = (seedbed.read("mlflow:exp", store=stores[name]) for name in ("here", "there"))
    for _ in range(2):
        assert seedbed.compare(here, by="arm").answer.startswith("arm=b scores")
        assert seedbed.compare(there, by="arm").answer.startswith("arm=a scores")


def test_curves_are_fetched_later_from_the_store_of_their_runs(
    stores: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = seedbed.read("mlflow:exp", store=stores["there"]).given.runs
    monkeypatch.setenv(VARIABLE, stores["here"])
    here = seedbed.read("mlflow:exp").given.runs
    mlflow.set_tracking_uri(stores["elsewhere"])
    assert _curve_start(there[0]) == pytest.approx(0.69)
    assert _curve_start(here[0]) == pytest.approx(0.89)


def _curve_start(run: ImportedRun) -> float:
    assert run.load_curve is not None
    return run.load_curve("acc")[0]
