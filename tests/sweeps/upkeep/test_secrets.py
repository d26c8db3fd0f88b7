"""Passwords in the addresses of the ledger and of MLflow: nothing that a sweep leaves has them."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from seedbed.runs.custom.template import TEMPLATE
from tests.support.chaos import ROOT, Server
from tests.support.postgres import Postgres

LEDGER_SECRET, MLFLOW_SECRET = "ledger-s3cr3t-4711", "mlflow-s3cr3t-0815"
Write = Callable[..., Path]

RAISES = """    import os

    raise RuntimeError(f"no {os.environ['SEEDBED_LEDGER']} and {os.environ['MLFLOW_TRACKING_URI']}")
"""


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres.temporary(password=LEDGER_SECRET) as server:
        yield server


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("MLFLOW_AUTH_ADMIN_USERNAME", "ada")
    monkeypatch.setenv("MLFLOW_AUTH_ADMIN_PASSWORD", MLFLOW_SECRET)
    monkeypatch.setenv("MLFLOW_FLASK_SERVER_SECRET_KEY", "k" * 32)
    settings = tmp_path / "auth.ini"
    settings.write_text(
        f"[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{tmp_path}/auth.db\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
        "admin_username = ada\n"
    )
    monkeypatch.setenv("MLFLOW_AUTH_CONFIG_PATH", str(settings))
    (tmp_path / "server").mkdir()
    made = Server(tmp_path / "server", flags=["--app-name", "basic-auth"])
    made.uri = made.uri.replace("://", f"://ada:{MLFLOW_SECRET}@")
    made.start()
    for name in ("MLFLOW_AUTH_ADMIN_PASSWORD", "MLFLOW_AUTH_CONFIG_PATH"):
        monkeypatch.delenv(name)
    yield made
    made.kill()


class Watched:
    """Runs commands and keeps what they say and every command line seen meanwhile."""

    def __init__(self) -> None:
        self.said = ""
        self.lines: set[str] = set()

    def run(self, *command: str, **environment: str) -> int:
        """Run ``seedbed``; returns the exit code."""
        process = subprocess.Popen(
            [sys.executable, "-m", "seedbed", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(ended,))
        watch.start()
        try:
            self.said += process.communicate(timeout=250)[0]
        finally:
            process.kill()
            process.wait()
            ended.set()
            watch.join()
        return process.returncode

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(0.5):
            for process in psutil.process_iter():
                try:
                    self.lines.add(" ".join(process.cmdline()))
                except psutil.Error:
                    continue


def files_with(folder: Path, secret: str) -> list[str]:
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and secret.encode() in path.read_bytes()
    ]


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_a_sweep_with_passwords_leaves_them_nowhere(
    write_design: Write,
    store_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres: Postgres,
    server: Server,
) -> None:
    postgres.database("ledger")
    url = f"postgresql://postgres:{LEDGER_SECRET}@127.0.0.1:{postgres.port}/ledger"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    monkeypatch.setenv("SEEDBED_LEDGER", url)
    good, watched = write_design("good", seeds=2), Watched()
    assert watched.run("sweep", str(good)) == 0, watched.said
    assert watched.run("status", "good", "--format", "json") == 0, watched.said

    own = tmp_path / "own.py"
    text = TEMPLATE.format(name="own.py")
    begin = text.index("    model = keras.Sequential(")
    own.write_text(text[:begin] + RAISES + text[begin:])
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"question: Why?\nexperiment: {own}\nseeds: 1\n")
    assert watched.run("sweep", str(bad), "--tries", "1") == 1, watched.said
    assert "no postgresql://***@" in watched.said

    other = url.replace(LEDGER_SECRET, f"{LEDGER_SECRET}-wrong")
    assert watched.run("status", "good", SEEDBED_LEDGER=other) == 2
    assert "password authentication failed" in watched.said
    wrong = server.uri.replace(MLFLOW_SECRET, f"{MLFLOW_SECRET}-wrong")
    new = str(write_design("new", seeds=1))
    assert watched.run("sweep", new, MLFLOW_TRACKING_URI=wrong) == 2, watched.said
    postgres.stop()
    assert watched.run("resume", "good") == 2
    postgres.start()
    server.kill()
    assert watched.run("sweep", str(good)) == 1, watched.said
    assert watched.run("report", "good") == 2, watched.said
    assert "Traceback" not in watched.said.replace("Traceback (most recent call last):\n  File", "")

    for secret in (LEDGER_SECRET, MLFLOW_SECRET):
        assert secret not in watched.said
        assert not [line for line in watched.lines if secret in line]
        assert files_with(store_path, secret) == []
        assert files_with(tmp_path / "server", secret) == []
        assert [p for p in files_with(postgres.folder, secret) if not p.endswith("/password")] == []

    assert watched.run("status", "good", "--ledger", url) == 0
    assert "warning: the password in --ledger can be read" in watched.said
    assert LEDGER_SECRET not in watched.said
