"""Pages that stay up to date: one reading of a page for all who watch it, sent as it changes.

Server-sent events (WHATWG HTML, 9.2): ``part`` carries the page's content anew, ``away`` what is
said while MLflow does not answer, and ``fresh`` that nothing has changed since.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from seedbed.analysis.page.serving.threads import Threads

PERIOD_S = 4.0
"""How often a page that somebody watches is read."""
LONGEST_S = 600.0
"""After so long a stream ends, and the browser opens another."""
RETRY_MS = 3000


@dataclass(frozen=True)
class Part:
    """A page's content as it stands.

    Attributes:
        status: As of an answer over HTTP.
        html: The content.
        tab: What the browser's tab says; empty for the title of the page.
    """

    status: int
    html: str
    tab: str = ""

    @property
    def tag(self) -> str:
        """Tells this content from another."""
        return hashlib.sha256(self.html.encode()).hexdigest()[:24]


@dataclass
class _Channel:
    """One page of one visitor, and how many watch it."""

    read: Callable[[], Part]
    watchers: int = 0
    readings: int = 0
    part: Part | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: "asyncio.Task[None] | None" = None

    async def tell(self, part: Part | None) -> None:
        """Wake all who watch; None ends their streams."""
        async with self.changed:
            self.part = part
            self.readings += 1
            self.changed.notify_all()


class Streams:
    """Reads each watched page once in a while and sends it to all who watch.

    Args:
        threads: Where a page is read.
        period_s: Seconds between two readings.
        longest_s: Seconds after which a stream ends.
    """

    def __init__(
        self, threads: Threads, period_s: float = PERIOD_S, longest_s: float = LONGEST_S
    ) -> None:
        self._threads = threads
        self._period_s = period_s
        self._longest_s = longest_s
        self._channels: dict[object, _Channel] = {}

    async def events(
        self, key: object, read: Callable[[], Part], known: str = "", first: Part | None = None
    ) -> AsyncIterator[str]:
        """The events of one watcher.

        Args:
            key: Tells pages and visitors apart.
            read: Reads the page; called in a thread, for all watchers of ``key`` together.
            known: Tag of the content that the watcher has already.
            first: The content, where it was read a moment ago.
        """
        new = _Channel(read, readings=0 if first is None else 1, part=first)
        channel = self._channels.setdefault(key, new)
        channel.watchers += 1
        if channel.task is None:
            channel.task = asyncio.create_task(self._keep_reading(key, channel))
        ends, seen = time.monotonic() + self._longest_s, 0
        try:
            yield f"retry: {RETRY_MS}\n\n"
            while time.monotonic() < ends:
                async with channel.changed:
                    while channel.readings <= seen:
                        await channel.changed.wait()
                    seen, part = channel.readings, channel.part
                if part is None or part.status == 401:
                    return
                kind = "part" if part.status < 500 else "away"
                if kind == "part" and part.tag == known:
                    yield "event: fresh\ndata: \n\n"
                    continue
                known = part.tag if kind == "part" else ""
                yield f"event: {kind}\ndata: {json.dumps({'tag': part.tag, 'html': part.html})}\n\n"
        finally:
            channel.watchers -= 1
            if channel.watchers == 0:
                self._drop(key, channel)
                channel.task.cancel()

    def _drop(self, key: object, channel: _Channel) -> None:
        """Forget a channel, but not one that took its place."""
        if self._channels.get(key) is channel:
            del self._channels[key]

    async def _keep_reading(self, key: object, channel: _Channel) -> None:
        try:
            while True:
                if channel.part is not None:
                    await asyncio.sleep(self._period_s)
                await channel.tell(await self._threads.page(channel.read))
        finally:  # nobody watches any more, or the reading failed: no stream waits for the next one
            self._drop(key, channel)
            await channel.tell(None)
