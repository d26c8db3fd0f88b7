"""How long a connection may wait, and how many there may be, so that no client shuts others out.

A connection that sends no whole request, or does not take its answer, is closed. Beyond the limits
the connection that has waited longest gives way to the new one. A stream of events, which its
browser opens again, gives way only if none waits; one whose request is being answered never does.
"""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

STREAM = "/events"
"""End of the addresses that send events for as long as somebody watches."""


@dataclass(frozen=True)
class ConnectionLimits:
    """What one page grants its clients.

    Attributes:
        request_s: From the connection, or the last answer, to the end of a request, body included.
        answer_s: From there until the client has taken the answer.
        stream_s: Longest stream of events.
        per_address: Connections of one IPv4 address, or one IPv6 network of 64 bits.
        at_once: Connections of all.
    """

    request_s: float = 10.0
    answer_s: float = 60.0
    stream_s: float = 660.0
    per_address: int = 150
    at_once: int = 400


def limited_protocol(limits: ConnectionLimits) -> Callable[..., asyncio.Protocol]:
    """What uvicorn's ``Config(http=…)`` takes: its HTTP/1.1 with these limits."""
    return partial(LimitedConnection, Connections(limits))


class Connections:
    """The open connections of one server, those that wait for a request in the order they began to.

    Args:
        limits: How many there may be.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._waiting: dict[LimitedConnection, str] = {}
        self._streams: dict[LimitedConnection, str] = {}
        self._open: dict[LimitedConnection, str] = {}

    def admit(self, connection: "LimitedConnection", address: str) -> bool:
        """Make room for a new connection; False if every other one is being answered."""
        counts = Counter(self._open.values())
        if counts[address] >= self.limits.per_address:
            crowded = address
        elif len(self._open) >= self.limits.at_once:
            yielding = {*self._waiting.values(), *self._streams.values()}
            crowded = max(yielding, key=lambda one: counts[one], default=address)
        else:
            crowded = None
        if crowded is not None:
            oldest = self._oldest(crowded)
            if oldest is None:
                return False
            oldest.give_way()
            self.closed(oldest)
        self._open[connection] = address
        return True

    def _oldest(self, address: str) -> "LimitedConnection | None":
        """The connection of an address that gives way first."""
        every = (*self._waiting.items(), *self._streams.items())
        return next((one for one, of in every if of == address), None)

    def waits(self, connection: "LimitedConnection") -> None:
        """It has no request under way."""
        self._streams.pop(connection, None)
        if connection in self._open:
            self._waiting[connection] = self._open[connection]

    def streams(self, connection: "LimitedConnection") -> None:
        """It takes events for as long as somebody watches."""
        self._waiting.pop(connection, None)
        if connection in self._open:
            self._streams[connection] = self._open[connection]

    def is_answered(self, connection: "LimitedConnection") -> None:
        """Its request is whole, so it gives way to nobody."""
        self._waiting.pop(connection, None)

    def closed(self, connection: "LimitedConnection") -> None:
        """It no longer counts."""
        self._waiting.pop(connection, None)
        self._streams.pop(connection, None)
        self._open.pop(connection, None)


class LimitedConnection(H11Protocol):
    """uvicorn's HTTP/1.1, whose keep-alive limit alone begins with the first answer.

    Args:
        connections: All of this server.
        arguments: uvicorn's.
    """

    def __init__(self, connections: Connections, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._connections = connections
        self._timer: asyncio.TimerHandle | None = None
        self._whole: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or end at once where there is no room."""
        super().connection_made(transport)
        if not self._connections.admit(self, _network(self.client)):
            transport.abort()
            return
        self._wait()

    def handle_events(self) -> None:
        """Take what has arrived; until a request is whole, its connection waits."""
        super().handle_events()
        cycle = self.cycle
        if cycle is self._whole or cycle.response_complete or cycle.more_body:
            return
        self._whole = cycle
        if self.cycle.scope["path"].endswith(STREAM):
            self._connections.streams(self)
            self._close_in(self._connections.limits.stream_s)
        else:
            self._connections.is_answered(self)
            self._close_in(self._connections.limits.answer_s)

    def on_response_complete(self) -> None:
        """Wait for the next request; it may have arrived with the last one."""
        self._wait()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave room for others."""
        self._connections.closed(self)
        self._cancel()
        super().connection_lost(exc)

    def give_way(self) -> None:
        """End at once; closing would wait for a client that does not read."""
        self._cancel()
        self.transport.abort()

    def _wait(self) -> None:
        self._connections.waits(self)
        limits = self._connections.limits
        unread = self.transport.get_write_buffer_size() > 0
        self._close_in(limits.answer_s if unread else limits.request_s)

    def _close_in(self, seconds: float) -> None:
        self._cancel()
        if not self.transport.is_closing():
            self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _network(client: tuple[str, int] | None) -> str:
    """What counts as one address."""
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0] if client else "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)
