"""Requests of MLflow's client wait for their turn, so that none waits for connections of others."""

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest

from seedbed.mlflow_plugin.request_turns import RequestTurns, most_at_once
from tests.support.asgi import ask

CLIENTS = 40
CONNECTIONS = 15


class Pooled:
    """Takes a second connection of a pool while it holds the first, as MLflow's ``log_batch``."""

    def __init__(self) -> None:
        self.pool = asyncio.Semaphore(CONNECTIONS)
        self.at_once = self.most = 0

    async def __call__(self, _scope: MutableMapping[str, Any], _receive: object, send: Any) -> None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        async with self.pool:
            await asyncio.sleep(0.001)  # others come meanwhile
            async with self.pool:
                self.at_once -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask_at_once(app: Any, path: str) -> list[int]:
    every = asyncio.gather(*(ask(app, path, method="POST") for _ in range(CLIENTS)))
    return [answer.status for answer in await asyncio.wait_for(every, 20)]


def test_many_clients_at_once_are_all_answered() -> None:
    async def work() -> tuple[list[int], int]:
        inner = Pooled()
        statuses = await ask_at_once(RequestTurns(inner), "/api/2.0/mlflow/runs/log-batch")
        return statuses, inner.most

    assert asyncio.run(work()) == ([200] * CLIENTS, most_at_once({}))


@pytest.mark.parametrize("path", ["/api/2.0/mlflow-artifacts/artifacts/1/a/model.keras", "/"])
def test_files_and_pages_wait_for_no_turn(path: str) -> None:
    async def work() -> int:
        inner = Pooled()
        inner.pool = asyncio.Semaphore(2 * CLIENTS)
        await ask_at_once(RequestTurns(inner), path)
        return inner.most

    assert asyncio.run(work()) == CLIENTS


def test_a_request_that_fails_gives_its_turn_to_the_next() -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    async def work() -> None:
        app: Any = RequestTurns(broken, asyncio.Semaphore(1))
        for _ in range(3):
            with pytest.raises(RuntimeError, match="broken"):
                await asyncio.wait_for(ask(app, "/api/2.0/mlflow/runs/create"), 20)

    asyncio.run(work())


@pytest.mark.parametrize(
    ("environment", "most"),
    [
        ({}, 7),
        ({"MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW": "35"}, 20),
        (
            {"MLFLOW_SQLALCHEMYSTORE_POOL_SIZE": "20", "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW": "0"},
            15,
        ),
        ({"MLFLOW_SQLALCHEMYSTORE_POOL_SIZE": "many"}, 7),
    ],
)
def test_turns_are_half_of_the_pools_connections(environment: Mapping[str, str], most: int) -> None:
    assert most_at_once(environment) == most


@pytest.mark.long
def test_the_apps_of_the_server_give_turns() -> None:
    from seedbed.mlflow_plugin.joined_requests import create_app

    assert isinstance(create_app().app, RequestTurns)
