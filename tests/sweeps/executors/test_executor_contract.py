"""What a sweep expects of any executor, on all three; then what is special to a cluster."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from pathlib import Path
from types import SimpleNamespace

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.settings.tensorflow_setup import AT_ONCE
from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.executors.dask_pool import ClusterPool
from seedbed.sweeps.executors.in_process import InProcess
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.system.errors import InputError
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import SHORT, new_folder, operations_at_once
from tests.support.dask import dask

ROOT = Path(__file__).parents[3]


def add(a: int, *, b: int) -> int:
    return a + b


def fail(message: str) -> None:
    raise LookupError(message)


def refuse() -> None:
    raise InputError("x must be 1, got 2: give 1.")


def nap(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def note_and_nap(path: str, seconds: float) -> None:
    Path(path).write_text(f"{os.getpid()} {os.getppid()}")
    time.sleep(seconds)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


ONEDNN = os.environ.get("SEEDBED_TESTS_ONEDNN", "1") == "1"
"""What the fixture ``pool`` was prepared for."""


@pytest.fixture(scope="module")
def module_store(tmp_path_factory: pytest.TempPathFactory, datasets_cache: Path) -> Iterator[Path]:
    """A store for all tests of this file: one cluster serves them all."""
    folder = tmp_path_factory.mktemp("executors")
    (folder / "cache").mkdir()
    (folder / "cache" / "datasets").symlink_to(datasets_cache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def design(module_store: Path) -> Design:
    path = module_store / "contract.yaml"
    path.write_text(
        "question: q?\nexperiment: mnist_cnn\nseeds: 2\n"
        f"options: {{dataset: digits, epochs: 2, onednn: {str(ONEDNN).lower()}}}\n"
    )
    return load(path)


@pytest.fixture(scope="module")
def address(module_store: Path) -> Iterator[str]:
    del module_store
    with dask("--resources GPU=1", "") as address:
        yield address


@pytest.fixture(scope="module")
def cluster(address: str, design: Design) -> Iterator[ClusterPool]:
    with ClusterPool(address, design, {}) as opened:
        yield opened


@pytest.fixture(params=["local", "in process", pytest.param("cluster", marks=pytest.mark.long)])
def executor(request: pytest.FixtureRequest) -> Executor:
    if request.param == "in process":
        return InProcess()
    name = {"local": "pool", "cluster": "cluster"}[request.param]
    found: Executor = request.getfixturevalue(name)
    return found


def test_arguments_arrive_and_results_return(executor: Executor) -> None:
    assert executor.submit(add, 2, b=3).result(timeout=200) == 5
    assert list(executor.map(nap, [0.1, 0.0], timeout=60)) == ["rested", "rested"]


def test_exceptions_return_as_they_were_raised(executor: Executor) -> None:
    with pytest.raises(LookupError, match="nothing here"):
        executor.submit(fail, "nothing here").result(timeout=200)
    with pytest.raises(InputError, match="x must be 1, got 2: give 1"):
        executor.submit(refuse).result(timeout=60)


def test_a_cell_ends_in_the_drivers_folder(executor: Executor, tmp_path: Path) -> None:
    folder = RunFolder(Path(new_folder(tmp_path, **SHORT, onednn=ONEDNN)))
    given = dict(folder.header.params)
    if isinstance(executor, InProcess):  # this process must not train: others are forked from it
        outcome = executor.submit(run_cell, "nothing", given, str(folder.path)).result()
        assert outcome.state == "failed"
        assert "There is no experiment 'nothing'" in (outcome.reason or "")
        return
    outcome = executor.submit(run_cell, "mnist_cnn", given, str(folder.path)).result(timeout=120)
    assert outcome.state == "finished"
    events = list(folder.events())
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [1, 2]
    end = folder.ended()
    assert end is not None
    assert end.fingerprint == outcome.fingerprint
    assert (folder.artifacts / "predictions.npz").stat().st_size > 1000
    assert (folder.artifacts / "checkpoints" / "best.keras").exists()


@pytest.mark.usefixtures("pool")
def test_closed_executors_take_nothing(address: str, design: Design) -> None:
    for executor in (InProcess(), LocalPool(1, preload=()), ClusterPool(address, design, {})):
        executor.shutdown()
        with pytest.raises(RuntimeError, match="closed"):
            executor.submit(add, 1, b=1)


@pytest.mark.long
def test_a_worker_of_a_cluster_leaves_the_other_cores_to_others(
    monkeypatch: pytest.MonkeyPatch, cluster: ClusterPool
) -> None:
    """Workers with one thread each, as here, however many cores their host has."""
    monkeypatch.setenv(AT_ONCE, "4")
    assert cluster.submit(operations_at_once).result(timeout=60) == "1"


@pytest.mark.parametrize("kind", ["pool", pytest.param("cluster", marks=pytest.mark.long)])
def test_cancelling_stops_what_runs(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    executor: Executor = request.getfixturevalue(kind)
    note = tmp_path / "pid"
    future = executor.submit(note_and_nap, str(note), 300)
    pid = _pid_in(note)
    future.cancel()
    with pytest.raises((ProcessDiedError, CancelledError)):
        future.result(timeout=120)
    _wait_until_gone(pid)


@pytest.mark.parametrize("kind", ["pool", pytest.param("cluster", marks=pytest.mark.long)])
def test_a_killed_process_costs_its_own_task_only(
    kind: str, request: pytest.FixtureRequest
) -> None:
    executor: Executor = request.getfixturevalue(kind)
    with pytest.raises(ProcessDiedError, match="SIGKILL"):
        executor.submit(die).result(timeout=200)
    assert executor.submit(add, 1, b=1).result(timeout=60) == 2


def hog(path: str) -> None:
    block = bytearray(1_200_000_000)
    Path(path).write_text(f"{len(block)}")
    time.sleep(250)


@pytest.mark.usefixtures("pool")
def test_a_process_that_takes_too_much_memory_is_killed_and_says_so(tmp_path: Path) -> None:
    with LocalPool(1, preload=(), memory_limit=900_000_000) as single:
        with pytest.raises(ProcessDiedError, match=r"above the limit of 0\.90 GB per run"):
            single.submit(hog, str(tmp_path / "size")).result(timeout=200)
        assert single.submit(add, 1, b=1).result(timeout=60) == 2


@pytest.mark.long
def test_local_and_cluster_train_the_same_weights(
    pool: LocalPool, cluster: ClusterPool, tmp_path: Path
) -> None:
    prints = []
    for executor in (pool, cluster):
        folder = RunFolder(Path(new_folder(tmp_path, **SHORT, onednn=ONEDNN)))
        given = dict(folder.header.params)
        future = executor.submit(run_cell, "mnist_cnn", given, str(folder.path))
        prints.append(future.result(timeout=120).fingerprint)
    assert prints[0] == prints[1]


def test_resources_choose_the_workers(address: str, design: Design) -> None:
    with (
        ClusterPool(address, design, {}) as everything,
        ClusterPool(address, design, {"GPU": 1}) as fitting,
    ):
        assert (everything.workers, fitting.workers) == (2, 1)
    with pytest.raises(InputError, match=r"must offer FPGA=2, but none does"):
        ClusterPool(address, design, {"FPGA": 2})


def test_no_scheduler_is_one_sentence(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedbed.sweeps.executors.dask_pool.CONNECT_S", "1s")
    with pytest.raises(InputError, match="must be the address of a Dask scheduler that answers"):
        ClusterPool("tcp://127.0.0.1:9", design, {})


@pytest.mark.long
def test_the_scheduler_is_not_asked_before_each_cell_how_many_workers_there_are(
    cluster: ClusterPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, asked = cluster._client, []
    whole = client.scheduler_info

    def noted(**given: int) -> object:
        asked.append(given)
        return whole(**given)

    monkeypatch.setattr(client, "scheduler_info", noted)
    assert {cluster.workers for _ in range(20)} == {2}
    assert len(asked) <= 1
    time.sleep(1.1)
    assert cluster.workers == 2
    assert asked


@pytest.mark.long
def test_a_run_whose_worker_was_lost_takes_up_no_place_of_those_that_the_user_allows(
    cluster: ClusterPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [cluster.slots(at_most) for at_most in (None, 1, 9)] == [2, 1, 2]
    monkeypatch.setattr(cluster, "_lost", SimpleNamespace(unfound=3))
    assert [cluster.slots(at_most) for at_most in (None, 1, 9)] == [5, 4, 5]


@pytest.mark.long
def test_a_scheduler_that_is_gone_is_one_sentence(
    cluster: ClusterPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster._client, "scheduler_info", lambda **_: {})  # Dask has given up
    time.sleep(1.1)  # the number of workers is known for a second
    with pytest.raises(InputError, match="must stay reachable, but it is gone"):
        _ = cluster.workers


@pytest.mark.long
def test_a_cell_that_is_sent_to_a_scheduler_that_is_gone_is_one_sentence(
    address: str, design: Design
) -> None:
    with ClusterPool(address, design, {}) as pool:
        pool._client.close()  # as Dask closes it, seconds after the scheduler
        with pytest.raises(InputError, match="must stay reachable, but it is gone"):
            pool.submit(add, 1, b=2)


@pytest.mark.long
def test_a_killed_worker_loses_nothing(design: Design, tmp_path: Path) -> None:
    """The worker dies in the middle of a run; another one trains the cell, and it is whole."""
    with dask("", "") as address, ClusterPool(address, design, {}) as cluster:
        note = tmp_path / "pids"
        future = cluster.submit(note_once_and_rest, str(note))
        run_pid = _pid_in(note)
        worker_pid = int(note.read_text().split()[2])
        os.kill(worker_pid, signal.SIGKILL)
        assert future.result(timeout=120) == "rested elsewhere"
        _wait_until_gone(run_pid)


def note_once_and_rest(path: str) -> str:
    if Path(path).exists():
        return "rested elsewhere"
    Path(path).write_text(f"{os.getpid()} {os.getppid()} {_worker_of(os.getppid())}")
    time.sleep(300)
    return "rested here"


def _worker_of(server: int) -> int:
    """The Dask worker that started the fork server."""
    import psutil

    parent = psutil.Process(server).parent()
    assert parent is not None
    return int(parent.pid)


@pytest.mark.long
def test_a_mixed_cluster_is_refused(design: Design, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    for room in ("experiments", "seedbed", "MLproject"):
        subprocess.run(["cp", "-r", str(ROOT / room), str(clone / room)], check=True)
    with (clone / "experiments" / "mnist_cnn.py").open("a") as stream:
        stream.write("# another version\n")
    with (
        dask("", clone=clone) as address,
        pytest.raises(
            InputError,
            match=r"must have the driver's code, packages and data, but .* differs \(code",
        ),
    ):
        ClusterPool(address, design, {})


@pytest.mark.parametrize("what", ["python", "tensorflow", "code", "data digits"])
def test_a_worker_that_joins_late_with_other_versions_is_refused(
    address: str, design: Design, what: str
) -> None:
    with ClusterPool(address, design, {}) as cluster:
        assert cluster._expected[what]
        cluster._expected = {**cluster._expected, what: "2.7"}
        with pytest.raises(InputError, match=rf"differs \({what} [0-9a-f.]+ there, 2\.7 here\)"):
            cluster.submit(add, 1, b=1).result(timeout=60)


def _pid_in(note: Path) -> int:
    deadline = time.monotonic() + 120
    while not note.exists() or not note.read_text():
        assert time.monotonic() < deadline, "the task did not start"
        time.sleep(0.05)
    return int(note.read_text().split()[0])


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.1)
