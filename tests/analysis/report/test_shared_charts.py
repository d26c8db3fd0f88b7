"""The runs of a sweep open as charts in any browser, grouped by configuration."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedbed.analysis.page.app import application
from seedbed.analysis.page.serving.access import Door
from seedbed.analysis.page.settings import Settings
from seedbed.analysis.report.publish import publish
from seedbed.tracking.schema import TAG_NOTE
from seedbed.tracking.store import Store
from seedbed.tracking.ui_links import charts_link
from tests.support.asgi import call
from tests.support.recorded import Made, record
from tests.support.ui import AuthServer, administered, logged_in, shown


def swept(store: Store, folder: Path) -> tuple[str, str]:
    """Experiment and parent run of a sweep with a report."""
    made = [
        Made({"batch_size": size, "seed": seed}, 0.9 + size / 1000 + seed / 100)
        for size in (16, 32)
        for seed in range(3)
    ]
    run_id = record(store, folder / "runs", "charted", made, varied=["batch_size"])
    publish("charted", store, folder / "report")
    return store.experiment_id("mnist_cnn"), run_id


def test_the_description_links_to_charts_that_the_experiment_holds(
    store: Store, tmp_path: Path
) -> None:
    experiment, run_id = swept(store, tmp_path)
    link = charts_link("", experiment, run_id).lstrip("/")
    note = store.client.get_run(run_id).data.tags[TAG_NOTE]
    assert f"[Charts of the runs by configuration]({link})" in note
    key = link.split("viewStateShareKey=")[1]
    tags = store.client.get_experiment(experiment).tags
    view = json.loads(tags[f"mlflow.sharedViewState.{key}"])
    assert view["groupBy"]["groupByKeys"] == [{"mode": "tag", "groupByData": "configuration"}]
    assert view["compareRunCharts"][0]["metricKey"] == "test_accuracy"


def test_the_page_links_to_charts_once_a_report_has_shared_them(
    store: Store, tmp_path: Path
) -> None:
    experiment, run_id = swept(store, tmp_path)
    address = f"/sweep/{experiment}/{run_id}/"
    page = application(Settings(Door(store), "http://127.0.0.1:5000", None))
    assert ">Its charts</a>" in call(page, address).text
    store.client.set_tag(run_id, TAG_NOTE, "As an older version describes it.")
    page = application(Settings(Door(store), "http://127.0.0.1:5000", None))
    text = call(page, address).text
    assert ">Its report</a>" in text
    assert "Its charts" not in text


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AuthServer]:
    with administered(tmp_path) as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_fresh_browser_opens_on_test_accuracy_by_configuration(
    server: AuthServer, tmp_path: Path
) -> None:
    experiment, run_id = swept(Store(), tmp_path)
    with logged_in(server) as driver:
        driver.get(charts_link(server.uri, experiment, run_id))
        text = shown(driver, "Group by: configuration")
        assert "shared view" in text
        text = shown(driver, "Test accuracy\n(2)")
        assert text.count("Group: batch_") == 2
