"""MLflow's server with one endpoint more, which takes several requests of its REST API in one.

    mlflow server --app-name seedbed               for a server without logins
    mlflow server --app-name seedbed-basic-auth    with those of MLflow's basic-auth

``POST /api/2.0/seedbed/requests`` has a line of JSON, the list of requests (method, path, type and
bytes of each), and then their bodies one after the other. Each request goes through the whole of
MLflow's app with the headers of the one that brought it, as if it had come alone, so its login and
its permissions are checked. The answer lists status and body of each up to the first that failed;
what follows that one is not done. ``GET`` on the same path answers which version of this it is.
"""

import json
from dataclasses import dataclass
from importlib.metadata import entry_points
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seedbed.mlflow_plugin.request_turns import RequestTurns
from seedbed.system.errors import InputError
from seedbed.tracking.joined_format import (
    LARGEST_BODY,
    MOST_REQUESTS,
    PATH,
    VERSION,
    Request,
    requests_of,
)

OWN_HEADERS = (b"content-length", b"content-type", b"content-encoding", b"transfer-encoding")
"""Headers that describe the body that brought the requests, not the requests."""


def create_app() -> "JoinedRequests":
    """MLflow's own app, which asks for no login, with the endpoint."""
    from mlflow.server.fastapi_app import app

    return JoinedRequests(RequestTurns(app))


def create_app_with_logins() -> "JoinedRequests":
    """MLflow's basic-auth app with the endpoint.

    Raises:
        InputError: The server is not uvicorn.
    """
    found, *_ = entry_points(group="mlflow.app", name="basic-auth")  # mlflow-skinny has it too
    app = found.load()()
    if hasattr(app, "wsgi_app"):
        raise InputError(
            "the app seedbed-basic-auth must be served by uvicorn, MLflow's default: leave out "
            "--gunicorn-opts and --waitress-opts"
        )
    return JoinedRequests(RequestTurns(app))


@dataclass(frozen=True)
class JoinedRequests:
    """An ASGI app around another one.

    Args:
        app: Answers each request.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to the endpoint; leave any other to the app."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
        elif scope["method"] == "GET":
            await _answer(send, 200, {"version": VERSION})
        elif scope["method"] != "POST":
            await _answer(send, 405, {"message": "GET or POST"})
        else:
            await self._take(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            await _answer(send, 413, {"message": f"at most {LARGEST_BODY} bytes"})
            return
        try:
            requests = requests_of(body)
        except InputError as error:
            await _answer(send, 400, {"message": str(error)})
            return
        answers = []
        for request in requests[:MOST_REQUESTS]:
            status, text = await self._pass_on(scope, request)
            answers.append({"status": status, "body": text})
            if not 200 <= status < 300:
                break
        await _answer(send, 200, {"answers": answers})

    async def _pass_on(self, scope: Scope, request: Request) -> tuple[int, str]:
        """Status and body of the app's answer."""
        inner = {
            **scope,
            "method": request.method,
            "path": request.path,
            "raw_path": quote(request.path).encode(),
            "query_string": b"",
            "headers": [
                *(pair for pair in scope["headers"] if pair[0].lower() not in OWN_HEADERS),
                (b"content-length", str(len(request.body)).encode()),
                (b"content-type", request.type.encode()),
            ],
            "state": dict(scope.get("state", {})),
        }
        answer = _Answer(request.body)
        try:
            await self.app(inner, answer.receive, answer.send)
        except Exception:  # the app has answered 500 and logged it
            return max(answer.status, 500), ""
        return answer.status, b"".join(answer.chunks).decode("utf-8", "replace")


class _Answer:
    """What one request gives to the app and takes from it."""

    def __init__(self, body: bytes) -> None:
        self.body: bytes | None = body
        self.status = 500
        self.chunks: list[bytes] = []

    async def receive(self) -> Message:
        """The body, once; then nothing for as long as the app listens."""
        import asyncio

        if self.body is None:
            await asyncio.Event().wait()
        body, self.body = self.body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Keep what the app answers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.chunks.append(message.get("body", b""))


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large."""
    body, is_more = bytearray(), True
    while is_more:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


async def _answer(send: Send, status: int, content: object) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
