"""No client shuts others out of the page: real sockets against a real server."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from seedbed.analysis.page.serving.connections import ConnectionLimits, limited_protocol

GET = b"GET / HTTP/1.1\r\nHost: page\r\n\r\n"


@dataclass
class Connect:
    """Connects to a server, from an address of its own if asked."""

    server: uvicorn.Server
    port: int
    stack: contextlib.ExitStack

    def __call__(self, source: str = "127.0.0.1") -> socket.socket:
        made = socket.create_connection(
            ("127.0.0.1", self.port), timeout=60, source_address=(source, 0)
        )
        return self.stack.enter_context(made)


Serve = Callable[[ConnectionLimits], Connect]


async def small(_request: Request) -> Response:
    return PlainTextResponse("here")


async def events(_request: Request) -> Response:
    async def stream() -> AsyncIterator[str]:
        while True:
            yield "event: fresh\ndata: \n\n"
            await asyncio.sleep(0.2)

    return StreamingResponse(stream(), media_type="text/event-stream")


async def huge(_request: Request) -> Response:
    return PlainTextResponse("x" * 40_000_000)


async def form(request: Request) -> Response:
    return PlainTextResponse(await request.body())


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve with limits."""
    with contextlib.ExitStack() as stack:

        def start(limits: ConnectionLimits) -> Connect:
            app = Starlette(
                routes=[
                    Route("/", small),
                    Route("/huge", huge),
                    Route("/events", events),
                    Route("/form", form, methods=["POST"]),
                ]
            )
            http = limited_protocol(limits)
            server = uvicorn.Server(
                uvicorn.Config(app, http=http, log_level="critical", lifespan="off")  # type: ignore[arg-type]
            )
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=server.run, args=([listener],))
            thread.start()
            stack.callback(thread.join)
            stack.callback(setattr, server, "should_exit", True)
            return Connect(server, listener.getsockname()[1], stack)

        yield start


def answer(connection: socket.socket, request: bytes = GET) -> bytes:
    """What arrives up to the end of one of the small answers, or of the connection."""
    connection.sendall(request)
    received = b""
    while not received.endswith(b"here") and (part := connection.recv(10_000)):
        received += part
    return received


def is_closed(connection: socket.socket) -> bool:
    """Whether a connection is closed within a time that neither a stream nor an answer ends in."""
    began = time.monotonic()
    with contextlib.suppress(ConnectionResetError):
        while connection.recv(100_000):
            if time.monotonic() - began > 40:
                return False
    return time.monotonic() - began < 40


def trickle(connection: socket.socket, text: bytes) -> None:
    for letter in text:
        connection.sendall(bytes([letter]))
        time.sleep(0.05)


@pytest.mark.parametrize("source", ["127.0.0.1", "127.0.0.2"])
def test_200_idle_sockets_of_one_address_shut_nobody_out(serve: Serve, source: str) -> None:
    connect = serve(ConnectionLimits())
    idle = [connect("127.0.0.1") for _ in range(200)]
    assert answer(connect(source)).endswith(b"here")
    assert all(one.fileno() > 0 for one in idle)


def test_idle_sockets_of_many_addresses_shut_nobody_out(serve: Serve) -> None:
    connect = serve(ConnectionLimits(at_once=50))
    for number in range(100):
        connect(f"127.0.1.{number + 1}")
    assert answer(connect()).endswith(b"here")


def test_of_one_crowd_the_oldest_gives_way_and_others_stay(serve: Serve) -> None:
    connect = serve(ConnectionLimits(at_once=20, per_address=15))
    mine = connect("127.0.0.9")
    assert answer(mine).endswith(b"here")
    crowd = [connect("127.0.0.2") for _ in range(60)]
    assert answer(mine).endswith(b"here")
    assert answer(crowd[-1]).endswith(b"here")
    assert is_closed(crowd[0])


def watch(connection: socket.socket) -> socket.socket:
    """Take the first event of a stream."""
    connection.sendall(GET.replace(b"/ ", b"/events "))
    received = b""
    while b"event: fresh" not in received:
        part = connection.recv(10_000)
        assert part
        received += part
    return connection


def test_fifty_viewers_behind_one_proxy_keep_their_streams(serve: Serve) -> None:
    connect = serve(ConnectionLimits())
    streams = [watch(connect()) for _ in range(50)]
    for _ in range(120):  # what their browsers load beside, on connections that then stay open
        assert answer(connect()).endswith(b"here")
    for one in streams:
        assert b"event: fresh" in one.recv(1_000_000)


def test_a_stream_gives_way_if_nothing_waits(serve: Serve) -> None:
    connect = serve(ConnectionLimits(per_address=3))
    streams = [watch(connect()) for _ in range(3)]
    assert answer(connect()).endswith(b"here")
    assert is_closed(streams[0])
    assert b"event: fresh" in streams[1].recv(1_000_000)


def test_headers_that_trickle_are_cut_off(serve: Serve) -> None:
    connect = serve(ConnectionLimits(request_s=0.8))
    began = time.monotonic()
    silent, slow = connect(), connect()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        trickle(slow, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 1000)
    assert 0.5 < time.monotonic() - began < 40, "the whole text takes 50 s"
    assert is_closed(silent)


POST = b"POST /form HTTP/1.1\r\nHost: page\r\nContent-Length: 4\r\n\r\n"


def test_requests_that_never_become_whole_shut_nobody_out(serve: Serve) -> None:
    connect = serve(ConnectionLimits(per_address=3))
    unfinished = [connect() for _ in range(3)]
    for one in unfinished:
        one.sendall(POST + b"her")
    assert answer(connect()).endswith(b"here")
    assert is_closed(unfinished[0])
    assert answer(unfinished[1], b"e").endswith(b"here")


def test_a_body_that_never_ends_is_cut_off_as_headers_are(serve: Serve) -> None:
    connect = serve(ConnectionLimits(request_s=0.8))
    slow = connect()
    slow.sendall(POST + b"her")
    assert is_closed(slow), "an answer may take 60 s"


def test_requests_that_arrive_together_are_answered_one_after_the_other(serve: Serve) -> None:
    together = serve(ConnectionLimits())()
    together.sendall((POST + b"this") * 2 + GET)
    received = b""
    while not received.endswith(b"here"):
        received += together.recv(10_000)
    assert received.count(b"this") == 2


def test_a_body_that_trickles_after_its_answer_is_cut_off(serve: Serve) -> None:
    connect = serve(ConnectionLimits(request_s=0.8))
    slow = connect()
    began = time.monotonic()
    slow.sendall(b"GET / HTTP/1.1\r\nHost: page\r\nContent-Length: 9999\r\n\r\n")
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        trickle(slow, b"x" * 1000)
    assert time.monotonic() - began < 40, "the whole body takes 50 s"


def test_a_client_that_takes_no_answer_is_cut_off(serve: Serve) -> None:
    connect = serve(ConnectionLimits(answer_s=0.5))
    deaf = connect()
    deaf.sendall(GET.replace(b"/ ", b"/huge "))
    began = time.monotonic()
    while not connect.server.server_state.total_requests or connect.server.server_state.connections:
        assert time.monotonic() - began < 60
        time.sleep(0.05)
    received = 0
    with contextlib.suppress(ConnectionResetError):
        while part := deaf.recv(1_000_000):
            received += len(part)
    assert received < 40_000_000


def test_a_connection_that_is_used_stays(serve: Serve) -> None:
    connect = serve(ConnectionLimits(request_s=3))
    used = connect()
    for _ in range(8):
        assert answer(used).endswith(b"here")
        time.sleep(0.5)
