"""MLflow's server with Seedbed's endpoint: several requests as if each had come alone."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks.many_writers import EXPERIMENT, faults, grows
from seedbed.mlflow_plugin.joined_requests import JoinedRequests
from seedbed.system.errors import StoreError
from seedbed.tracking.joined_format import PATH, Request, body_of
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.joined_client import JoinedClient
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.asgi import call
from tests.support.chaos import ROOT, Server
from tests.support.entry_points import entry_points_in
from tests.support.waiting import HEADER

MLFLOW = "/api/2.0/mlflow/runs"
CLIENTS, RUNS = 3, 2
ADMIN = ("ada", "ada-s3cr3t-4711")
EVE = ("eve", "eve-s3cr3t-0815")


class Inner:
    """Answers 403 to paths that end in ``secret``, raises at ``broken``, else repeats the body."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[bytes, bytes]]] = []

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        self.seen.append((scope["method"], scope["path"], dict(scope["headers"])))
        body = (await receive())["body"]
        if scope["path"].endswith("broken"):
            raise RuntimeError("broken")
        status = 403 if scope["path"].endswith("secret") else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"<" + body + b">"})


def posted(inner: Inner, *sent: Request, **headers: str) -> tuple[int, Any]:
    app: Any = JoinedRequests(inner)
    answer = call(app, PATH, method="POST", body=body_of(sent).decode(), headers=headers)
    return answer.status, json.loads(answer.text)


def post(path: str, body: bytes = b"") -> Request:
    return Request("POST", f"{MLFLOW}/{path}", "text/plain", body)


def test_each_request_goes_to_the_app_with_the_headers_that_brought_it() -> None:
    inner = Inner()
    status, answer = posted(inner, post("a", b"1\n2"), post("b", b"3"), Authorization="Basic x")
    assert status == 200
    assert answer == {
        "answers": [{"status": 200, "body": "<1\n2>"}, {"status": 200, "body": "<3>"}]
    }
    assert [one[:2] for one in inner.seen] == [("POST", f"{MLFLOW}/a"), ("POST", f"{MLFLOW}/b")]
    headers = inner.seen[0][2]
    assert headers[b"authorization"] == b"Basic x"
    assert (headers[b"content-length"], headers[b"content-type"]) == (b"3", b"text/plain")


@pytest.mark.parametrize(("path", "status"), [("secret", 403), ("broken", 500)])
def test_what_follows_a_refused_request_is_not_done(path: str, status: int) -> None:
    inner = Inner()
    _, answer = posted(inner, post("a"), post(path), post("c"))
    assert [one["status"] for one in answer["answers"]] == [200, status]
    assert len(inner.seen) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PATH),
        ("POST", "/api/2.0/other"),
        ("DELETE", f"{MLFLOW}/delete"),
        ("POST", "/api/2.0/mlflow/../users"),
    ],
)
def test_other_requests_must_come_alone(method: str, path: str) -> None:
    inner = Inner()
    status, answer = posted(inner, post("a"), Request(method, path, "text/plain", b""))
    assert status == 400
    assert path in answer["message"]
    assert inner.seen == []


@pytest.mark.parametrize(
    "body", ["", "[]x", "[]\nx", "{}", "[1]\n", '[{"method": "PUT"}]\n', "[" * 100_000]
)
def test_a_body_that_is_not_written_that_way_is_refused(body: str) -> None:
    inner = Inner()
    app: Any = JoinedRequests(inner)
    answer = call(app, PATH, method="POST", body=body)
    assert answer.status == 400
    assert "body must" in answer.text
    assert inner.seen == []


def test_other_paths_are_the_apps_own() -> None:
    inner = Inner()
    app: Any = JoinedRequests(inner)
    assert call(app, "/health", method="POST", body="1").text == "<1>"
    assert call(app, PATH).text == '{"version": 1}'
    assert call(app, PATH, method="PUT").status == 405


def ended_folder(parent: Path, delivery: str) -> RunFolder:
    """A run with every kind of value that a record holds."""
    folder = RunFolder.create(parent, replace(HEADER, delivery=delivery * 32))
    folder.epoch(1, {"loss": 0.1 + 0.2, "val_accuracy": math.nan})
    folder.epoch(2, {"loss": math.inf, "val_accuracy": 0.5})
    (folder.artifacts / "in it").mkdir()
    (folder.artifacts / "in it" / "größe 100%.bin").write_bytes(bytes(range(256)))
    known = {"data_sha256": "ab" * 32}
    (folder.artifacts / "environment.json").write_text(json.dumps(known))
    folder.end("finished", fingerprint="ff", metrics={"test_accuracy": 0.9})
    return folder


def record(store: Store, delivery: str) -> dict[str, Any]:
    """All that MLflow has of the one run of that delivery."""
    (run,) = store.runs(f"tags.delivery = '{delivery * 32}'")
    client, run_id = store.client, run.info.run_id
    ids = {"delivery"}
    return {
        "status": (run.info.status, run.info.start_time, run.info.run_name),
        "params": run.data.params,
        "tags": {key: value for key, value in run.data.tags.items() if key not in ids},
        "points": {
            key: [(p.step, repr(p.value)) for p in client.get_metric_history(run_id, key)]
            for key in run.data.metrics
        },
        "inputs": [
            (dict(one.dataset), [(tag.key, tag.value) for tag in one.tags])
            for one in (run.inputs.dataset_inputs if run.inputs else ())
        ],
        "files": sorted(
            (one.path, one.file_size)
            for folder in (None, "in it")
            for one in client.list_artifacts(run_id, folder)
        ),
    }


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    store_path: Path,
) -> Iterator[Server]:
    del store_path
    site = entry_points_in(tmp_path, "mlflow.app")
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{site}")
    made = Server(tmp_path, flags=["--app-name", request.param])
    made.start()
    yield made
    made.kill()


@pytest.mark.long
@pytest.mark.parametrize("server", ["seedbed"], indirect=True)
def test_a_run_that_ends_leaves_the_same_record_in_one_request(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, alone = Store(server.uri), Store(server.uri)
    assert store.takes_joined_requests()
    alone._takes_joined = False
    assert deliver(ended_folder(tmp_path / "runs", "a"), alone)
    sent: list[JoinedClient] = []
    send = JoinedClient.send

    def noted(one: JoinedClient) -> None:
        sent.append(one)
        send(one)

    monkeypatch.setattr(JoinedClient, "send", noted)
    assert deliver(ended_folder(tmp_path / "runs", "b"), store)
    assert len(sent) == 1
    assert record(store, "b") == record(store, "a")

    def lost_answer(one: JoinedClient) -> None:
        send(one)
        raise StoreError("the answer was lost")

    monkeypatch.setattr(JoinedClient, "send", lost_answer)
    folder = ended_folder(tmp_path / "runs", "c")
    with pytest.raises(StoreError, match="was lost"):
        deliver(folder, store)
    monkeypatch.setattr(JoinedClient, "send", send)
    monkeypatch.setattr("seedbed.tracking.writing.deliver.NEW_MS", 0)
    assert deliver(RunFolder(folder.path), store)
    assert record(store, "c") == record(store, "a")


@pytest.mark.long
@pytest.mark.parametrize("server", ["seedbed"], indirect=True)
def test_deliveries_killed_at_any_moment_lose_and_double_nothing(
    server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "runs"
    for client in range(CLIENTS):
        for number in range(RUNS):
            for _ in grows(folder, client, number):
                pass
    Store(server.uri).experiment_id(EXPERIMENT)
    command = [sys.executable, "-m", "tests.support.writers", server.uri, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 4, "nobody was killed in the middle"
    assert faults(server.uri, CLIENTS, RUNS) == []


@pytest.fixture
def logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "auth.ini"
    settings.write_text(
        f"[mlflow]\ndefault_permission = NO_PERMISSIONS\n"
        f"database_uri = sqlite:///{tmp_path}/auth.db\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
        f"admin_username = {ADMIN[0]}\n"
    )
    monkeypatch.setenv("MLFLOW_AUTH_ADMIN_USERNAME", ADMIN[0])
    monkeypatch.setenv("MLFLOW_AUTH_ADMIN_PASSWORD", ADMIN[1])
    monkeypatch.setenv("MLFLOW_FLASK_SERVER_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("MLFLOW_AUTH_CONFIG_PATH", str(settings))
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN[0])
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN[1])


@pytest.mark.long
@pytest.mark.parametrize("server", ["seedbed-basic-auth"], indirect=True)
def test_logins_and_permissions_hold_for_each_request(
    logins: None, server: Server, tmp_path: Path
) -> None:
    del logins
    store = Store(server.uri)
    assert deliver(ended_folder(tmp_path / "runs", "a"), store)
    assert store._takes_joined
    before = record(store, "a")
    (run,) = store.runs("tags.kind = 'run'")
    made = requests.post(
        f"{server.uri}/api/2.0/mlflow/users/create",
        json={"username": EVE[0], "password": EVE[1]},
        auth=ADMIN,
        timeout=60,
    )
    assert made.status_code == 200, made.text
    change = json.dumps({"run_id": run.info.run_id, "key": "state", "value": "eve"}).encode()
    path = run.info.artifact_uri.removeprefix("mlflow-artifacts:/").strip("/")
    artifacts = f"/api/2.0/mlflow-artifacts/artifacts/{path}/environment.json"
    for one in (
        Request("POST", f"{MLFLOW}/set-tag", "application/json", change),
        Request("PUT", artifacts, "text/plain", b"eve"),
    ):
        for login, status in (
            (EVE, 403),
            (("eve", "wrong"), 401),
            (None, 401),
        ):
            answer = requests.post(f"{server.uri}{PATH}", body_of([one]), auth=login, timeout=60)
            assert [one["status"] for one in answer.json()["answers"]] == [status]
    assert record(store, "a") == before
