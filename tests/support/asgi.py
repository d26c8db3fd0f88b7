"""Calls a web application in this process, without a server."""

import asyncio
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette


@dataclass(frozen=True)
class Answer:
    """What an application answered.

    Attributes:
        status: Of HTTP.
        headers: In small letters.
        text: The content, its no-break spaces as spaces.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def call(
    served: Starlette,
    path: str,
    *,
    method: str = "GET",
    body: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Status, headers and text of an answer."""
    return asyncio.run(ask(served, path, method=method, body=body, headers=headers))


async def ask(
    served: Starlette,
    path: str,
    *,
    method: str = "GET",
    body: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The same, in a loop where others ask as well."""
    path, _, query = path.partition("?")
    given = {"host": "testserver", **(headers or {})}
    sent: list[MutableMapping[str, Any]] = []
    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(key.lower().encode(), value.encode()) for key, value in given.items()],
        "root_path": "", "scheme": "http", "http_version": "1.1",
        "server": ("testserver", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await served(scope, receive, send)
    return Answer(
        int(sent[0]["status"]),
        {key.decode(): value.decode() for key, value in sent[0]["headers"]},
        b"".join(one.get("body", b"") for one in sent).decode().replace("\N{NO-BREAK SPACE}", " "),
    )
