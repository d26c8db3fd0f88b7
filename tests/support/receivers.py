"""Real receivers of alarms on this machine: an HTTP server and an SMTP server, in threads."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Inbox:
    """What arrived, and how to answer next.

    Attributes:
        port: Where it listens.
        requests: Path, headers and body of each request.
        answers: Status codes to answer with, then 200.
        location: Where a redirect leads.
        letters: What was sent by e-mail, with the commands before it.
        logins: User and password, base64, of each login.
    """

    port: int = 0
    requests: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""
    letters: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@contextmanager
def http_receiver() -> Iterator[Inbox]:
    """An HTTP server that keeps what is posted to it."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            inbox.requests.append((self.path, dict(self.headers), body))
            code = inbox.answers.pop(0) if inbox.answers else 200
            self.send_response(code)
            if inbox.location:
                self.send_header("Location", inbox.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inbox.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(folder: Path) -> Path:
    """A certificate for localhost with its key, signed by itself."""
    path = folder / "localhost.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(path), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + (folder / "cert.pem").read_text())
    return path


@contextmanager
def smtp_receiver(pem: Path | None = None, recipient_code: int = 250) -> Iterator[Inbox]:
    """An SMTP server (RFC 5321) with STARTTLS where it has a certificate.

    Args:
        pem: Certificate and key; without, there is no TLS.
        recipient_code: Its answer to every receiver.
    """
    inbox = Inbox()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    inbox.port = listener.getsockname()[1]
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(60)
            try:
                _talk(connection, inbox, pem, recipient_code)
            except OSError:
                pass  # the client went away
            finally:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield inbox
    finally:
        ended.set()
        thread.join()
        listener.close()


def _talk(connection: socket.socket, inbox: Inbox, pem: Path | None, code: int) -> None:
    stream = connection.makefile("rwb")

    def say(text: str) -> None:
        stream.write(text.encode() + b"\r\n")
        stream.flush()

    say("220 localhost")
    secure = False
    try:
        while line := stream.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                extra = ["250-STARTTLS"] if pem and not secure else []
                for text in ["250-localhost", *extra, "250-AUTH PLAIN LOGIN", "250 8BITMIME"]:
                    say(text)
            elif verb == "STARTTLS" and pem:
                say("220 go on")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(pem)
                stream.close()
                connection = context.wrap_socket(connection, server_side=True)
                stream, secure = connection.makefile("rwb"), True
            elif verb == "AUTH":
                inbox.logins.append(line.split()[-1])
                say("235 welcome")
            elif verb == "DATA":
                say("354 go on")
                text = ""
                while (part := stream.readline().decode()) not in (".\r\n", ""):
                    text += part
                inbox.letters.append(f"{'tls' if secure else 'plain'}\n{text}")
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            elif verb == "RCPT":
                say(f"{code} receiver")
            else:
                say("250 fine")
    finally:
        stream.close()
        if secure:
            connection.close()
