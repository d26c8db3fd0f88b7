"""Fixtures for every room: a store of its own for each test, on SQLite, in a temporary folder."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

import hypothesis
import pytest

from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking.store import Store

ONEDNN = os.environ.get("SEEDBED_TESTS_ONEDNN", "1")
SHELLS_OWN = (
    *("COLUMNS", "LINES", "TERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"),
    *("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
)


def pytest_configure() -> None:
    """Take from the tests what a shell may have set: its terminal, a proxy, and Ctrl-C ignored.

    A shell without job control starts ``make test &`` with SIGINT ignored, and children inherit it.
    """
    for name in SHELLS_OWN:
        os.environ.pop(name, None)
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


hypothesis.settings.register_profile(
    "beside other work",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("beside other work")
"""A property may not fail because the machine is busy."""


@pytest.fixture(autouse=True)
def _no_tensorflow_in_the_tests_process() -> Iterator[None]:
    """Fail a test that loads TensorFlow here, because oneDNN would be chosen for all later tests.

    Such a test calls a function in a process of the ``pool``, or starts a Python.
    """
    before = "tensorflow" in sys.modules
    yield
    assert before or "tensorflow" not in sys.modules, "load TensorFlow in another process"


def fork_server() -> int | None:
    """The process that forks the runs of all pools of this process, once one was opened."""
    pid: int | None = getattr(forkserver._forkserver, "_forkserver_pid")  # noqa: B009
    return pid


@pytest.fixture(autouse=True)
def _the_fork_server_has_the_settings_of_the_pool() -> Iterator[None]:
    """Fail a test that starts it with other ones, because it serves all later tests.

    Such a test takes the fixture ``pool``, or opens its pool in another process.
    """
    before = fork_server()
    yield
    after = fork_server()
    if after in (None, before) or not Path("/proc/self/environ").exists():
        return
    variables = Path(f"/proc/{after}/environ").read_bytes().split(b"\0")
    assert f"TF_ENABLE_ONEDNN_OPTS={ONEDNN}".encode() in variables, "take the fixture pool"


@pytest.fixture(scope="session", autouse=True)
def _another_store_than_the_users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test without ``store_path`` opens, and processes of the ``pool`` keep, lies here."""
    folder = tmp_path_factory.mktemp("default")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        yield


@pytest.fixture(autouse=True)
def _no_address_of_another_test() -> Iterator[None]:
    """Forget the address that a test gives MLflow, which keeps it for the process and its children.

    What ``mlflow.set_tracking_uri`` has set comes before ``MLFLOW_TRACKING_URI``, even if it is
    empty.
    """
    before = os.environ.get("MLFLOW_TRACKING_URI")
    yield
    mlflow = sys.modules.get("mlflow")
    service = sys.modules.get("mlflow.tracking._tracking_service.utils")
    if mlflow is None or service is None or service._tracking_uri is None:
        return
    mlflow.set_tracking_uri(None)
    if before is not None:
        os.environ["MLFLOW_TRACKING_URI"] = before


@pytest.fixture(scope="session")
def datasets_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The decoded data sets, made once."""
    from seedbed.runs.data import datasets

    folder = tmp_path_factory.mktemp("datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder))
        for name in ("digits", "mnist5k"):
            datasets.cached(name)
    return folder / "cache" / "datasets"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database without runs; making its tables takes seconds, copying it none."""
    path = tmp_path_factory.mktemp("database") / "mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", "")
        Store(f"sqlite:///{path}").check()
    return path


@pytest.fixture
def store_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, datasets_cache: Path, empty_database: Path
) -> Path:
    """An empty store, with the data sets in its cache; the environment points to it."""
    folder = tmp_path / "store"
    shutil.copytree(datasets_cache, folder / "cache" / "datasets")
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    monkeypatch.setenv("SEEDBED_STORE", str(folder))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.delenv("MLFLOW_RUN_ID", raising=False)
    return folder


@pytest.fixture
def store(store_path: Path) -> Store:  # noqa: ARG001 (sets the environment)
    """A real MLflow store on SQLite."""
    return Store()


@pytest.fixture(scope="session")
def pool() -> Iterator[LocalPool]:
    """A pool whose fork server has TensorFlow loaded: each task is a fresh process in 0.1 s.

    ``SEEDBED_TESTS_ONEDNN=0`` takes TensorFlow's own operations in place of oneDNN's.
    """
    tensorflow_setup.prepare(RunOptions(onednn=ONEDNN == "1"))
    with LocalPool(2, stop_grace_s=60.0) as opened:  # a busy machine ends what is stopped late
        yield opened
