"""The whole service of docker-compose.yml, from the outside: logins, a sweep, secrets, backups."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from dotenv import dotenv_values

from seedbed.service.secrets import OF_THE_STACK, write_env
from seedbed.tracking.joined_format import PATH, Request, body_of
from tests.support.stack import ROOT, Stack, compose_file

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]

ANNA, BORIS = ("anna", "k3Jx-91qpLmZw-anna"), ("boris", "k3Jx-91qpLmZw-boris")
DESIGN = """\
name: {name}
question: Does the service run each cell once?
experiment: mnist_cnn
options: {{dataset: digits, epochs: {epochs}, train_size: 128}}
seeds: {seeds}
"""
WAITING = """
import os, sys
from contextlib import closing
from pathlib import Path
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
store, design = Store(), load(Path(sys.argv[1]))
with closing(Ledger.open(design, os.environ["SEEDBED_LEDGER"])) as ledger:
    parent = ParentRun.start(store, design.experiment, design.name, ledger.notes.identity)
    ledger.notes.parent_run_id = parent.run_id
print(store.experiment_id(design.experiment), parent.run_id)
"""
"""A sweep as it stands before its first run."""
ROUTES = """
import json, mlflow.server
from mlflow.server.auth import create_app
app = create_app()
found = [(m, r.rule) for r in mlflow.server.app.url_map.iter_rules() for m in r.methods]
found += [(m, r.path) for r in app.routes for m in getattr(r, "methods", None) or ()]
print("ROUTES" + json.dumps(sorted({tuple(one) for one in found})))
"""
PUBLIC = re.compile(r"/(health|static.*|favicon\.ico)|.*/mlflow/server-info")
"""What MLflow answers without a login: that it lives, its pages' scripts, and its version."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All services, and two users who are no administrators."""
    folder = tmp_path_factory.mktemp("served")
    write_env(folder / ".env", ROOT / ".env.example")
    stack = Stack(folder, {k: v or "" for k, v in dotenv_values(folder / ".env").items()})
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.05):  # pg_dump takes tenths of a second
            stack.look_at_commands()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        stack.up("overview", "worker")
        for name, password in (ANNA, BORIS):
            told = {"username": name, "password": password}
            assert call(stack, "users/create", admin(stack), json=told).ok
        yield stack
    finally:
        stop.set()
        watcher.join()
        stack.down()


def admin(stack: Stack) -> tuple[str, str]:
    return "admin", stack.env["MLFLOW_ADMIN_PASSWORD"]


def nightly(stack: Stack) -> tuple[str, str]:
    return "nightly", stack.env["NIGHTLY_PASSWORD"]


def call(
    stack: Stack, what: str, who: tuple[str, str] | None, version: str = "2.0", **more: Any
) -> requests.Response:
    method = "POST" if "json" in more else "GET"
    url = f"{stack.mlflow}/api/{version}/mlflow/{what}"
    return requests.request(method, url, auth=who, timeout=30, **more)


def new_run(stack: Stack, who: tuple[str, str], experiment: str) -> tuple[str, str]:
    """An experiment with a run in it; their ids."""
    made = call(stack, "experiments/create", who, json={"name": experiment})
    assert made.ok, made.text
    experiment_id = made.json()["experiment_id"]
    run = call(stack, "runs/create", who, json={"experiment_id": experiment_id, "start_time": 1})
    return experiment_id, run.json()["run"]["info"]["run_id"]


def write_design(stack: Stack, name: str, seeds: int, epochs: int = 1) -> Path:
    path = stack.folder / f"{name}.yaml"
    path.write_text(DESIGN.format(name=name, seeds=seeds, epochs=epochs))
    return path


def sweep(stack: Stack, file: Path) -> Any:
    """Run a sweep inside the service nightly, as ``docker compose run nightly`` would."""
    cluster = ["--cluster", "tls://scheduler:8786", "--no-report"]
    return stack.run("nightly", "python", "-m", "seedbed", "sweep", str(file), *cluster)


def finished(stack: Stack, who: tuple[str, str], name: str) -> list[dict[str, Any]]:
    """The finished runs of a sweep, as a user sees them."""
    told = {"filter": f"tags.sweep = '{name}' and tags.kind = 'run' and tags.state = 'finished'"}
    found = call(stack, "experiments/search?max_results=100", who).json()["experiments"]
    told["experiment_ids"] = [one["experiment_id"] for one in found]  # type: ignore[assignment]
    answer = call(stack, "runs/search", who, json=told)
    assert answer.ok, answer.text
    runs: list[dict[str, Any]] = answer.json().get("runs", [])
    return runs


def tags(run: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in run["data"]["tags"]}


def test_every_healthcheck_holds_as_it_stands(served: Stack) -> None:
    for name in served.processes:
        service = name.rpartition("-")[0] or name
        said = served.healthy(service)
        assert said.returncode == 0, (service, said.stderr)
    wrong = {**served.environment("mlflow"), "MLFLOW_TRACKING_PASSWORD": "k3Jx-91qpLmZw-wrong"}
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", "service", "healthy", "mlflow", served.mlflow],
        env=wrong, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "MLflow answered 401" in done.stderr


def test_nothing_but_health_answers_without_a_login(served: Stack) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ROUTES],
        env={**served.environment("mlflow"), "_MLFLOW_SGI_NAME": "uvicorn"},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    routes = json.loads(done.stdout.rpartition("ROUTES")[2])
    assert len(routes) > 300
    open_to_all, session = set(), requests.Session()
    for method, rule in routes:
        if method in ("HEAD", "OPTIONS"):
            continue
        path = re.sub(r"<[^>]*>|\{[^}]*\}", "1", rule)
        answer = session.request(method, served.mlflow + path, timeout=30, allow_redirects=False)
        if answer.status_code not in (401, 404, 405):
            open_to_all.add(rule)
    assert {rule for rule in open_to_all if not PUBLIC.fullmatch(rule)} == set()
    assert "/health" in open_to_all
    for auth in (("anna", "wrong"), ("nobody", "k3Jx-91qpLmZw")):
        assert call(served, "experiments/search?max_results=1", auth).status_code == 401


def test_the_server_takes_a_runs_end_in_one_request_that_needs_a_login(served: Stack) -> None:
    url = f"{served.mlflow}{PATH}"
    assert "version" in requests.get(url, timeout=30).json()
    made = b'{"experiment_id": "0"}'
    asked = Request("POST", "/api/2.0/mlflow/runs/create", "application/json", made)
    for who, status in ((None, 401), (("admin", "wrong"), 401)):
        answer = requests.post(url, body_of([asked]), auth=who, timeout=30)
        assert [one["status"] for one in answer.json()["answers"]] == [status]


def test_a_reader_cannot_write_and_may_be_kept_from_reading(served: Stack) -> None:
    experiment, run = new_run(served, ANNA, "anna's <b>own</b>")
    artifact = f"{served.mlflow}/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/x"
    assert requests.put(artifact, data=b"hers", auth=ANNA, timeout=30).ok

    assert call(served, f"runs/get?run_id={run}", BORIS).ok
    writes: dict[str, dict[str, Any]] = {
        "runs/set-tag": {"run_id": run, "key": "a", "value": "b"},
        "runs/log-metric": {"run_id": run, "key": "m", "value": 1, "timestamp": 1},
        "runs/log-batch": {"run_id": run, "tags": [{"key": "a", "value": "b"}]},
        "runs/update": {"run_id": run, "status": "KILLED"},
        "runs/delete": {"run_id": run},
        "runs/create": {"experiment_id": experiment},
        "experiments/delete": {"experiment_id": experiment},
        "experiments/set-experiment-tag": {"experiment_id": experiment, "key": "a", "value": "b"},
        "users/create": {"username": "carl", "password": "k3Jx-91qpLmZw-carl"},
    }
    for what, told in writes.items():
        assert call(served, what, BORIS, json=told).status_code == 403, what
    assert requests.put(artifact, data=b"his", auth=BORIS, timeout=30).status_code == 403
    assert requests.delete(artifact, auth=BORIS, timeout=30).status_code == 403

    denied = {"username": "boris", "resource_type": "experiment", "resource_id": experiment}
    told = {**denied, "permission": "DENY"}
    assert call(served, "users/permissions/grant", ANNA, "3.0", json=told).ok
    assert call(served, f"runs/get?run_id={run}", BORIS).status_code == 403
    assert call(served, f"experiments/get?experiment_id={experiment}", BORIS).status_code == 403
    assert requests.get(artifact, auth=BORIS, timeout=30).status_code == 403
    found = call(served, "runs/search", BORIS, json={"experiment_ids": [experiment]})
    assert run not in found.text
    assert run in call(served, "runs/search", ANNA, json={"experiment_ids": [experiment]}).text
    assert requests.get(artifact, auth=ANNA, timeout=30).content == b"hers"


def test_only_the_names_of_the_service_are_answered(served: Stack) -> None:
    url = f"{served.mlflow}/api/2.0/mlflow/experiments/search?max_results=1"
    for host, status in (("mlflow:5000", 200), ("evil.example", 403), ("mlflow:80", 403)):
        answer = requests.get(url, headers={"Host": host}, auth=ANNA, timeout=30)
        assert answer.status_code == status, host


def test_the_cluster_refuses_whoever_has_not_its_key(served: Stack, tmp_path: Path) -> None:
    from distributed import Client
    from distributed.security import Security

    port = served.ports["scheduler"]
    write_env(tmp_path / ".env", ROOT / ".env.example")
    other = subprocess.run(
        [sys.executable, "-m", "seedbed", "service", "healthy", "scheduler", f"tls://127.0.0.1:{port}"],
        env={**served.environment("worker"), "TMPDIR": str(tmp_path),
             "DASK_TLS": str(dotenv_values(tmp_path / ".env")["DASK_TLS"])},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert other.returncode == 1
    assert "does not answer" in other.stderr
    for address, security in (
        (f"tcp://127.0.0.1:{port}", None),
        (f"tls://127.0.0.1:{port}", Security.temporary()),
    ):
        with pytest.raises(OSError, match=r"."):
            Client(address, security=security, timeout=3, set_as_default=False)


def test_a_sweep_runs_through_the_service_and_a_user_reads_it(served: Stack) -> None:
    done = sweep(served, write_design(served, "through", seeds=4))
    assert done.returncode == 0, done.stderr.decode() + served.log("worker")
    runs = finished(served, ANNA, "through")
    params = [{p["key"]: p["value"] for p in run["data"]["params"]} for run in runs]
    assert sorted(p["seed"] for p in params) == ["0", "1", "2", "3"]
    assert len({tags(run)["fingerprint"] for run in runs}) == 4
    uri = runs[0]["info"]["artifact_uri"].replace("mlflow-artifacts:", "")
    url = f"{served.mlflow}/api/2.0/mlflow-artifacts/artifacts{uri}/environment.json"
    assert requests.get(url, auth=ANNA, timeout=30).json()["python"]
    assert requests.get(url, timeout=30).status_code == 401
    report = subprocess.run(
        [sys.executable, "-m", "seedbed", "spread", "through"],
        env={**served.environment("worker"), "SEEDBED_STORE": str(served.folder / "annas"),
             "MLFLOW_TRACKING_URI": served.mlflow, "MLFLOW_TRACKING_USERNAME": ANNA[0],
             "MLFLOW_TRACKING_PASSWORD": ANNA[1]},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert report.returncode == 0, report.stderr
    assert "4 runs" in report.stdout


def test_the_page_shows_a_user_what_mlflow_would(served: Stack) -> None:
    assert requests.get(served.overview, timeout=30).status_code == 401
    assert requests.get(served.overview, auth=("anna", "wrong"), timeout=30).status_code == 401
    page = requests.get(served.overview, auth=ANNA, timeout=60)
    assert page.ok
    assert "through" in page.text
    assert 'href="http://localhost:5000/#/experiments/' in page.text
    experiment = finished(served, ANNA, "through")[0]["info"]["experiment_id"]
    denied = {"username": "boris", "resource_type": "experiment", "resource_id": experiment}
    told = {**denied, "permission": "DENY"}
    assert call(served, "users/permissions/grant", nightly(served), "3.0", json=told).ok
    page = requests.get(served.overview, auth=BORIS, timeout=60)
    assert page.ok
    assert "through" not in page.text


def test_optunas_dashboard_shows_the_ledger(served: Stack) -> None:
    served.up("dashboard")
    try:
        studies = f"http://127.0.0.1:{served.ports['dashboard']}/api/studies"
        shown = requests.get(studies, timeout=30).json()
        assert "through" in {one["study_name"] for one in shown["study_summaries"]}
    finally:
        served.stop("dashboard")


def test_the_last_night_is_run_by_the_service_itself(served: Stack) -> None:
    compose = compose_file({**served.env, "NIGHTLY_FILES": str(write_night(served))})
    command = re.split(r"\s+", str(compose["services"]["nightly"]["command"]).strip())
    files = command[command.index("schedule") + 1 : command.index("--cron")]
    cluster = command[command.index("--cluster") :]
    done = served.run("nightly", "python", "-m", "seedbed", "schedule", *files, "--now", *cluster)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    runs = [r for r in _all_runs(served) if tags(r).get("sweep", "").startswith("tonight")]
    assert len([r for r in runs if tags(r).get("state") == "finished"]) >= 2
    listed = served.run("nightly", "python", "-m", "seedbed", "nights")
    assert b"tonight" in listed.stdout
    served.up("nightly")  # from now on by itself, at two in the morning
    assert served.healthy("nightly").returncode == 0


def write_night(stack: Stack) -> Path:
    path = stack.folder / "tonight.yaml"
    path.write_text(DESIGN.format(name="tonight-{date}", seeds=2, epochs=1))
    return path


def _all_runs(stack: Stack) -> list[dict[str, Any]]:
    found = call(stack, "experiments/search?max_results=100", ANNA).json()["experiments"]
    ids = [one["experiment_id"] for one in found]
    told = {"experiment_ids": ids, "max_results": 1000}
    runs: list[dict[str, Any]] = call(stack, "runs/search", ANNA, json=told).json().get("runs", [])
    return runs


def test_writers_stop_a_sweep_on_the_page_and_readers_see_no_buttons(served: Stack) -> None:
    file = write_design(served, "waiting", seeds=2)
    done = served.run("nightly", "python", "-c", WAITING, str(file))
    assert done.returncode == 0, done.stderr.decode()
    experiment, run_id = done.stdout.decode().split()[-2:]
    page = f"{served.overview}/sweep/{experiment}/{run_id}/"
    shown = requests.get(page, auth=ANNA, timeout=60).text
    assert "waiting" in shown
    assert 'name="order"' not in shown
    text = requests.get(page, auth=nightly(served), timeout=60).text
    assert re.findall(r'name="order" value="(\w+)"', text) == ["stop", "cancel"]
    token = re.findall(r'name="token" value="(\w+)"', text)[0]
    order = {"order": "cancel", "token": token}
    assert requests.post(f"{page}order", order, auth=ANNA, timeout=60).status_code == 403
    answer = requests.post(f"{page}order", order, auth=nightly(served), timeout=60)
    assert "waiting: current runs stop now" in answer.text
    refused = {"order": "resume", "token": token}
    answer = requests.post(f"{page}order", refused, auth=nightly(served), timeout=60)
    assert "started with --no-drivers" in answer.text


def test_a_backup_brings_everything_back_and_a_half_done_sweep_goes_on(served: Stack) -> None:
    file = write_design(served, "half", seeds=6, epochs=2)
    driver = threading.Thread(target=sweep, args=(served, file))
    driver.start()
    deadline = time.monotonic() + 120
    while not 1 <= len(finished(served, ANNA, "half")) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    saved = served.run("backup")
    assert saved.returncode == 0, saved.stderr.decode()
    driver.join()

    before = {tags(run)["fingerprint"] for run in finished(served, ANNA, "half")}
    through = finished(served, ANNA, "through")
    assert len(before) == 6
    refused = served.run("restore", stdin=saved.stdout)
    assert refused.returncode == 2
    assert b"Nobody may use the database" in refused.stderr
    destroy(served)

    done = served.run("restore", stdin=saved.stdout)
    assert done.returncode == 0, done.stderr.decode()
    served.up("mlflow")
    here = finished(served, ANNA, "through")
    assert [run["info"]["run_id"] for run in here] == [run["info"]["run_id"] for run in through]
    uri = here[0]["info"]["artifact_uri"].replace("mlflow-artifacts:", "")
    url = f"{served.mlflow}/api/2.0/mlflow-artifacts/artifacts{uri}/predictions.npz"
    assert requests.get(url, auth=ANNA, timeout=30).ok
    half = len(finished(served, ANNA, "half"))
    assert 1 <= half <= 6

    again = sweep(served, file)
    assert again.returncode == 0, again.stderr.decode()
    after = [tags(run)["fingerprint"] for run in finished(served, ANNA, "half")]
    assert len(after) == 6, "each cell has one finished run"
    assert set(after) == before
    left = [r for r in _all_runs(served) if r["info"]["status"] == "RUNNING" and "kind" in tags(r)]
    assert left == []


def destroy(stack: Stack) -> None:
    """Lose everything that the services keep."""
    for name in ("nightly", "mlflow"):
        stack.stop(name)
    for name, user in (("mlflow", "MLFLOW_DB_PASSWORD"), ("ledger", "LEDGER_DB_PASSWORD")):
        url = f"postgresql://{name}@127.0.0.1:{stack.ports['postgres']}/{name}"
        with psycopg.connect(url, password=stack.env[user], autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    for name in ("artifacts", "store"):
        folder = stack.folder / name
        folder.rename(stack.folder / f"lost-{name}")
        folder.mkdir()


def test_a_password_that_is_changed_in_env_holds_from_the_next_start_on(served: Stack) -> None:
    before = admin(served)
    served.env["MLFLOW_ADMIN_PASSWORD"] = "another-91qpLmZw-one"
    served.services = compose_file(served.env)["services"]
    done = served.run("accounts")
    assert done.stdout.decode() == "The account admin now has the password of .env.\n"
    assert call(served, "users/list", before).status_code == 401
    assert call(served, "users/list", admin(served)).ok
    assert served.run("upgrade").returncode == 0


def test_no_secret_is_in_a_log_a_file_the_database_or_a_command_line(served: Stack) -> None:
    """The last test: after all that the others had the service do."""
    secrets = {name: served.env[name] for name in OF_THE_STACK}
    secrets |= {"ANNA": ANNA[1], "BORIS": BORIS[1]}
    env = served.environment("backup")
    dumps = [
        subprocess.run(
            ["pg_dump", f"postgresql://{name}@127.0.0.1:{served.ports['postgres']}/{name}"],
            env={**env, "PGPASSWORD": served.env[f"{name.upper()}_DB_PASSWORD"]},
            capture_output=True, text=True, check=True,
        ).stdout
        for name in ("mlflow", "ledger")
    ]  # fmt: skip
    files = [
        path
        for name in ("logs", "artifacts", "store", "annas")
        for path in (served.folder / name).rglob("*")
        if path.is_file()
    ]
    assert len(files) > 20
    assert len(served.seen_commands) > 20
    assert any("pg_dump" in command for command in served.seen_commands)
    for name, secret in secrets.items():
        assert not [c for c in served.seen_commands if secret in c], f"ps shows {name}"
        assert not [i for i, dump in enumerate(dumps) if secret in dump], f"a dump shows {name}"
        shown = [path for path in files if secret.encode() in path.read_bytes()]
        assert shown == [], name
