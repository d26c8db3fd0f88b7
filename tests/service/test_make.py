"""``make secrets``, ``make backup`` and ``make restore``, called as they stand."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests
from dotenv import dotenv_values

from seedbed.service.secrets import OF_THE_STACK, weakness
from tests.support.stack import ROOT, Stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

COPIED = ("Makefile", "MLproject", ".env.example", "requirements.lock", "scripts", "seedbed")
SET_UP = ROOT / ".venv" / ".set-up"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone, as far as the service's targets need one, so that nobody's own ``.env`` is touched.

    Its set-up is the one that this clone has.
    """
    if not SET_UP.exists():
        pytest.skip("make has not set up .venv here")
    folder = tmp_path_factory.mktemp("a clone")
    for name in COPIED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def make(
    clone: Path, *arguments: str, env: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env={**(env or {}), "PATH": (env or os.environ)["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def stack(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """MLflow and PostgreSQL, with the secrets that ``make secrets`` wrote."""
    done = make(clone, "secrets")
    assert done.returncode == 0, done.stderr
    env = {k: v or "" for k, v in dotenv_values(clone / ".env").items()}
    made = Stack(tmp_path_factory.mktemp("stack"), env)
    try:
        made.up("mlflow")
        yield made
    finally:
        made.down()


def run_in(stack: Stack, name: str) -> str:
    """Record a run with an artifact; returns its id."""
    auth = ("admin", stack.env["MLFLOW_ADMIN_PASSWORD"])
    told = {"experiment_id": "0", "start_time": 1, "run_name": name}
    url = f"{stack.mlflow}/api/2.0/mlflow/runs/create"
    run: str = requests.post(url, json=told, auth=auth, timeout=30).json()["run"]["info"]["run_id"]
    assert requests.put(artifact_of(stack, run), data=name.encode(), auth=auth, timeout=30).ok
    return run


def artifact_of(stack: Stack, run: str) -> str:
    return f"{stack.mlflow}/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/x.txt"


def found(stack: Stack, run: str) -> tuple[int, bytes]:
    """Status of a run, and its artifact."""
    auth = ("admin", stack.env["MLFLOW_ADMIN_PASSWORD"])
    url = f"{stack.mlflow}/api/2.0/mlflow/runs/get?run_id={run}"
    status = requests.get(url, auth=auth, timeout=30).status_code
    return status, requests.get(artifact_of(stack, run), auth=auth, timeout=30).content


def lose_everything(stack: Stack) -> None:
    for name in ("mlflow", "ledger"):
        url = f"postgresql://{name}@127.0.0.1:{stack.ports['postgres']}/{name}"
        password = stack.env[f"{name.upper()}_DB_PASSWORD"]
        with psycopg.connect(url, password=password, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    shutil.rmtree(stack.folder / "artifacts")


def test_secrets_are_random_private_and_written_once(clone: Path, stack: Stack) -> None:
    file = clone / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [name for name in OF_THE_STACK if weakness(stack.env[name])] == []
    before = file.read_bytes()
    again = make(clone, "secrets")
    assert again.returncode == 2
    assert "Error: " in again.stderr
    assert "Traceback" not in again.stderr
    assert file.read_bytes() == before


def test_a_backup_brings_back_what_was_lost(clone: Path, stack: Stack) -> None:
    env = stack.environment("backup")
    kept = run_in(stack, "kept")
    done = make(clone, "backup", "LOCAL=yes", env=env)  # while the server runs
    assert done.returncode == 0, done.stderr
    file = clone / done.stdout.splitlines()[-1]
    assert file.parent == clone / "backups"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    later = run_in(stack, "later")
    named = make(clone, "backup", "LOCAL=yes", "FILE=backups/of now/ü.tar", env=env)
    assert named.returncode == 0, named.stderr
    taken = make(clone, "backup", "LOCAL=yes", "FILE=backups/of now/ü.tar", env=env)
    assert taken.returncode == 2
    assert "FILE must be new, but backups/of now/ü.tar exists" in taken.stderr

    restore = ["restore", "LOCAL=yes", f"FILE={file.relative_to(clone)}"]
    in_use = make(clone, *restore, "ARGS=--yes", env=env)
    assert in_use.returncode == 2
    assert "Nobody may use the database mlflow" in in_use.stderr
    stack.stop("mlflow")
    not_empty = make(clone, *restore, env=env)
    assert not_empty.returncode == 2
    assert "The database mlflow must be empty" in not_empty.stderr
    replaced = make(clone, *restore, "ARGS=--yes", env=env)
    assert replaced.returncode == 0, replaced.stderr
    stack.up("mlflow")
    assert found(stack, kept) == (200, b"kept")
    assert found(stack, later)[0] == 404

    stack.stop("mlflow")
    lose_everything(stack)
    back = make(clone, "restore", "LOCAL=yes", "FILE=backups/of now/ü.tar", env=env)
    assert back.returncode == 0, back.stderr
    assert back.stdout.startswith("Restored: the backup of ")
    stack.up("mlflow")
    assert found(stack, kept) == (200, b"kept")
    assert found(stack, later) == (200, b"later")
    left = [path.name for path in clone.rglob("*.part*")]
    assert left == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["restore"], "FILE must be given: make restore FILE=backups/….tar."),
        (
            ["restore", "FILE=nothing.tar"],
            "FILE must be a backup that can be read, got nothing.tar",
        ),
        (["backup"], "MLFLOW_ARTIFACTS_DESTINATION must be set"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    clone: Path, arguments: list[str], sentence: str
) -> None:
    done = make(clone, *arguments, "LOCAL=yes")
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(clone.rglob("*.part*"))


def test_what_is_no_backup_is_refused_and_replaces_nothing(clone: Path, stack: Stack) -> None:
    kept = run_in(stack, "stays")
    stack.stop("mlflow")
    file = ["FILE=Makefile", "ARGS=--yes"]
    done = make(clone, "restore", "LOCAL=yes", *file, env=stack.environment("backup"))
    assert done.returncode == 2
    assert "Error: A backup must be a complete tar archive" in done.stderr
    assert "Traceback" not in done.stderr
    stack.up("mlflow")
    assert found(stack, kept) == (200, b"stays")
