"""How runs share GPUs, worked out for a list of devices; no GPU was there."""

import os
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from seedbed.sweeps.executors.gpu_shares import RunsPerGpu, Share, shares
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from seedbed.system.processes.gpus import Gpu

TWO = (Gpu("GPU-a", 24000), Gpu("GPU-b", 24000))


def test_by_itself_a_gpu_takes_what_fits_and_what_there_are_cores_for() -> None:
    alone = shares(TWO[:1], "auto", None, 16)
    assert alone == (Share("GPU-a", 24000 // 5 - 512, 5),) * 5
    assert [share.gpu for share in shares(TWO, "auto", None, 3)] == ["GPU-a", "GPU-b", "GPU-a"]


def test_a_run_that_has_a_gpu_alone_is_not_limited() -> None:
    assert shares(TWO, 1, None, 8) == (Share("GPU-a", None, 1), Share("GPU-b", None, 1))
    assert shares(TWO, "auto", 1, 8) == (Share("GPU-a", None, 1),)


def test_a_gpu_of_unknown_memory_takes_one_run_or_as_many_as_are_asked_for() -> None:
    unknown = (Gpu("0", None),)
    assert len(shares(unknown, "auto", None, 8)) == 1
    assert shares(unknown, 3, None, 8) == (Share("0", None, 3),) * 3


def test_workers_decide_how_many_share_a_gpu() -> None:
    got = shares(TWO, "auto", 5, 2)
    assert [(share.gpu, share.runs) for share in got] == [
        ("GPU-a", 3),
        ("GPU-b", 2),
        ("GPU-a", 3),
        ("GPU-b", 2),
        ("GPU-a", 3),
    ]


@given(
    free=st.lists(st.none() | st.integers(1, 200_000), min_size=1, max_size=8),
    asked=st.just("auto") | st.integers(1, 9),
    cores=st.integers(1, 128),
)
def test_the_shares_of_a_gpu_never_exceed_its_memory(
    free: list[int | None], asked: RunsPerGpu, cores: int
) -> None:
    gpus = tuple(Gpu(str(number), memory) for number, memory in enumerate(free))
    found = shares(gpus, asked, None, cores)
    assert 1 <= len(found) <= cores
    for gpu in gpus:
        own = [share for share in found if share.gpu == gpu.name]
        assert all(share.runs == len(own) for share in own)
        if gpu.free_mib is not None and gpu.free_mib > 513 * len(own):
            assert sum((share.limit_mib or 0) + 512 for share in own) <= max(gpu.free_mib, 512)


def test_without_a_gpu_nothing_is_shared_and_a_number_is_refused() -> None:
    assert shares((), "auto", None, 4) == ()
    with pytest.raises(InputError, match="--runs-per-gpu 2 needs a GPU"):
        shares((), 2, None, 4)


def test_more_workers_than_places_are_refused() -> None:
    with pytest.raises(InputError, match="1 × 2, got 3"):
        shares(TWO, 1, 3, 4)


def own_gpu(started: str, go_on: str) -> tuple[str | None, ...]:
    Path(started).touch()
    while not Path(go_on).exists():
        time.sleep(0.01)
    names = ("CUDA_VISIBLE_DEVICES", "TF_FORCE_GPU_ALLOW_GROWTH", "SEEDBED_GPU_MEMORY_MIB")
    return tuple(os.environ.get(name) for name in names)


@pytest.mark.usefixtures("pool")
def test_tasks_that_run_at_once_hold_different_gpus(tmp_path: Path) -> None:
    pool = LocalPool(2, preload=(), shares=(Share("GPU-a", None, 1), Share("GPU-b", 900, 2)))
    go_on = tmp_path / "go on"
    started = [tmp_path / str(number) for number in range(4)]
    futures: list[Future[tuple[str | None, ...]]] = [
        pool.submit(own_gpu, str(path), str(go_on)) for path in started
    ]
    while sum(path.exists() for path in started) < 2:
        time.sleep(0.01)
    go_on.touch()
    got = [future.result(timeout=60) for future in futures]
    pool.shutdown()
    assert {got[0], got[1]} == {("GPU-a", "true", None), ("GPU-b", "true", "900")}
    assert {one[0] for one in got[2:]} <= {"GPU-a", "GPU-b"}
