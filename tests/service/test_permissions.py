"""MLflow's permissions, asked of its real server: what of others' runs a user finds, by any way.

Two servers: one whose users read nothing unless granted, and one as the service is set up, where
they read everything unless denied.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.ui import ADMIN, AuthServer

pytestmark = pytest.mark.long  # two servers for each of five tests

ANNA, BORIS = ("anna", "k3Jx-91qpLmZw-anna"), ("boris", "k3Jx-91qpLmZw-boris")
SECRET = "annas-secret"
Login = tuple[str, str]


@dataclass
class Place:
    """A server with an experiment of Anna's, one of Boris's, and a run in each."""

    server: AuthServer
    hers: str
    her_run: str
    his: str
    his_run: str

    def ask(
        self, path: str, who: Login, told: dict[str, Any] | None = None, **more: Any
    ) -> requests.Response:
        """GET, or POST what is told."""
        method = "GET" if told is None else "POST"
        url = f"{self.server.uri}/{path}"
        return requests.request(method, url, auth=who, json=told, timeout=30, **more)

    def search(self, who: Login, **told: Any) -> tuple[int, str]:
        """SearchRuns: status and text."""
        answer = self.ask("api/2.0/mlflow/runs/search", who, told)
        return answer.status_code, answer.text


def made(server: AuthServer, who: Login, text: str) -> tuple[str, str]:
    """An experiment with a run in it, in which everything is called ``text``; their ids."""
    api = f"{server.uri}/api/2.0/mlflow"

    def post(what: str, **told: Any) -> dict[str, Any]:
        answer = requests.post(f"{api}/{what}", json=told, auth=who, timeout=30)
        assert answer.ok, answer.text
        content: dict[str, Any] = answer.json()
        return content

    experiment = post("experiments/create", name=text)["experiment_id"]
    run = post("runs/create", experiment_id=experiment, start_time=1, run_name=text)
    run_id: str = run["run"]["info"]["run_id"]
    post("runs/log-batch", run_id=run_id,
         metrics=[{"key": text, "value": 0.5, "timestamp": 1, "step": 0}],
         params=[{"key": "p", "value": text}],
         tags=[{"key": "sweep", "value": text}, {"key": "kind", "value": "run"}])  # fmt: skip
    artifact = f"mlflow-artifacts/artifacts/{experiment}/{run_id}/artifacts/{text}.txt"
    url = f"{server.uri}/api/2.0/{artifact}"
    assert requests.put(url, data=text.encode(), auth=who, timeout=30).ok
    return experiment, run_id


@pytest.fixture(scope="module", params=["NO_PERMISSIONS", "READ"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("permissions")
    server = AuthServer(folder, default_permission=request.param)
    server.start()
    try:
        for name, password in (ANNA, BORIS):
            server.make_user(name, password)
        found = Place(server, *made(server, ANNA, SECRET), *made(server, BORIS, "boris"))
        if request.param == "READ":
            server.grant(BORIS[0], found.hers, "DENY")
        yield found
    finally:
        server.stop()


def test_a_search_finds_no_run_of_an_experiment_that_must_not_be_read(place: Place) -> None:
    both = [place.hers, place.his]
    for who in (ANNA, ADMIN):
        assert SECRET in place.search(who, experiment_ids=[place.hers])[1]
    assert json.loads(place.search(BORIS, experiment_ids=[place.hers])[1]) == {}
    assert json.loads(place.search(BORIS, experiment_ids=[])[1]) == {}
    status, text = place.search(BORIS, experiment_ids=both)
    assert status == 200
    assert place.his_run in text
    for more in (
        {"filter": f"tags.sweep = '{SECRET}'"},
        {"filter": f"attributes.run_id = '{place.her_run}'"},
        {"order_by": [f"metrics.`{SECRET}` DESC"]},
        {"run_view_type": "ALL", "max_results": 1},
    ):
        text = place.search(BORIS, experiment_ids=both, **more)[1]
        assert place.her_run not in text, more
        assert SECRET not in text, more


def test_a_page_token_of_somebody_else_opens_nothing(place: Place) -> None:
    api = "api/2.0/mlflow"
    for number in range(2):
        told = {"experiment_id": place.hers, "start_time": number, "run_name": f"{SECRET}-{number}"}
        assert place.ask(f"{api}/runs/create", ANNA, told).ok
    page = place.search(ANNA, experiment_ids=[place.hers], max_results=1)[1]
    token = json.loads(page)["next_page_token"]
    text = place.search(BORIS, experiment_ids=[place.hers], max_results=1, page_token=token)[1]
    assert json.loads(text) == {}


def test_no_other_way_leads_to_it(place: Place) -> None:
    run, experiment = place.her_run, place.hers
    ways = [
        f"api/2.0/mlflow/runs/get?run_id={run}",
        f"ajax-api/2.0/mlflow/runs/get?run_id={run}",
        f"api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key={SECRET}",
        f"ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id={run}&metric_key={SECRET}",
        "ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
        f"?run_ids={run}&metric_key={SECRET}&max_results=5",
        f"api/2.0/mlflow/artifacts/list?run_id={run}",
        f"get-artifact?run_id={run}&path={SECRET}.txt",
        f"api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{SECRET}.txt",
        f"api/2.0/mlflow-artifacts/artifacts?path={experiment}/{run}/artifacts",
        f"api/2.0/mlflow/experiments/get?experiment_id={experiment}",
        f"api/2.0/mlflow/experiments/get-by-name?experiment_name={SECRET}",
        "api/2.0/mlflow/experiments/search?max_results=100",
    ]
    for way in ways:
        hers, his = place.ask(way, ANNA), place.ask(way, BORIS)
        assert hers.ok, (way, hers.text)
        assert his.status_code in (200, 403, 404), way
        assert SECRET.encode() not in _without_the_question(his.content, way), way
        assert run.encode() not in _without_the_question(his.content, way), way
    for way, told in (
        ("ajax-api/2.0/mlflow/runs/search", {"experiment_ids": [experiment]}),
        ("ajax-api/2.0/mlflow/experiments/search", {"max_results": 100}),
        ("ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [experiment]}),
        ("api/2.0/mlflow/logged-models/search", {"experiment_ids": [experiment]}),
    ):
        answer = place.ask(way, BORIS, told)
        assert SECRET not in answer.text, way
        assert run not in answer.text, way


def _without_the_question(content: bytes, way: str) -> bytes:
    """An answer that only says the asked-for name back tells nothing."""
    return content.replace(SECRET.encode(), b"") if "get-by-name" in way else content


GRAPHQL = {
    "GetRun": "query GetRun($data: MlflowGetRunInput!) "
    "{ mlflowGetRun(input: $data) { run { info { runName } data { tags { value } } } } }",
    "SearchRuns": "mutation SearchRuns($data: MlflowSearchRunsInput!) "
    "{ mlflowSearchRuns(input: $data) { runs { info { runName } data { tags { value } } } } }",
    "GetExperiment": "query GetExperiment($data: MlflowGetExperimentInput!) "
    "{ mlflowGetExperiment(input: $data) { experiment { name } } }",
}


def test_neither_does_graphql(place: Place) -> None:
    run, ids = place.her_run, [place.hers, place.his]
    for name, told in (
        ("GetRun", {"runId": run}),
        ("SearchRuns", {"experimentIds": ids}),
        ("SearchRuns", {"experimentIds": [place.hers]}),
        ("SearchRuns", {}),
        ("GetExperiment", {"experimentId": place.hers}),
    ):
        question = {"operationName": name, "query": GRAPHQL[name], "variables": {"data": told}}
        if told:
            assert SECRET in place.ask("graphql", ANNA, question).text, name
        answer = place.ask("graphql", BORIS, question)
        assert SECRET not in answer.text, (name, answer.text)
