"""The page about sweeps and nights: a real MLflow server with a login, a real browser."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from seedbed.tracking.store import Store
from tests.support.page_server import Page, served_page
from tests.support.ui import (
    ADMIN,
    ROOT,
    AuthServer,
    browser,
    child,
    shown,
    stop,
    sweep,
    texts,
    with_login,
)

ALICE = ("alice", "a password of alice's: ünï")
HOSTILE = "<script>document.title='owned'</script> [red] & \"quoted\" ../../etc"


@pytest.fixture(scope="module")
def start_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Page]]:
    with contextlib.ExitStack() as stack:

        def start(uri: str, *flags: str) -> Page:
            folder = tmp_path_factory.mktemp("page")
            return stack.enter_context(served_page(uri, folder, folder / "store", *flags))

        yield start


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthServer]:
    server = AuthServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def store(server: AuthServer) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", server.uri)
        patch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN[0])
        patch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN[1])
        yield Store(server.uri)


@pytest.fixture(scope="module")
def page(server: AuthServer, start_page: Callable[..., Page]) -> Page:
    return start_page(server.uri)


def text_of(driver: WebDriver, selector: str) -> str:
    return "\n".join(texts(driver, selector))


@pytest.mark.long
def test_an_empty_store_then_sweeps_appear_by_themselves(page: Page, store: Store) -> None:
    with browser(375, 800) as driver:
        driver.get(with_login(page.url))
        text = shown(driver, "None has been run yet")
        assert "seedbed sweep first" in text
        assert "No sweep has ended yet" in text
        assert "No sweep has been run on two nights yet" in text
        driver.execute_script("window.kept = document.querySelector('#nights')")

        parent = sweep(store, "batch_size", state="running", planned=4)
        child(store, parent, 0)
        child(store, parent, 1, "failed")
        child(store, parent, 2, "running")
        text = shown(driver, "1 of 4 done, 1 running, 1 failed, 1 left")
        bar = "const bar = document.querySelector('progress'); return [bar.value, bar.max]"
        assert driver.execute_script(bar) == [1, 4]
        # What did not change was not drawn again, so nothing flickers and no place is lost.
        assert driver.execute_script("return window.kept === document.querySelector('#nights')")

        child(store, parent, 3)
        shown(driver, "2 of 4 done")
        store.client.set_tag(parent, "state", "finished")
        store.client.set_terminated(parent)
        shown(driver, "No sweep is running")
        assert re.match(r"Up to date at \d", text_of(driver, "#status"))


@pytest.mark.slow
def test_verdicts_and_nights_at_phone_width_and_hostile_names(page: Page, store: Store) -> None:
    for day, mean in enumerate((0.95, 0.951, 0.949, 0.95, 0.951, 0.80), start=1):
        name = f"nightly-2026-01-0{day}"
        sweep(store, name, mean=mean, verdict="spread", headline=f"Night {day}.")
    sweep(store, HOSTILE + "x" * 7000, mean=0.9, verdict="different", headline=HOSTILE + "y" * 4000)
    with browser(375, 800) as driver:
        driver.get(with_login(page.url))
        shown(driver, "Alarm in the night 2026-01-06: the mean went down to 80.00 %")
        text = text_of(driver, "#verdicts")
        assert HOSTILE in text
        assert "DIFFERENT" in text.upper()
        assert "Night 6." in text
        assert "Night 5." not in text, "older nights stand in the chart alone"
        assert "mean 80.00 % (79.60 to 80.40)" in text
        assert driver.title == "Seedbed: sweeps and nights"
        assert driver.find_elements(By.CSS_SELECTOR, "#live script, #live b:not(p b)") == []
        width = driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= 375
        visible = "[...document.querySelectorAll('figure')].filter(one => one.offsetParent)"
        classes = driver.execute_script(f"return {visible}.map(one => one.className)")
        assert classes == ["at-narrow"]
        smallest = driver.execute_script(
            "return Math.min(...[...document.querySelectorAll('.at-narrow text')]"
            ".map(one => one.getBoundingClientRect().height))"
        )
        assert smallest > 9
        news: list[dict[str, str]] = driver.get_log("browser")  # type: ignore[no-untyped-call]
        errors = [one for one in news if one["level"] == "SEVERE"]
        assert errors == []
        links = (
            "return [...document.querySelectorAll('#live a')]"
            ".map(one => new URL(one.getAttribute('href'), location.href).href)"
        )
        hrefs: list[str] = driver.execute_script(links)
        assert hrefs
        assert all("/#/experiments/" in href or "/sweep/" in href for href in hrefs)


NASTY = (
    '<img src=x onerror="window.owned=1"><script>window.owned=1</script>',
    "\"'`><svg onload=window.owned=1>",
    "../../../etc/passwd",
    "one\ntwo\r\n\x1b[31mthree\x07",
    "x" * 5_000,
)
"""MLflow takes no tag of more than 8,000 characters."""


@pytest.mark.slow
def test_names_of_sweeps_experiments_nights_and_alarms_are_text(page: Page, store: Store) -> None:
    for number, name in enumerate(NASTY):
        parent = sweep(store, name, experiment=name[:400], state="running", planned=3)
        child(store, parent, 0)
        store.client.set_tag(parent, "experiment", name)
        for night in ("2030-01-01", "2030-01-02"):
            named = {"series": name, "night": night, "alarm": f"{number}: {name}"}
            sweep(store, name, mean=0.9, verdict=name, headline=name, tags=named)
    with browser(375, 800) as driver:
        driver.get(with_login(page.url))
        text = shown(driver, "Alarm in the night 2030-01-02: 4: xxxx")
        assert NASTY[0] in text
        assert NASTY[1] in text
        assert NASTY[2] in text
        assert not set(text) & {"\x1b", "\x07"}
        assert driver.execute_script("return window.owned === undefined")
        added = "#live script, #live img, #live svg[onload], #live [onerror]"
        assert driver.find_elements(By.CSS_SELECTOR, added) == []
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 375
    sent = page.get("/").text
    assert len(sent) < 200_000
    assert not set(sent) & {"\x1b", "\x07"}
    for run in store.runs("tags.state = 'running'"):
        store.client.set_tag(run.info.run_id, "state", "stopped")


@pytest.mark.long
def test_the_login_decides_what_is_shown(page: Page, store: Store, server: AuthServer) -> None:
    server.make_user(*ALICE)
    sweep(store, "for alice", experiment="hers", mean=0.9, verdict="spread", headline="Hers.")
    sweep(store, "secret", experiment="mine", mean=0.9, verdict="spread", headline="Mine.")
    assert "No sweep has ended yet" in page.get("/live", ALICE).text
    server.grant(ALICE[0], store.experiment_id("hers"))
    time.sleep(4.5)
    text = page.get("/live", ALICE).text
    assert "Hers." in text
    assert "Mine." not in text
    assert "secret" not in text
    assert "Mine." in page.get("/live").text


def test_idle_sockets_shut_nobody_out(page: Page) -> None:
    host, port = page.url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as stack:
        for _ in range(250):
            stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
        assert page.get("/health", None).status_code == 200
        assert page.get("/").status_code == 200


@pytest.mark.parametrize(
    "login", [None, ("admin", "wrong"), ("nobody", "x"), ("", ""), ("admin", "")]
)
def test_without_a_login_there_is_nothing_to_see(page: Page, login: tuple[str, str] | None) -> None:
    answer = page.get("/", login)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert "Log in to see this page" in answer.text
    part = page.get("/live", login)
    assert (part.status_code, part.text) == (401, "")
    assert "WWW-Authenticate" not in part.headers, "a poll must not open a dialogue"


def test_other_headers_of_a_login_are_no_login(page: Page) -> None:
    coded = ("", " ???", " YWRtaW4=", " /w==", " \xff")
    for header in ("Bearer abc", *(f"Basic{one}" for one in coded)):
        assert page.get("/live", None, {"Authorization": header}).status_code == 401


def test_every_answer_has_a_strict_policy_and_fetches_nothing_from_elsewhere(page: Page) -> None:
    for path in ("/", "/live", "/health", "/page.js", "/page.css", "/nothing"):
        answer = page.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "server" not in answer.headers
    text = page.get("/").text
    assert re.findall(r'(?:src|href)="(?!page\.|data:,|http://127|sweeps?/|\./)[^"]*"', text) == []
    assert " style=" not in text
    assert " on" + "click=" not in text


def test_nothing_new_is_not_sent_again(page: Page) -> None:
    tag = page.get("/live").headers["ETag"]
    again = page.get("/live", headers={"If-None-Match": tag})
    assert (again.status_code, again.text) == (304, "")


def test_another_host_name_is_refused(page: Page) -> None:
    assert page.get("/live", headers={"Host": "evil.example"}).status_code == 400


def test_no_password_is_printed(page: Page) -> None:
    page.get("/live")
    log = page.log.read_text()
    assert log.startswith("Sweeps and nights of http://127.0.0.1:")
    assert log.count("\n") == 1
    assert ADMIN[1] not in log


@pytest.mark.slow
def test_mlflow_away_and_back(start_page: Callable[..., Page], tmp_path: Path) -> None:
    server = AuthServer(tmp_path)
    page = start_page(server.uri)
    assert page.get("/health", None).json() == {"status": "ok", "mlflow": "away"}
    answer = page.get("/")
    assert answer.status_code == 503
    assert "MLflow is away" in answer.text
    server.start()
    try:
        with browser() as driver:
            time.sleep(4.5)
            driver.get(with_login(page.url))
            shown(driver, "None has been run yet")
            assert page.get("/health", None).json()["mlflow"] == "reachable"
            server.stop()
            shown(driver, "MLflow is away")
            shown(driver, "Not up to date since", within="#status")
            server.start()
            shown(driver, "None has been run yet", seconds=60)
            shown(driver, "Up to date at", within="#status")
            stop(page.process)
            shown(driver, "this page's server does not answer", within="#status")
            assert "None has been run yet" in text_of(driver, "body"), "what was known stays"
    finally:
        server.stop()


def serve(*flags: str, uri: str, tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "seedbed", "serve", "--port", "0", *flags],
        cwd=ROOT,
        env={**os.environ, "MLFLOW_TRACKING_URI": uri, "SEEDBED_STORE": str(tmp_path / "s")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--host", "0.0.0.0"], "where the store asks for no login, got '0.0.0.0'"),
        (["--mlflow-url", "javascript:alert(1)"], "--mlflow-url must be an http address"),
        (["--host", "127.0.0.1", "--port", "70000"], "70000 is not in the range"),
    ],
)
def test_what_must_not_be_served(
    store_path: Path, tmp_path: Path, flags: list[str], sentence: str
) -> None:
    del store_path
    done = serve(*flags, uri=os.environ["MLFLOW_TRACKING_URI"], tmp_path=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_without_a_server_is_shown_to_this_machine(
    start_page: Callable[..., Page], store_path: Path
) -> None:
    del store_path
    sweep(Store(), "local", mean=0.9, verdict="spread", headline="Said here.")
    page = start_page(os.environ["MLFLOW_TRACKING_URI"])
    answer = page.get("/", None)
    assert answer.status_code == 200
    assert "Said here." in answer.text
    assert "<code>seedbed ui</code>" in answer.text
    assert "/#/" not in answer.text, "whatever listens where seedbed ui would, has no such run"
    assert page.get("/health", None).json() == {"status": "ok", "mlflow": "reachable"}
    assert page.get("/", None, {"Host": "evil.example"}).status_code == 400
    stop(page.process, signal.SIGINT)


def test_ctrl_c_ends_it_quietly(start_page: Callable[..., Page], store_path: Path) -> None:
    del store_path
    page = start_page(os.environ["MLFLOW_TRACKING_URI"])
    stop(page.process, signal.SIGINT)
    assert page.process.returncode == 0
    said = page.log.read_text().splitlines()
    assert said[-1] == "Stopped."
    assert not [line for line in said if "rror" in line]
