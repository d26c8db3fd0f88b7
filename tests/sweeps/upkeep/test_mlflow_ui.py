"""What a person finds in MLflow's UI: real sweeps of every kind, a real login, a real browser."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
import requests
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from tests.support.ports import free_port
from tests.support.registry import registered_runs
from tests.support.ui import (
    ROOT,
    AuthServer,
    administered,
    click,
    logged_in,
    shown,
    stop,
    texts,
    wait_for,
)

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]

MOST_METRICS = 25
SWEEPS = {
    "small": """\
question: Is batch size 32 better than 256?
experiment: mnist_cnn
configurations: {batch_size: [32, 256]}
options: {dataset: digits, epochs: 2}
seeds: 2
""",
    "deep": """\
question: How much does the deep network vary?
experiment: mnist_deep_cnn
options: {dataset: digits, epochs: 1, train_size: 128}
seeds: 2
""",
    "transport": """\
question: Do repeats agree with the published accuracy?
experiment: transport_cnn
options: {epochs: 1, train_size: 100}
seeds: 2
published: {value: 0.745, runs: 1, test_set: other}
""",
    "faces": """\
question: How far does verification error vary?
experiment: verification_cnn
options: {epochs: 1}
seeds: 2
""",
    "search": """\
question: Which learning rate is best?
experiment: mnist_cnn
options: {dataset: digits, epochs: 2, train_size: 128}
seeds: 2
search:
  over: {learning_rate: {low: 0.0005, high: 0.02, log: true}}
  count: 3
  together: 3
  prune: {epochs: median}
  retest: {best: 2, seeds: 2}
""",
    "early": """\
question: Is 32 better than 512, as soon as it shows?
experiment: mnist_cnn
configurations: {batch_size: [32, 512]}
options: {dataset: digits, epochs: 2, train_size: 128}
seeds: 6
stop: {comparison: {looks: [3, 6]}}
""",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthServer]:
    folder = tmp_path_factory.mktemp("ui")
    with administered(folder) as server:
        for name, text in SWEEPS.items():
            file = folder / f"{name}.yaml"
            file.write_text(text)
            called("seedbed", "sweep", str(file))
        yield server


def called(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def driver(server: AuthServer) -> Iterator[WebDriver]:
    with logged_in(server) as opened:
        yield opened


def place(sweep: str, number: int | None = None) -> tuple[str, str]:
    """Experiment and run of a sweep, or of one of its runs."""
    store = Store()
    record = read_sweep(sweep, store)
    run_id = record.run_id if number is None else record.finished[number].run_id
    return store.experiment_id(record.experiment), run_id


def run_url(server: AuthServer, sweep: str, number: int | None = None) -> str:
    experiment, run = place(sweep, number)
    return f"{server.uri}/#/experiments/{experiment}/runs/{run}"


def test_no_run_has_more_metrics_than_a_table_can_show(server: AuthServer) -> None:
    del server
    kinds = set()
    for run in Store().runs("attributes.status != 'X'"):
        assert len(run.data.metrics) <= MOST_METRICS, (run.info.run_name, sorted(run.data.metrics))
        kinds.add((run.data.tags["kind"], run.data.tags["experiment"]))
    assert len(kinds) == 8, "every experiment has sweeps and runs"


def test_experiments_are_the_networks(server: AuthServer, driver: WebDriver) -> None:
    driver.get(f"{server.uri}/#/experiments")
    text = shown(driver, "verification_cnn")
    for name in ("mnist_cnn", "mnist_deep_cnn", "transport_cnn", "verification_cnn"):
        assert name in text
    assert "Sweeps are the runs with a +" in text


def test_sweeps_are_named_and_dated_and_runs_by_configuration_and_seed(
    server: AuthServer, driver: WebDriver
) -> None:
    experiment, _ = place("small")
    wanted = quote("tags.kind = 'sweep'")
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs?searchFilter={wanted}")
    text = shown(driver, f"small {date.today()}"[:14])
    assert "matching runs" in text
    for name in ("small", "search", "early"):
        assert name in text
    wanted = quote("tags.sweep = 'small' AND tags.kind = 'run'")
    driver.get("about:blank")
    driver.get(f"{server.uri}/#/experiments/{experiment}/runs?searchFilter={wanted}")
    shown(driver, "5 matching runs")  # the four and the sweep that they are folded under
    click(driver, ".ag-row button[data-component-id*='runname']")
    text = shown(driver, "256 · seed 1 · batch_size")
    assert "32 · seed 0 · batch_size" in text


def test_the_verdict_is_the_description_of_the_sweep(server: AuthServer, driver: WebDriver) -> None:
    driver.get(run_url(server, "small"))
    text = shown(driver, "runs_finished")
    record = read_sweep("small", Store())
    assert record.description is not None
    headline = record.description.split("**")[1].replace("\\", "")
    assert headline in text
    assert "accuracy_mean_low" in text
    assert f"small {date.today()}" in text
    assert headline in texts(driver, "strong"), "the description is rendered as Markdown"


def test_the_report_opens_in_the_ui(server: AuthServer, driver: WebDriver) -> None:
    driver.get(f"{run_url(server, 'small')}/artifacts/report/report.html")
    shown(driver, "report.html")
    frame = waited(driver, "iframe")
    driver.switch_to.frame(frame)
    try:
        shown(driver, "Is batch size 32 better than 256?")
        text = shown(driver, "How much the runs vary")
        assert "Verdict" in text.title()
        drawn = driver.find_elements(By.CSS_SELECTOR, "figure svg")
        assert any(one.size["width"] > 200 for one in drawn)
    finally:
        driver.switch_to.default_content()


def waited(driver: WebDriver, selector: str) -> Any:
    deadline = time.monotonic() + 60
    while not (found := driver.find_elements(By.CSS_SELECTOR, selector)):
        assert time.monotonic() < deadline, selector
        time.sleep(0.3)
    return found[0]


def test_a_run_and_its_pictures(server: AuthServer, driver: WebDriver) -> None:
    driver.get(run_url(server, "small", 0))
    text = shown(driver, "test_accuracy_last")
    assert "batch_size=" in text
    assert "fingerprint" in text
    for name in ("confusion_matrix.png", "curves.png"):
        driver.get("about:blank")
        driver.get(f"{run_url(server, 'small', 0)}/artifacts/{name}")
        deadline = time.monotonic() + 60
        while not any(
            driver.execute_script("return arguments[0].naturalWidth > 300", one)
            for one in driver.find_elements(By.CSS_SELECTOR, "img")
        ):
            assert time.monotonic() < deadline, name
            time.sleep(0.3)
        shown(driver, name)


def test_runs_side_by_side(server: AuthServer, driver: WebDriver) -> None:
    store = Store()
    record = read_sweep("small", store)
    runs = quote(json.dumps([run.run_id for run in record.finished]))
    experiments = quote(json.dumps([store.experiment_id(record.experiment)]))
    driver.get(f"{server.uri}/#/compare-runs?runs={runs}&experiments={experiments}")
    text = shown(driver, "256 · seed 1 · batch_size")
    assert "Comparing 4 Runs" in text


def test_the_best_network_is_registered_served_and_loaded(
    server: AuthServer, driver: WebDriver, tmp_path: Path
) -> None:
    out = called("seedbed", "register", "small", "--alias", "champion")
    assert out.startswith("mnist_cnn version 1, alias champion: 32 · seed ")
    assert "so it is optimistic" in out
    again = called("seedbed", "register", "small", "--alias", "champion", "--name", "mnist_cnn")
    assert "version 1, alias champion" in again
    assert "was registered before" in again
    store = Store()
    (run_id,) = registered_runs(store)
    (run,) = [one for one in read_sweep("small", store).runs if one.run_id == run_id]
    version = store.client.get_model_version_by_alias("mnist_cnn", "champion")
    assert version.run_id == run_id
    description = version.description or ""
    assert "is optimistic" in description
    assert "95 % interval" in description
    assert run.load_predictions is not None
    said = run.load_predictions()

    inputs, by_keras, by_tensorflow, signature = loaded(tmp_path, run.options)
    assert signature == [["float32", [-1, 8, 8, 1]], ["float32", [-1, 10]]]
    expected = said.probabilities.astype(np.float32)
    np.testing.assert_allclose(by_keras, expected, atol=1e-3)  # recorded as float16
    np.testing.assert_array_equal(by_tensorflow, by_keras)
    np.testing.assert_allclose(served(inputs[:5], tmp_path), expected[:5], atol=1e-3)

    driver.get(f"{server.uri}/#/models/mnist_cnn/versions/1")
    text = shown(driver, "on the test set")
    assert "champion" in text


LOAD = """
import json, sys
import numpy as np
from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive
import mlflow
experiment = find("mnist_cnn")
options = parse(experiment.options, json.loads(sys.argv[1]))
inputs = experiment.load(options, derive(options)).test.inputs
uri = "models:/mnist_cnn@champion"
signature = mlflow.models.get_model_info(uri).signature
specs = [[str(one.type), list(one.shape)] for part in (signature.inputs, signature.outputs) for one in part.inputs]
np.savez(
    sys.argv[2],
    inputs=inputs,
    keras=mlflow.keras.load_model(uri).predict(inputs, verbose=0),
    tensorflow=mlflow.tensorflow.load_model(uri).predict(inputs, verbose=0),
    signature=json.dumps(specs),
)
"""  # noqa: E501


def loaded(folder: Path, options: Any) -> tuple[Any, Any, Any, Any]:
    """Test inputs, what the registered network says of them by each loader, and its signature."""
    file = folder / "said.npz"
    called_code = ["-c", LOAD, json.dumps(dict(options)), str(file)]
    done = subprocess.run(
        [sys.executable, *called_code], cwd=ROOT, env=os.environ, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    with np.load(file) as found:
        return (
            found["inputs"],
            found["keras"],
            found["tensorflow"],
            json.loads(str(found["signature"])),
        )


def served(inputs: Any, folder: Path) -> Any:
    """What ``mlflow models serve`` answers."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "models",
        "serve",
        "-m",
        "models:/mnist_cnn@champion",
    ]
    command += ["--env-manager", "local", "--port", str(port), "--workers", "1"]
    log = folder / "serve.log"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, env=environment, stdout=stream, stderr=stream, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/ping", process, log)
        answer = requests.post(
            f"http://127.0.0.1:{port}/invocations",
            json={"inputs": inputs.tolist()},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return np.array(answer.json()["predictions"])
    finally:
        stop(process)
