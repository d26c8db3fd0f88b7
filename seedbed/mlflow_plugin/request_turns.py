"""Lets only so many requests into MLflow's app at once as its database connections suffice for.

MLflow answers up to 40 requests at once with a pool of 15 connections, and takes a second
connection for the rest of a request while it holds the first (``log_batch`` does). With many
clients all 15 are held by requests that wait for a second one: nothing is answered for 30 s, until
SQLAlchemy gives up with "QueuePool limit reached".
"""

import os
from asyncio import Semaphore
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

API = "/api/2.0/mlflow/"
"""How the paths of MLflow's client begin, but for those of files, which may take long."""

POOL_SIZE, MAX_OVERFLOW = 5, 10
"""SQLAlchemy's defaults."""

EACH = 2
"""Connections that a request may hold."""


def most_at_once(environment: Mapping[str, str] = os.environ) -> int:
    """How many requests a server process may answer at once without waiting for each other.

    Args:
        environment: May set the size of MLflow's pool.
    """
    pool = _number(environment, "MLFLOW_SQLALCHEMYSTORE_POOL_SIZE") or POOL_SIZE
    more = _number(environment, "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW") or MAX_OVERFLOW
    return max(1, (pool + more) // EACH)


def _number(environment: Mapping[str, str], name: str) -> int:
    """A number of connections; 0 where MLflow takes the default, or refuses the value."""
    value = environment.get(name, "")
    return int(value) if value.isdecimal() else 0


@dataclass(frozen=True)
class RequestTurns:
    """An ASGI app around another one, in which requests of MLflow's client wait for their turn.

    Args:
        app: Answers each request.
        turns: One for each request at once.
    """

    app: ASGIApp
    turns: Semaphore = field(default_factory=lambda: Semaphore(most_at_once()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, one of MLflow's client when it is its turn."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self.app(scope, receive, send)
            return
        async with self.turns:
            await self.app(scope, receive, send)
