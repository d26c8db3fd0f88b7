"""A webhook's address may lead to an attacker: nothing inside is reached, and nothing hangs."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seedbed.sweeps.nightly.alerts.post import ForbiddenAddressError, check_addresses, post
from tests.support.receivers import certificate, http_receiver

Answer = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextlib.contextmanager
def receiver(answer: Answer) -> Iterator[int]:
    """A server that does what it likes with one connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join()
        listener.close()


def endless(head: bytes, part: bytes, pause: float = 0.0) -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.recv(100_000)
        connection.sendall(head)
        for _ in range(10_000_000):
            connection.sendall(part)
            time.sleep(pause)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless(b"HTTP/1.1 200 OK\r\n", b"x", pause=0.02),
        endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 1_000_000),
        endless(b"", b"\0" * 1000),
    ],
    ids=["continue", "trickle", "long header", "no HTTP"],
)
def test_an_answer_without_end_ends(answer: Answer) -> None:
    began = time.monotonic()
    with receiver(answer) as port, contextlib.suppress(OSError):  # its status may stand
        post(f"http://127.0.0.1:{port}/", b"{}", {}, whole_s=1)
    assert time.monotonic() - began < 60


def test_an_address_that_takes_no_connection_counts_to_the_whole_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        where = listener.getsockname()
        with contextlib.ExitStack() as waiting:
            for _ in range(4):  # fill its queue: a further connection hangs
                client = waiting.enter_context(socket.socket())
                client.setblocking(False)
                client.connect_ex(where)
            began = time.monotonic()
            with pytest.raises(OSError, match="timed out"):
                post(f"http://127.0.0.1:{where[1]}/", b"{}", {}, whole_s=0.5)
            assert time.monotonic() - began < 60


def test_of_a_huge_answer_nothing_but_its_status_is_read() -> None:
    huge = endless(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 1_000_000)
    began = time.monotonic()
    with receiver(huge) as port:
        assert post(f"http://127.0.0.1:{port}/", b"{}", {}) == 200
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0", "[::]", "0.0.0.0"])
def test_other_spellings_of_this_machine_are_refused(host: str) -> None:
    with http_receiver() as inbox:
        with pytest.raises(ForbiddenAddressError, match="leads to"):
            post(f"http://{host}:{inbox.port}/", b"{}", {})
        assert inbox.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_reached_where_it_is_named(host: str) -> None:
    with http_receiver() as inbox:
        assert post(f"http://{host}:{inbox.port}/a?b=ü", b"{}", {"X-Y": "z"}) == 200
        ((path, headers, body),) = inbox.requests
    assert (path, headers["X-Y"], body) == ("/a?b=%C3%BC", "z", b"{}")
    assert headers["Host"] == f"{host}:{inbox.port}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "0.0.0.0",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "0.0.0.1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
    ],
)
def test_a_name_may_not_lead_inside(address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check_addresses("hooks.example.org", ["203.0.113.7", address])


def test_link_local_is_refused_by_number_too_and_private_networks_are_not() -> None:
    with pytest.raises(ForbiddenAddressError, match=r"169\.254\.169\.254"):
        post("http://169.254.169.254/latest/meta-data", b"{}", {})
    private = [".".join(map(str, four)) for four in ((10, 1, 2, 3), (192, 168, 0, 9))]
    check_addresses("hooks.intranet", [*private, "fd00::5", "203.0.113.7"])


def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))

    def answer(connection: socket.socket) -> None:
        context.wrap_socket(connection, server_side=True).close()

    with receiver(answer) as port, pytest.raises(ssl.SSLCertVerificationError):
        post(f"https://localhost:{port}/", b"{}", {})


def test_a_proxy_of_the_operator_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_receiver() as proxy:
        monkeypatch.setenv("http_proxy", f"http://me:p%40ss@127.0.0.1:{proxy.port}")
        assert post("http://hooks.invalid/x?y=1", b"{}", {}) == 200
        ((path, headers, _),) = proxy.requests
    assert path == "http://hooks.invalid/x?y=1"
    assert headers["Host"] == "hooks.invalid"
    assert headers["Proxy-Authorization"] == "Basic bWU6cEBzcw=="


def test_https_goes_through_a_tunnel_of_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        asked.append(connection.recv(10_000))
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    with receiver(answer) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        with pytest.raises(OSError, match="403"):
            post("https://hooks.invalid/x", b"{}", {})
    assert asked[0].startswith(b"CONNECT hooks.invalid:443 HTTP/1")
