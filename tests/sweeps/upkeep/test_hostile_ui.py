"""MLflow's UI, with a login and in a real browser, on a store whose every name means harm."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from seedbed.analysis.report.publish import publish
from seedbed.tracking.records import Predictions
from seedbed.tracking.store import Store
from tests.support.recorded import EXPERIMENT, Made, record
from tests.support.ui import AuthServer, administered, logged_in, shown

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]

HTML = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
NASTY = (
    HTML,
    "\"'`><svg onload=window.owned=1>",
    "../../../../etc/passwd",
    "one\ntwo\r\n\x1b[31mthree\x07",
    '[link](javascript:window.owned=1) ![p](x "onerror=window.owned=1") <b id=bold>b</b>',
    "x" * 5_000,
)
FILES = ("<img src=x onerror=window.owned=1>.txt", "\"quoted'`.txt", "y" * 200 + ".txt", "a b.html")
ADDED = "img[onerror], svg[onload], a[href^='javascript']"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthServer]:
    folder = tmp_path_factory.mktemp("hostile")
    with administered(folder) as server:
        fill(Store(server.uri), folder)
        yield server


def fill(store: Store, folder: Path) -> None:
    """A sweep with a report, and one by each name, with hostile options, classes and files."""
    store.client.create_experiment(HTML)
    said = Predictions(
        example_ids=np.arange(40),
        labels=np.arange(40) % 6,
        probabilities=np.full((40, 6), 1 / 6, dtype=np.float16),
        probabilities_last=np.full((40, 6), 1 / 6, dtype=np.float16),
        labels_by_epoch=np.zeros((1, 40), dtype=np.uint8),
    )
    for name in NASTY:
        runs = [
            Made({"seed": seed, "note": value}, predictions=said, classes=NASTY)
            for seed in range(2)
            for value in (HTML, NASTY[4])
        ]
        parent = record(store, folder / "runs", name, runs, varied=["note"])
        store.client.set_tag(parent, "mlflow.note.content", f"{HTML}\n\n{NASTY[4]}")
        if name == HTML:
            publish(name, store, folder=folder / "report")
    (run, *_) = store.runs("tags.kind = 'run'", [store.experiment_id(EXPERIMENT)])
    for name in FILES:
        file = folder / name
        file.write_text(f"{HTML} in a file")
        store.client.log_artifact(run.info.run_id, str(file))


@pytest.fixture(scope="module")
def driver(server: AuthServer) -> Iterator[WebDriver]:
    with logged_in(server) as opened:
        yield opened


def assert_harmless(driver: WebDriver) -> None:
    """Nothing that a name brought along has run, or has become a part of the page."""
    time.sleep(1)  # what loads late
    assert driver.execute_script("return window.owned === undefined")
    assert driver.find_elements(By.CSS_SELECTOR, ADDED) == []
    with pytest.raises(NoAlertPresentException):
        driver.switch_to.alert  # noqa: B018 (raises)


def parent_of(sweep: str) -> tuple[str, str]:
    store = Store()
    for run in store.runs("tags.kind = 'sweep'", [store.experiment_id(EXPERIMENT)]):
        if run.data.tags["sweep"] == sweep:
            return run.info.experiment_id, run.info.run_id
    raise AssertionError(sweep)


def test_lists_show_names_as_text(server: AuthServer, driver: WebDriver) -> None:
    driver.get(f"{server.uri}/#/experiments")
    shown(driver, HTML)
    assert_harmless(driver)
    experiment, _ = parent_of(HTML)
    wanted = quote("tags.kind = 'sweep'")
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs?searchFilter={wanted}")
    text = shown(driver, "6 matching runs")
    assert "<img src=x onerror=" in text
    assert "\x1b" not in text
    assert_harmless(driver)


@pytest.mark.parametrize("sweep", NASTY, ids=range(len(NASTY)))
def test_a_sweeps_page_shows_its_name_as_text(
    server: AuthServer, driver: WebDriver, sweep: str
) -> None:
    experiment, run = parent_of(sweep)
    driver.get("about:blank")
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs/{run}")
    shown(driver, " ".join(sweep.replace("\x1b", "").replace("\x07", "").split())[:12])
    shown(driver, "Run ID")
    assert_harmless(driver)


def test_runs_their_files_and_the_comparison(server: AuthServer, driver: WebDriver) -> None:
    store = Store()
    experiment, parent = parent_of(HTML)
    wanted = f"tags.`mlflow.parentRunId` = '{parent}'"
    runs = [run.info.run_id for run in store.runs(wanted, [experiment])]
    (with_files, *_) = store.runs("tags.kind = 'run'", [experiment])
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs/{runs[0]}")
    shown(driver, "Run ID")
    shown(driver, "note")
    assert_harmless(driver)
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs/{with_files.info.run_id}/artifacts")
    text = shown(driver, FILES[0])
    assert FILES[1] in text
    assert_harmless(driver)
    asked = f"runs={quote(json.dumps(runs))}&experiments={quote(json.dumps([experiment]))}"
    driver.get(f"{server.uri}/#/compare-runs?{asked}")
    shown(driver, "Comparing 4 Runs")
    assert_harmless(driver)


def test_the_report_of_a_hostile_sweep_opens_and_runs_nothing(
    server: AuthServer, driver: WebDriver
) -> None:
    experiment, run = parent_of(HTML)
    driver.get("about:blank")
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs/{run}/artifacts/report/report.html")
    shown(driver, "report.html")
    deadline = time.monotonic() + 60
    while not (frames := driver.find_elements(By.CSS_SELECTOR, "iframe")):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    driver.switch_to.frame(frames[0])
    try:
        shown(driver, "How much the runs vary")
        assert_harmless(driver)
    finally:
        driver.switch_to.default_content()
    assert_harmless(driver)
