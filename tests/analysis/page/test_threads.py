"""A crowd of requests whose pages take long keeps no health check waiting."""

import asyncio
import threading
from typing import NoReturn

import pytest

from seedbed.analysis.page.app import application
from seedbed.analysis.page.serving.access import Door
from seedbed.analysis.page.serving.cache import Cache
from seedbed.analysis.page.settings import Settings
from seedbed.system.errors import StoreError
from seedbed.tracking.store import Store
from tests.support.asgi import ask

CROWD = 200


def test_a_health_check_overtakes_pages_that_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def slow(*_: object) -> NoReturn:
        over.wait()
        raise StoreError("read")

    monkeypatch.setattr(Cache, "overview", slow)
    app = application(Settings(Door(store), "", None, None))

    async def crowd() -> int:
        pages = [asyncio.create_task(ask(app, "/")) for _ in range(CROWD)]
        try:
            await asyncio.sleep(0.1)  # each has asked
            return (await asyncio.wait_for(ask(app, "/health"), 60)).status
        finally:
            over.set()
            assert {page.status for page in await asyncio.gather(*pages)} == {503}

    assert asyncio.run(crowd()) == 200


def test_a_health_check_does_not_wait_for_a_store_that_hangs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, looks = threading.Event(), list[int]()

    def hang(_door: Door) -> None:
        looks.append(1)
        over.wait()

    monkeypatch.setattr(Door, "probe", hang)
    app = application(Settings(Door(store), "", None, None))

    async def three() -> list[str]:
        try:
            return [(await ask(app, "/health")).text for _ in range(3)]
        finally:
            over.set()

    assert asyncio.run(three()) == ['{"status":"ok","mlflow":"slow"}'] * 3
    assert len(looks) == 1
