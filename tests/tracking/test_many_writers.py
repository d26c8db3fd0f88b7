"""Writers that are killed, answers that are lost, a locked database: each record once and whole."""

import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.many_writers import EXPERIMENT, faults, grows, write_runs
from seedbed.system.errors import StoreError
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from tests.support.chaos import Server

CLIENTS, RUNS = 3, 2


def prepared(folder: Path) -> Path:
    """Folders of the clients' runs, all at their end, nothing delivered."""
    for client in range(CLIENTS):
        for number in range(RUNS):
            for _ in grows(folder, client, number):
                pass
    return folder


@pytest.mark.long
def test_writers_at_once_killed_at_any_moment_lose_and_double_nothing(
    store: Store, tmp_path: Path
) -> None:
    folder = prepared(tmp_path / "runs")
    store.experiment_id(EXPERIMENT)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.writers", store.uri, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 4, "nobody was killed in the middle"
    assert faults(store.uri, CLIENTS, RUNS) == []


def test_what_is_lost_changed_or_doubled_is_found(store: Store, tmp_path: Path) -> None:
    for client in range(CLIENTS):
        write_runs(store.uri, tmp_path / "runs", client, RUNS)
    assert faults(store.uri, CLIENTS, RUNS) == []
    experiment = store.experiment_id(EXPERIMENT)
    first, second, third = list(store.runs("attributes.status != ''", [experiment]))[:3]
    store.client.create_run(experiment, tags=dict(first.data.tags))
    with sqlite3.connect(store.uri.removeprefix("sqlite:///")) as database:
        gone = database.execute(
            "DELETE FROM metrics WHERE run_uuid = ? AND key = 'epoch_3' AND step = 7",
            (second.info.run_id,),
        )
        assert gone.rowcount == 1
    database.close()
    Path(third.info.artifact_uri.removeprefix("file://"), "predictions.npz").write_bytes(b"half")
    said = "\n".join(faults(store.uri, CLIENTS, RUNS))
    assert f"2 runs of delivery {first.data.tags['delivery']}" in said
    assert f"{second.info.run_name}: epoch_3" in said
    assert f"{third.info.run_name}: files" in said


class LosesAnswers(BaseHTTPRequestHandler):
    """Hands requests on; the first answer to ``runs/create`` never reaches the client."""

    behind = ""
    lost = 0

    def do_GET(self) -> None:
        self._hand_on(None)

    def do_POST(self) -> None:
        self._hand_on(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        pass

    def _hand_on(self, body: bytes | None) -> None:
        request = urllib.request.Request(
            type(self).behind + self.path, body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        if self.path.endswith("runs/create") and not type(self).lost:
            type(self).lost += 1
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def lossy(tmp_path: Path, store_path: Path) -> Iterator[tuple[str, Server]]:
    del store_path
    server = Server(tmp_path)
    server.start()
    LosesAnswers.behind, LosesAnswers.lost = server.uri, 0
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), LosesAnswers)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{proxy.server_port}", server
    proxy.shutdown()
    proxy.server_close()
    server.kill()


def test_a_run_whose_creation_was_never_answered_is_not_made_twice(
    lossy: tuple[str, Server], tmp_path: Path
) -> None:
    store = Store(lossy[0])
    (*_, folder) = grows(tmp_path / "runs", 0, 0)
    (folder.artifacts / "predictions.npz").unlink()  # the proxy is for calls, not for files
    (folder.artifacts / "environment.json").unlink()
    with pytest.raises(StoreError, match="must be reachable"):
        deliver(folder, store)
    assert LosesAnswers.lost == 1
    assert deliver(folder, store)
    behind = Store(lossy[1].uri)
    assert len(list(behind.runs("tags.kind = 'run'"))) == 1


@pytest.mark.slow
def test_a_database_that_another_program_locks_is_asked_again(store: Store, tmp_path: Path) -> None:
    """MLflow waits 20 s for SQLite's lock; what then fails is a sentence, and nothing is lost."""
    (*_, folder) = grows(tmp_path / "runs", 0, 0)
    store.experiment_id(EXPERIMENT)
    with sqlite3.connect(store.uri.removeprefix("sqlite:///")) as database:
        database.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="database is locked"):
            deliver(folder, store)
        database.rollback()
    database.close()
    assert deliver(folder, store)
    assert faults(store.uri, 1, 1) == []
