"""A command in the background: the same store from another folder, and no secrets of alarms."""

import json
import sys
from pathlib import Path

import pytest

from seedbed.system.processes import own_command
from seedbed.system.processes.own_command import start_command, store_variables

SHOW = "import json, os; print(json.dumps({**os.environ, 'here': os.getcwd()}))"


@pytest.fixture
def relative_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, with a store and a database that are named from there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEDBED_STORE", "store")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db?timeout=5")
    return tmp_path


def test_a_command_uses_a_store_that_is_named_from_the_users_folder(relative_store: Path) -> None:
    log = relative_store / "log"
    assert start_command(["status", "nothing"], log).wait(60) == 2
    assert str(relative_store / "store" / "ledgers") in log.read_text()


def test_a_command_does_not_know_how_to_send_alarms(
    relative_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_command, "python", lambda: [sys.executable, "-c", SHOW])
    monkeypatch.setenv("SEEDBED_SMTP_PASSWORD", "secret")
    seen = []
    for alarms in (False, True):
        log = relative_store / f"log {alarms}"
        assert start_command([], log, alarms=alarms, more={"SEEDBED_LEDGER": "l"}).wait(60) == 0
        seen.append(json.loads(log.read_text()))
    assert ["SEEDBED_SMTP_PASSWORD" in environment for environment in seen] == [False, True]
    for environment in seen:
        assert environment["SEEDBED_LEDGER"] == "l"
        assert environment["MLFLOW_TRACKING_URI"] == (
            f"sqlite:///{relative_store}/mlflow.db?timeout=5"
        )
        assert Path(environment["here"]).is_dir()


@pytest.mark.parametrize("given", ["https://mlflow.example.org", "file:///runs", "databricks"])
def test_an_address_that_no_folder_changes_is_kept(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", given)
    assert store_variables()["MLFLOW_TRACKING_URI"] == given


def test_a_folder_of_mlflow_is_named_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "mlruns")
    assert store_variables()["MLFLOW_TRACKING_URI"] == str(tmp_path / "mlruns")
