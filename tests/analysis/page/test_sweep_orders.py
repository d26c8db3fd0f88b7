"""Stop, cancel, resume and retry from a sweep's page: who may, and what reaches the ledger."""

import asyncio
import re
import time
from contextlib import closing
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from selenium.webdriver.common.by import By
from starlette.requests import Request
from starlette.types import Message

from seedbed.analysis.page.app import application
from seedbed.analysis.page.orders import read_form
from seedbed.analysis.page.serving.access import Door
from seedbed.analysis.page.settings import Settings
from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver import orders
from seedbed.sweeps.driver.find_sweep import ledger_of_sweep
from seedbed.sweeps.driver.orders import SweepOrders
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.accessible import faults
from tests.support.asgi import Answer, call
from tests.support.page_server import served_page
from tests.support.ui import administered, browser, child, click, shown, with_login

FILE = """\
question: Does it stop?
experiment: mnist_cnn
seeds: [0, 1]
options: {dataset: digits, epochs: 1}
"""
ALICE, BOB = ("alice", "a password of alice's"), ("bob", "a password of bob's")


def planned(store: Store, folder: Path, name: str, state: str = "running") -> str:
    """A sweep with two waiting cells and one failed run; returns its page's address."""
    file = folder / f"{name}.yaml"
    file.write_text(FILE)
    with closing(Ledger.open(load(file))) as ledger:
        parent = ParentRun.start(store, "mnist_cnn", name, ledger.notes.identity)
        ledger.notes.parent_run_id = parent.run_id
        claim = ledger.claim()
        assert claim is not None
        ledger.failed(claim.trial_id, "no memory", again=False)
    parent.describe_design({"question": "Does it stop?", "planned": 2}, FILE)
    child(store, parent.run_id, 0, "failed")
    if state != "running":
        parent.end("stopped")
    return f"/sweep/{store.experiment_id('mnist_cnn')}/{parent.run_id}/"


class Visit:
    """A page without a login, and what a form of it answers."""

    def __init__(self, store: Store, *, starts_drivers: bool = True) -> None:
        self.orders = SweepOrders(None, starts_drivers=starts_drivers)
        self.app = application(Settings(Door(store), None, None, self.orders))

    def get(self, path: str) -> str:
        return call(self.app, path).text

    def post(self, path: str, order: str, **headers: str) -> Answer:
        token = re.search(r'name="token" value="(\w+)"', self.get(path))
        fields = {"order": order, "token": token[1] if token else ""}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(self.app, path + "order", method="POST", body=urlencode(fields), headers=sent)


def order_of(name: str) -> str | None:
    with closing(ledger_of_sweep(name, None)) as ledger:
        return ledger.notes.orders()[0]


def standings_of(name: str) -> list[str]:
    with closing(ledger_of_sweep(name, None)) as ledger:
        return sorted(ledger.standings().values())


@pytest.mark.parametrize(("order", "words"), [
    ("stop", "current runs finish, no more start"),
    ("cancel", "current runs stop now"),
])  # fmt: skip
def test_an_order_reaches_the_ledger_and_is_told(
    store: Store, tmp_path: Path, order: str, words: str
) -> None:
    page = planned(store, tmp_path, "mine")
    visit = Visit(store)
    assert "Stop mine</button>" in visit.get(page)
    assert "Resume mine" not in visit.get(page), "it runs"
    answer = visit.post(page, order)
    assert answer.status == 303
    assert order_of("mine") == order
    told = visit.get(page + answer.headers["location"].removeprefix("./"))
    assert f'<p id="told" role="status">mine: {words}' in told
    assert words not in visit.get(page + "?told=other")


@pytest.mark.parametrize("order", ["stop", "cancel"])
def test_a_sweep_that_has_ended_has_nothing_to_stop(
    order: str, store: Store, tmp_path: Path
) -> None:
    planned(store, tmp_path, "mine")
    give = {"stop": orders.stop, "cancel": orders.cancel}[order]
    assert "resume mine continues it" in give("mine", None)
    with closing(Ledger.open(load(tmp_path / "mine.yaml"))) as ledger:
        while (claim := ledger.claim()) is not None:
            ledger.done(claim.trial_id, 0.9)
    assert give("mine", None) == f"mine: it has ended, so there is nothing to {order}."


def test_failed_cells_are_queued_again(store: Store, tmp_path: Path) -> None:
    page = planned(store, tmp_path, "mine")
    visit = Visit(store)
    answer = visit.post(page, "retry")
    told = visit.get(page + answer.headers["location"].removeprefix("./"))
    assert "mine: 1 cell is queued again. seedbed resume mine runs it." in told
    with closing(ledger_of_sweep("mine", None)) as ledger:
        assert list(ledger.standings().values()) == ["waiting", "waiting"]


def test_a_page_without_drivers_resumes_nothing(store: Store, tmp_path: Path) -> None:
    page = planned(store, tmp_path, "mine", state="stopped")
    visit = Visit(store, starts_drivers=False)
    assert "Retry mine</button>" in visit.get(page)
    assert "Resume mine" not in visit.get(page)
    answer = visit.post(page, "resume")
    told = visit.get(page + answer.headers["location"].removeprefix("./"))
    assert (
        "this page was started with --no-drivers. Run seedbed resume mine on such a host." in told
    )
    assert visit.orders._resumed == {}
    assert standings_of("mine") == ["failed", "waiting"]


def test_a_form_of_another_site_does_nothing(store: Store, tmp_path: Path) -> None:
    page = planned(store, tmp_path, "mine")
    visit = Visit(store)
    other = planned(store, tmp_path, "other")
    foreign = re.search(r'name="token" value="(\w+)"', visit.get(other))
    assert foreign is not None
    for token in ("", "0" * 64, "ü", foreign[1]):
        body = urlencode({"order": "stop", "token": token})
        answer = call(visit.app, page + "order", method="POST", body=body)
        assert answer.status == 403
        assert "Nothing was done" in answer.text
    assert visit.post(page, "stop", Sec_Fetch_Site="cross-site").status == 403
    assert call(visit.app, page + "order").status == 405
    body = "token=" + "x" * 9000
    assert call(visit.app, page + "order", method="POST", body=body).status == 403
    assert order_of("mine") is None


def test_a_form_that_is_cut_off_is_no_form() -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "method": "POST", "headers": []}, gone)
    assert asyncio.run(read_form(request)) == {}


def test_a_run_that_takes_anothers_name_reaches_nothing(store: Store, tmp_path: Path) -> None:
    planned(store, tmp_path, "mine")
    forged = ParentRun.start(store, "theirs", "mine", "no identity")
    page = f"/sweep/{store.experiment_id('theirs')}/{forged.run_id}/"
    visit = Visit(store)
    for name in ("mine", str(tmp_path / "mine.yaml"), "../mine", "-x"):
        store.client.set_tag(forged.run_id, "sweep", name)
        assert "<button" not in Visit(store).get(page)
        assert visit.post(page, "stop").status == 403
    assert order_of("mine") is None


@pytest.mark.long
def test_resume_starts_one_driver_that_runs_what_waits(store: Store, tmp_path: Path) -> None:
    page = planned(store, tmp_path, "mine", state="stopped")
    visit = Visit(store)
    assert "Stop mine" not in visit.get(page), "it does not run"
    for words in ("a driver starts on this page's host", "that this page started is still running"):
        answer = visit.post(page, "resume")
        told = visit.get(page + answer.headers["location"].removeprefix("./"))
        assert words in unescape(told)
    deadline = time.monotonic() + 240
    while standings_of("mine") != ["done", "failed"]:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    visit.orders._resumed["mine"].wait(60)


@pytest.mark.long
def test_writers_order_and_readers_see_no_buttons(tmp_path: Path) -> None:
    with administered(tmp_path) as server:
        store = Store(server.uri)
        page = planned(store, tmp_path, "mine")
        experiment = store.experiment_id("mnist_cnn")
        for login, right in ((ALICE, "READ"), (BOB, "EDIT")):
            server.make_user(*login)
            server.grant(login[0], experiment, right)
        with served_page(server.uri, tmp_path, tmp_path / "store") as served:
            with browser(390, 800) as driver:
                driver.get(with_login(served.url, ALICE) + page)
                shown(driver, "mine", within="main")
                assert driver.find_elements(By.CSS_SELECTOR, "#orders") == []
            with browser(390, 800) as driver:
                driver.get(with_login(served.url, BOB) + page)
                assert not driver.find_element(By.CSS_SELECTOR, "#orders button").is_displayed()
                click(driver, "#orders summary")
                assert [faults(driver, dark=dark) for dark in (False, True)] == [[], []]
                width = driver.execute_script("return document.documentElement.scrollWidth")
                assert width <= 390
                click(driver, "#orders button")
                shown(driver, "mine: current runs finish", within="#told")
                assert [faults(driver, dark=dark) for dark in (False, True)] == [[], []]
                assert order_of("mine") == "stop"
                click(driver, "#orders details:last-of-type summary")
                click(driver, "#orders [value=retry]")
                shown(driver, "1 cell is queued", within="#told")
