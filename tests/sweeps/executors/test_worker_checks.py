"""What a worker is asked before it trains; a cluster of mixed processors is told of."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import SimpleNamespace

import pytest

from seedbed.sweeps.executors import dask_worker
from seedbed.sweeps.executors.dask_worker import processor_warning, versions

AMD = {"processor": "AMD EPYC", "processor_vendor": "AuthenticAMD", "instruction_set": "AVX2"}
INTEL = {"processor": "Xeon", "processor_vendor": "GenuineIntel", "instruction_set": "AVX512_CORE"}


def test_workers_of_one_kind_need_no_warning() -> None:
    assert processor_warning({}) is None
    assert processor_warning({"tcp://a": AMD, "tcp://b": {**AMD, "processor": "Ryzen"}}) is None


def test_each_kind_is_named_with_its_workers() -> None:
    workers = {"tcp://b": INTEL, **{f"tcp://a{k}": AMD for k in range(5)}}
    warning = processor_warning(workers)
    assert warning is not None
    assert warning.startswith("the cluster has processors of 2 kinds (AMD EPYC, AuthenticAMD, AVX2")
    assert "on tcp://a0, tcp://a1, tcp://a2 and 2 more; Xeon" in warning
    assert "AVX512_CORE on tcp://b" in warning


def test_a_workers_first_tasks_have_its_data_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[object] = []
    tasks = 4
    together = threading.Barrier(tasks)

    def load(*given: object) -> SimpleNamespace:
        loads.append(given)
        time.sleep(0.3)  # the others come meanwhile
        return SimpleNamespace(sha256="ab12")

    def ask(_: int) -> dict[str, str]:
        together.wait(timeout=60)
        return versions("known", [{"dataset": "slow"}])

    found_there = SimpleNamespace(options=None, load=load)
    monkeypatch.setattr(dask_worker, "find", lambda _name: found_there)
    monkeypatch.setattr(dask_worker, "parse", lambda *_: None)
    monkeypatch.setattr(dask_worker, "derive", lambda *_: None)
    monkeypatch.setattr(dask_worker, "_versions", cache(dask_worker._versions.__wrapped__))
    with ThreadPoolExecutor(tasks) as pool:
        found = list(pool.map(ask, range(tasks)))
    assert {one["data slow"] for one in found} == {"ab12"}
    assert len(loads) == 1


def test_tensorflow_is_loaded_while_a_worker_reads_the_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(dask_worker, "_pool", lambda *_: calls.append("server"))
    monkeypatch.setattr(dask_worker, "_check", lambda *_: calls.append("check"))
    dask_worker._checked_pool({}, ("known", []), None)
    assert calls == ["server", "check"]
