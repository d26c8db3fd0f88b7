"""A headless Firefox, driven by WebDriver BiDi, which it speaks without geckodriver."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websocket import WebSocket, create_connection

from tests.support.ports import free_port

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
NEEDS_FIREFOX = pytest.mark.skipif(
    FIREFOX is None, reason="Firefox is not installed: apt-get install firefox-esr"
)


@dataclass
class Firefox:
    """An open window.

    Attributes:
        socket: The connection to the browser.
        window: The browser's name of the window.
        errors: What scripts of the pages raised or wrote as errors.
    """

    socket: WebSocket
    window: str
    errors: list[str]
    sent: int = 0

    def open(self, url: str, width: int = 1400, height: int = 900) -> None:
        """Open a page in a window of a size, in CSS pixels."""
        size = {"width": width, "height": height}
        self.order("browsingContext.setViewport", context=self.window, viewport=size)
        self.order("browsingContext.navigate", context=self.window, url=url, wait="complete")

    def run(self, script: str) -> Any:
        """The value of an expression, through JSON."""
        target = {"context": self.window}
        text = f"JSON.stringify({script})"
        found = self.order("script.evaluate", expression=text, target=target, awaitPromise=True)
        assert found["type"] == "success", found
        return json.loads(found["result"].get("value", "null"))

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait until an expression holds, on whatever page is shown by then."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.run(expression):
                    return
            except AssertionError:  # the page was left while it was asked
                pass
            assert time.monotonic() < deadline, expression
            time.sleep(0.2)

    def press(self, key: str) -> None:
        """Press and release a key."""
        actions = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        keys = [{"type": "key", "id": "keys", "actions": actions}]
        self.order("input.performActions", context=self.window, actions=keys)

    def point(self, x: float, y: float) -> None:
        """Move the pointer to a place in the window, in CSS pixels."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)}]
        pointer = [{"type": "pointer", "id": "pointer", "actions": moves}]
        self.order("input.performActions", context=self.window, actions=pointer)

    def order(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send an order and return its result; notes of errors that come before are kept."""
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(str(answer["params"]["text"]))
            if answer.get("id") == self.sent:
                assert answer["type"] == "success", answer
                return dict(answer["result"])


@contextmanager
def firefox(dark: bool = False, trusting: bool = False) -> Iterator[Firefox]:
    """A Firefox with a profile of its own.

    Args:
        dark: Whether pages are told that the visitor prefers dark colours.
        trusting: Whether certificates that no authority signed are taken.
    """
    assert FIREFOX is not None
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        scheme = f'user_pref("layout.css.prefers-color-scheme.content-override", {1 - dark});'
        Path(profile, "user.js").write_text(scheme)
        command = [FIREFOX, "--headless", "--no-remote", "--profile", profile]
        process = subprocess.Popen(
            [*command, f"--remote-debugging-port={port}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with closing(_connected(port, process)) as socket:
                window = Firefox(socket, "", [])
                wanted = {"alwaysMatch": {"acceptInsecureCerts": trusting}}
                window.order("session.new", capabilities=wanted)
                window.order("session.subscribe", events=["log.entryAdded"])
                tree = window.order("browsingContext.getTree")
                window.window = tree["contexts"][0]["context"]
                yield window
        finally:
            process.terminate()
            process.wait(timeout=120)


def _connected(port: int, process: "subprocess.Popen[bytes]") -> WebSocket:
    """The connection, once the browser listens."""
    deadline = time.monotonic() + 120
    while True:
        try:
            url = f"ws://127.0.0.1:{port}/session"
            return create_connection(url, suppress_origin=True, timeout=60)
        except OSError:
            assert process.poll() is None, "Firefox ended"
            assert time.monotonic() < deadline, "Firefox does not listen"
            time.sleep(0.2)
