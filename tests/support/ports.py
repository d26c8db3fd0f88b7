"""Ports for the servers that tests start."""

import random
import socket
from contextlib import suppress

BELOW_OUTGOING = range(15_000, 32_000)
"""Where Linux takes no port for outgoing connections, of which other tests open many."""
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, and that no connection takes before the server does."""
    for port in random.SystemRandom().sample(BELOW_OUTGOING, 200):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    raise OSError("no port is free")
