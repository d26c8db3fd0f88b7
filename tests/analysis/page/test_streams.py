"""Many who watch, one reading; what has not changed is not sent again."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from seedbed.analysis.page.serving.streams import Part, Streams
from seedbed.analysis.page.serving.threads import Threads


class Page:
    """A page that changes when it is told to."""

    def __init__(self) -> None:
        self.part = Part(200, "<p>one</p>")
        self.readings = 0

    def read(self) -> Part:
        self.readings += 1
        return self.part


async def event(stream: AsyncIterator[str]) -> tuple[str, str]:
    """Kind and content of the next event."""
    kind, data = (line.partition(": ")[2] for line in (await anext(stream)).splitlines()[:2])
    return kind, json.loads(data)["html"] if data else ""


def test_fifty_watchers_are_one_reading_and_take_the_same_news() -> None:
    async def watch() -> None:
        page, streams = Page(), Streams(Threads(), period_s=0.05)
        watchers = [streams.events("page", page.read) for _ in range(50)]
        for stream in watchers:
            assert await anext(stream) == "retry: 3000\n\n"
        assert await asyncio.gather(*map(event, watchers)) == [("part", "<p>one</p>")] * 50
        assert page.readings < len(watchers) / 2, "not one for each, however slow this is"
        assert await event(watchers[0]) == ("fresh", "")
        page.part = Part(200, "<p>two</p>")
        while (told := await event(watchers[0])) == ("fresh", ""):
            pass
        assert told == ("part", "<p>two</p>")
        readings = page.readings
        for stream in watchers:
            await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0.2)
        assert page.readings <= readings + 1, "nobody watches"

    asyncio.run(watch())


def test_what_a_watcher_has_is_not_sent_and_trouble_is_told() -> None:
    async def watch() -> None:
        page, streams = Page(), Streams(Threads(), period_s=0.01)
        stream = streams.events("page", page.read, page.part.tag)
        await anext(stream)
        assert await event(stream) == ("fresh", "")
        page.part = Part(503, "MLflow is away")
        while (told := await event(stream)) == ("fresh", ""):
            pass
        assert told == ("away", "MLflow is away")
        page.part = Part(200, "<p>one</p>")
        while (told := await event(stream))[0] == "away":
            pass
        assert told == ("part", "<p>one</p>"), "the page shows the trouble, so it is sent again"
        page.part = Part(401, "<p>one</p>")
        rest = [one async for one in stream]
        assert all(one.startswith("event: fresh") for one in rest), "it ends with the login"

    asyncio.run(watch())


def test_a_reading_that_fails_ends_the_streams_and_the_next_one_begins_anew() -> None:
    async def watch() -> None:
        page, streams = Page(), Streams(Threads(), period_s=0.01)

        def broken() -> Part:
            raise ZeroDivisionError

        stream = streams.events("page", broken)
        await anext(stream)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(stream), 60)
        again = streams.events("page", page.read)
        await anext(again)
        assert await event(again) == ("part", "<p>one</p>")

    asyncio.run(watch())


def test_content_that_was_read_a_moment_ago_is_not_read_again_at_once() -> None:
    async def watch() -> None:
        page, streams = Page(), Streams(Threads(), period_s=0.05)
        first, page.part = page.part, Part(200, "<p>two</p>")
        stream = streams.events("page", page.read, first=first)
        await anext(stream)
        assert await event(stream) == ("part", "<p>one</p>")
        assert await event(stream) == ("part", "<p>two</p>")

    asyncio.run(watch())


def test_a_watcher_that_leaves_late_takes_no_other_channel_with_it() -> None:
    async def watch() -> None:
        page, streams = Page(), Streams(Threads(), period_s=0.01)

        def broken() -> Part:
            raise ZeroDivisionError

        old = streams.events("page", broken)
        await anext(old)
        while streams._channels:  # its reading fails, and nobody has told the watcher yet
            await asyncio.sleep(0.01)
        young = streams.events("page", page.read)
        await anext(young)
        await old.aclose()  # type: ignore[attr-defined]
        assert "page" in streams._channels
        assert await event(young) == ("part", "<p>one</p>")

    asyncio.run(watch())


def test_a_stream_ends_by_itself() -> None:
    async def watch() -> list[str]:
        return [one async for one in Streams(Threads(), 0.01, 2.0).events("page", Page().read)]

    assert len(asyncio.run(watch())) > 2
