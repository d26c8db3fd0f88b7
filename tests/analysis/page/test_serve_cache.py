"""Many viewers, few readings."""

import threading
from collections.abc import Sequence

import pytest

from seedbed.analysis.page.serving.access import Login
from seedbed.analysis.page.serving.cache import FRESH_S, MOST_LOGINS, RIGHTS_S, Cache
from seedbed.analysis.page.views.place import Place
from seedbed.system.errors import StoreError
from seedbed.tracking.reading.run_lists import LoginError
from seedbed.tracking.reading.run_summary import RunSummary


class Counting:
    """A visitor of a store that counts how often it is asked, and says what it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.searched = 0
        self.reads = True
        self.writes = False
        self.error: StoreError | None = None

    def experiments(self) -> list[str]:
        self.asked += 1
        if self.error:
            raise self.error
        return ["1"]

    def runs(
        self, experiments: Sequence[str], wanted: str, most: int, newest: str = "start_time"
    ) -> list[RunSummary]:
        del experiments, most, newest
        self.searched += 1
        if "attributes.run_id" in wanted and self.reads:
            return [RunSummary("r", "1", "first", 0, None, {}, {})]
        return []

    def quick_sweeps(self, most: int) -> None:
        del most

    def curves(self, run_ids: Sequence[str], metric: str) -> dict[str, dict[int, float]]:
        del metric
        return {run_id: {} for run_id in run_ids}

    def may_write(self, experiment_id: str) -> bool:
        del experiment_id
        self.asked += 1
        return self.writes


class World:
    """Visitors by login, and a clock."""

    def __init__(self) -> None:
        self.visitors: dict[Login, Counting] = {}
        self.now = 100.0
        self.cache = Cache(self.visitor, clock=lambda: self.now)

    def visitor(self, login: Login) -> Counting:
        return self.visitors.setdefault(login, Counting())


def test_many_viewers_of_one_login_are_one_reading() -> None:
    world = World()
    viewers = [threading.Thread(target=world.cache.overview, args=(("a", "b"),)) for _ in range(20)]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()
    assert world.visitors["a", "b"].asked == 1
    world.now += FRESH_S
    world.cache.overview(("a", "b"))
    assert world.visitors["a", "b"].asked == 2


def test_no_login_sees_what_another_one_read() -> None:
    world = World()
    for login in (("a", "b"), ("a", "c"), ("ab", ""), ("a\0b", "c"), ("a", "b\0c"), None, ("", "")):
        world.cache.overview(login)
    assert [visitor.asked for visitor in world.visitors.values()] == [1] * 7


def test_a_store_that_is_away_is_not_asked_by_everybody_and_a_refusal_is_not_kept() -> None:
    world = World()
    world.visitor(None).error = StoreError("away")
    for _ in range(3):
        with pytest.raises(StoreError, match="away"):
            world.cache.overview(None)
    assert world.visitors[None].asked == 1
    world.visitor(("a", "b")).error = LoginError("no")
    for asked in (1, 2):
        with pytest.raises(LoginError):
            world.cache.overview(("a", "b"))
        assert world.visitors["a", "b"].asked == asked


def test_all_who_may_read_a_sweep_share_its_page_and_others_see_nothing() -> None:
    world, place = World(), Place("1", "r")
    world.visitor(("eve", "x")).reads = False
    logins = [(str(number), "") for number in range(50)]
    for _ in range(3):
        assert all(world.cache.sweep(login, place) is not None for login in logins)
        assert world.cache.sweep(("eve", "x"), place) is None
        world.now += FRESH_S
    searches = [world.visitors[login].searched for login in logins]
    assert sum(searches) == 50 + 3 * 2 - 1, "for each right, and twice for a reading but the first"
    world.visitor(("0", "")).reads = False
    world.now += RIGHTS_S
    assert world.cache.sweep(("0", ""), place) is None


def test_a_store_that_goes_away_is_not_asked_by_all_who_watch_a_sweep() -> None:
    world, place = World(), Place("1", "r")
    logins = [(str(number), "") for number in range(20)]
    assert all(world.cache.sweep(login, place) is not None for login in logins)
    world.now += FRESH_S
    for login in logins:
        world.visitor(login).error = StoreError("away")
        world.visitor(login).asked = 0
        with pytest.raises(StoreError, match="away"):
            world.cache.sweep(login, place)
    assert sum(world.visitors[login].asked for login in logins) == 1
    world.now += FRESH_S
    for login in logins:
        world.visitor(login).error = None
    assert world.cache.sweep(logins[3], place) is not None


def test_a_right_to_write_is_asked_again_for_an_order() -> None:
    world = World()
    assert [world.cache.may_write(None, "1") for _ in range(3)] == [False] * 3
    assert world.visitors[None].asked == 1
    world.visitor(None).writes = True
    assert not world.cache.may_write(None, "1")
    assert world.cache.may_write(None, "1", now=True)


def test_logins_without_end_do_not_fill_the_memory() -> None:
    world = World()
    for number in range(3 * MOST_LOGINS):
        world.cache.overview((str(number), ""))
    assert len(world.cache._entries) == MOST_LOGINS
