"""A real MLflow server with a login, a real browser, and sweeps that never trained."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from selenium import webdriver
from selenium.common.exceptions import (
    JavascriptException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from seedbed.tracking.run_states import State
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
ADMIN = ("admin", "a long password, as it should be")
QUIET_BROWSER = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-dev-shm-usage",
)


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 120) -> None:
    """Wait until a URL answers with anything."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            requests.get(url, timeout=5)
        except requests.RequestException:
            assert time.monotonic() < deadline, log.read_text()
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
        else:
            return


def stop(process: "subprocess.Popen[bytes]", with_signal: int = signal.SIGKILL) -> None:
    """End a process that was started in a session of its own, with its children."""
    if process.poll() is None:
        os.killpg(process.pid, with_signal)
        process.wait(timeout=120)


@dataclass
class AuthServer:
    """An MLflow server that asks for a login; whoever is not granted an experiment reads nothing.

    Attributes:
        folder: Its data.
        port: Where it listens.
        default_permission: What a user may do with an experiment that nobody granted.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    default_permission: str = "NO_PERMISSIONS"
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        config = self.folder / "auth.ini"
        config.write_text(
            f"[mlflow]\ndefault_permission = {self.default_permission}\n"
            f"database_uri = sqlite:///{self.folder / 'auth.db'}\nadmin_username = {ADMIN[0]}\n"
            "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
        )
        environment = {
            **os.environ,
            "MLFLOW_AUTH_CONFIG_PATH": str(config),
            "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN[1],
            "MLFLOW_FLASK_SERVER_SECRET_KEY": "only for tests, and long",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        }
        command = [sys.executable, "-m", "mlflow", "server", "--app-name", "basic-auth"]
        command += ["--port", str(self.port), "--workers", "1"]
        command += ["--backend-store-uri", f"sqlite:///{self.folder / 'server.db'}"]
        command += ["--artifacts-destination", str(self.folder / "artifacts")]
        log = self.folder / "server.log"
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                command,
                env=environment,
                cwd=self.folder,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        wait_for(f"{self.uri}/health", self.process, log)

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            stop(self.process)

    def make_user(self, name: str, password: str) -> None:
        """A user who may do nothing yet."""
        self._post("2.0/mlflow/users/create", {"username": name, "password": password})

    def grant(self, name: str, experiment_id: str, permission: str = "READ") -> None:
        """Let a user read an experiment."""
        self._post(
            "3.0/mlflow/users/permissions/grant",
            {
                "username": name,
                "resource_type": "experiment",
                "resource_id": experiment_id,
                "permission": permission,
            },
        )

    def _post(self, path: str, content: Mapping[str, str]) -> None:
        answer = requests.post(f"{self.uri}/api/{path}", json=content, auth=ADMIN, timeout=30)
        assert answer.status_code == 200, answer.text


@contextmanager
def browser(width: int = 1200, height: int = 900, dark: bool = False) -> Iterator[webdriver.Chrome]:
    """A headless Chromium."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        dark_mode = ("--force-dark-mode",) if dark else ()
        flags = (*QUIET_BROWSER, *dark_mode, f"--user-data-dir={profile}")
        for flag in (*flags, f"--window-size={width},{height}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        try:
            yield driver
        finally:
            driver.quit()


def with_login(url: str, login: tuple[str, str] = ADMIN) -> str:
    """The address with user and password in it."""
    user, password = (quote(part, safe="") for part in login)
    return url.replace("://", f"://{user}:{password}@", 1)


@contextmanager
def administered(folder: Path) -> Iterator[AuthServer]:
    """A server, and the environment of whoever administers it, with a store beside its data."""
    server = AuthServer(folder)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", server.uri)
        patch.setenv("MLFLOW_TRACKING_USERNAME", ADMIN[0])
        patch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN[1])
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def logged_in(server: AuthServer) -> Iterator[WebDriver]:
    """A wide browser with MLflow's UI open."""
    with browser(1500, 1100) as opened:
        opened.get(with_login(server.uri) + "/")
        yield opened


def texts(driver: WebDriver, selector: str) -> list[str]:
    """What the elements say, read at one moment: a handle goes stale when the page is replaced."""
    script = "return [...document.querySelectorAll(arguments[0])].map(one => one.innerText.trim())"
    try:
        found: list[str] = driver.execute_script(script, selector)
    except JavascriptException:  # the page was left while the script ran
        return []
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in found]


def click(driver: WebDriver, selector: str, seconds: float = 60) -> None:
    """Click an element, found anew when the page replaces it just then."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return driver.find_element(By.CSS_SELECTOR, selector).click()
        except (NoSuchElementException, StaleElementReferenceException):
            assert time.monotonic() < deadline, selector
            time.sleep(0.1)


def shown(driver: WebDriver, words: str, seconds: float = 60, *, within: str = "body") -> str:
    """The text within an element once the words are in it.

    SEEDBED_SCREENSHOTS names a folder for pictures.
    """
    deadline = time.monotonic() + seconds
    while words not in (text := "\n".join(texts(driver, within))):
        assert time.monotonic() < deadline, f"{words!r} is not in {text!r}"
        time.sleep(0.3)
    folder = os.environ.get("SEEDBED_SCREENSHOTS")
    if folder:
        time.sleep(2)
        test = os.environ["PYTEST_CURRENT_TEST"].split("::")[1].split(" ")[0]
        name = re.sub(r"[^\w.=-]", "_", f"{test}-{words[:12]}")
        driver.save_screenshot(str(Path(folder) / f"{name}.png"))
    return text


def sweep(
    store: Store,
    name: str,
    *,
    experiment: str = "mnist_cnn",
    state: State = "finished",
    planned: int = 10,
    mean: float | None = None,
    half: float = 0.004,
    verdict: str = "undecided",
    headline: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> str:
    """The parent run of a sweep, as it stands after its report; returns its id."""
    parent = ParentRun.start(store, experiment, name, uuid.uuid4().hex)
    parent.describe_design({"question": "Why?", "planned": planned}, f"name: {name}\n")
    if mean is not None:
        low, high = mean - half, mean + half
        figures = {"accuracy_mean_low": low, "accuracy_mean": mean, "accuracy_mean_high": high}
        parent.metrics(figures)
    if headline is not None:
        parent.description(f"**{headline}**\n")
        parent.verdict(verdict, headline)
    for key, value in (tags or {}).items():
        store.client.set_tag(parent.run_id, key, value)
    if state != "running":
        parent.end(state)
    return parent.run_id


def child(store: Store, parent: str, number: int, state: State = "finished") -> str:
    """A run of a sweep; returns its id."""
    run = store.client.create_run(
        store.client.get_run(parent).info.experiment_id,
        run_name=f"seed={number}",
        tags={"mlflow.parentRunId": parent, "kind": "run", "state": state},
    )
    if state != "running":
        store.client.set_terminated(run.info.run_id)
    return str(run.info.run_id)
