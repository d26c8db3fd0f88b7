"""The store as one visitor may read it: over HTTP with the visitor's own login, or directly.

A server is asked through MLflow's documented REST API and not through MLflow's client, whose login
is a variable of the whole process: a page that serves many people needs one login per question.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import requests

from seedbed.system.errors import StoreError
from seedbed.tracking.reading.metric_histories import points_of
from seedbed.tracking.reading.quick_runs import quick_runs
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_KIND
from seedbed.tracking.store import Store, masked

PAGE = 1000
MOST_POINTS = 20_000
READERS = 8
"""Questions at once to a server."""
CONNECT_S, READ_S = 3, 30
API = "/api/2.0/mlflow"
PERMISSION = "/api/3.0/mlflow/users/permissions/get"
WRITERS = ("EDIT", "MANAGE")
"""Permissions of MLflow with which an experiment's runs may be changed."""


class LoginError(StoreError):
    """The server does not know this login."""


class RunLister(Protocol):
    """Somebody who reads."""

    def experiments(self) -> list[str]:
        """Ids of the experiments that this visitor may read.

        Raises:
            LoginError: The login is not known.
            StoreError: The store cannot be reached.
        """

    def runs(
        self, experiments: Sequence[str], wanted: str, most: int, newest: str = "start_time"
    ) -> list[RunSummary]:
        """Runs that fit MLflow's filter, newest first, ``most`` of them; errors as above."""

    def quick_sweeps(self, most: int) -> list[RunSummary] | None:
        """The newest sweeps, if they can be read in a moment; else None; errors as above."""

    def curves(self, run_ids: Sequence[str], metric: str) -> dict[str, dict[int, float]]:
        """Run → epoch → a metric's value; errors as above."""

    def may_write(self, experiment_id: str) -> bool:
        """Whether this visitor may change the experiment's runs; errors as above."""


@dataclass(frozen=True)
class ServedVisitor:
    """Asks an MLflow server.

    Attributes:
        uri: Address of the server.
        login: User and password; None where the server asks for none.
    """

    uri: str
    login: tuple[str, str] | None

    def experiments(self) -> list[str]:
        """See ``RunLister``."""
        return [one["experiment_id"] for one in self._pages("experiments", {}, PAGE)]

    def runs(
        self, experiments: Sequence[str], wanted: str, most: int, newest: str = "start_time"
    ) -> list[RunSummary]:
        """See ``RunLister``."""
        question = {
            "experiment_ids": list(experiments),
            "filter": wanted,
            "order_by": [f"attributes.{newest} DESC"],
        }
        return [_row(one) for one in self._pages("runs", question, most)] if experiments else []

    def quick_sweeps(self, most: int) -> list[RunSummary] | None:
        """See ``RunLister``: a server takes a second for a thousand."""
        del most
        return None

    def curves(self, run_ids: Sequence[str], metric: str) -> dict[str, dict[int, float]]:
        """See ``RunLister``; one question for each run."""
        with ThreadPoolExecutor(READERS) as pool:
            found = pool.map(lambda run_id: self._curve(run_id, metric), run_ids)
            return dict(zip(run_ids, found, strict=True))

    def _curve(self, run_id: str, metric: str) -> dict[int, float]:
        asked = {"run_id": run_id, "metric_key": metric, "max_results": MOST_POINTS}
        points = self._ask("GET", f"{API}/metrics/get-history", asked).get("metrics", [])
        return {int(one.get("step", 0)): float(one["value"]) for one in points}

    def may_write(self, experiment_id: str) -> bool:
        """See ``RunLister``; without a login the server lets everybody write."""
        if self.login is None:
            return True
        name = self.login[0]
        if self._ask("GET", f"{API}/users/get", {"username": name}).get("user", {}).get("is_admin"):
            return True
        asked = {"username": name, "resource_type": "experiment", "resource_id": experiment_id}
        return self._ask("GET", PERMISSION, asked).get("permission") in WRITERS

    def _pages(self, what: str, question: Mapping[str, Any], most: int) -> Iterator[dict[str, Any]]:
        token, left = None, most
        while left > 0:
            asked = {**question, "max_results": min(left, PAGE)}
            answer = self._ask("POST", f"{API}/{what}/search", {**asked, "page_token": token})
            found = answer.get(what, [])
            yield from found
            left -= len(found)
            token = answer.get("next_page_token")
            if not token:
                return

    def _ask(self, method: str, path: str, question: Mapping[str, Any]) -> dict[str, Any]:
        content = {key: value for key, value in question.items() if value is not None}
        try:
            answer = requests.request(
                method,
                self.uri.rstrip("/") + path,
                params=content if method == "GET" else None,
                json=content if method == "POST" else None,
                auth=_Login(self.login),
                timeout=(CONNECT_S, READ_S),
                verify=_verify(),
                allow_redirects=False,  # a login goes to this server and to no other
            )
        except requests.RequestException as error:
            raise _away(self.uri, type(error).__name__) from None
        if answer.status_code == requests.codes.unauthorized:
            raise LoginError(f"{masked(self.uri)} does not know this login.")
        try:
            found: dict[str, Any] = answer.json()
        except ValueError:
            found = {}
        if answer.status_code != requests.codes.ok:
            said = str(found.get("message", ""))[:200]
            raise _away(self.uri, f"{answer.status_code} {said}".strip())
        return found


class _Login(requests.auth.AuthBase):
    """The login as UTF-8; without one, no header, and nothing from a .netrc file."""

    def __init__(self, login: tuple[str, str] | None) -> None:
        self._login = login

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._login is None:
            return request
        user, password = (part.encode() for part in self._login)
        prepared: requests.PreparedRequest = requests.auth.HTTPBasicAuth(user, password)(request)
        return prepared


def _verify() -> bool | str:
    """The certificates to trust, by MLflow's own variables."""
    if os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() == "true":
        return False
    return os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH") or True


def _away(uri: str, said: str) -> StoreError:
    return StoreError(f"The MLflow server {masked(uri)} does not answer as it should ({said}).")


def _row(one: Mapping[str, Any]) -> RunSummary:
    info, data = one["info"], one.get("data", {})
    ended = info.get("end_time")
    return RunSummary(
        run_id=info["run_id"],
        experiment_id=info["experiment_id"],
        name=info.get("run_name", ""),
        started_ms=int(info.get("start_time") or 0),
        ended_ms=int(ended) if ended else None,
        tags={tag["key"]: tag.get("value", "") for tag in data.get("tags", [])},
        metrics={m["key"]: float(m["value"]) for m in data.get("metrics", []) if "value" in m},
        params={param["key"]: param.get("value", "") for param in data.get("params", [])},
    )


class LocalVisitor:
    """Reads a store that has no server and so no login."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def experiments(self) -> list[str]:
        """See ``RunLister``."""
        with self._store.explained():
            found = self._store.client.search_experiments(max_results=PAGE)
        return [one.experiment_id for one in found]

    def runs(
        self, experiments: Sequence[str], wanted: str, most: int, newest: str = "start_time"
    ) -> list[RunSummary]:
        """See ``RunLister``."""
        rows: list[RunSummary] = []
        token = None
        while experiments and len(rows) < most:
            with self._store.explained():
                page = self._store.client.search_runs(
                    list(experiments),
                    wanted,
                    max_results=min(PAGE, most - len(rows)),
                    order_by=[f"attributes.{newest} DESC"],
                    page_token=token,
                )
            rows += [
                RunSummary(
                    run_id=run.info.run_id,
                    experiment_id=run.info.experiment_id,
                    name=run.info.run_name or "",
                    started_ms=int(run.info.start_time or 0),
                    ended_ms=int(run.info.end_time) if run.info.end_time else None,
                    tags=run.data.tags,
                    metrics=run.data.metrics,
                    params=run.data.params,
                )
                for run in page
            ]
            token = page.token
            if not token:
                break
        return rows

    def quick_sweeps(self, most: int) -> list[RunSummary] | None:
        """See ``RunLister``: from the database itself."""
        return quick_runs(self._store, {TAG_KIND: "sweep"}, most)

    def curves(self, run_ids: Sequence[str], metric: str) -> dict[str, dict[int, float]]:
        """See ``RunLister``."""
        found: dict[str, dict[int, float]] = {run_id: {} for run_id in run_ids}
        with self._store.explained():
            for run_id, step, value in points_of(run_ids, metric, self._store):
                found[run_id][step] = value
        return found

    def may_write(self, experiment_id: str) -> bool:
        """See ``RunLister``: whoever reaches this store may write it."""
        del experiment_id
        return True


def asks_for_login(uri: str) -> bool:
    """Whether the server refuses somebody without a login.

    Raises:
        StoreError: The server cannot be reached.
    """
    try:
        ServedVisitor(uri, None).experiments()
    except LoginError:
        return True
    return False
