"""Choose the executor: local processes or a cluster."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from seedbed.runs.settings.tensorflow_setup import usable_cores
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.settings import SweepSettings
from seedbed.sweeps.executors.gpu_shares import shares
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.processes.gpus import usable_gpus


@contextmanager
def choose_executor(
    design: Design, workers: int | None, settings: SweepSettings
) -> Iterator[tuple[Executor, Callable[[], int], tuple[str, ...]]]:
    """The executor, how many cells it runs at once now, and what to warn of before they start."""
    if settings.cluster is None:
        cores = usable_cores()
        places = shares(usable_gpus(), settings.runs_per_gpu, workers, cores)
        at_once = len(places) or workers or cores
        pool = LocalPool(at_once, memory_limit=settings.memory_limit, shares=places)
        try:
            yield pool, lambda: pool.workers, ()
        finally:
            pool.shutdown(cancel_futures=True)
        return
    from seedbed.sweeps.executors.dask_pool import ClusterPool

    cluster = ClusterPool(settings.cluster, design, settings.resources or {}, settings.memory_limit)
    try:
        yield cluster, lambda: cluster.slots(workers), cluster.warnings
    finally:
        cluster.shutdown(cancel_futures=True)
