"""Every place where Seedbed relies on what Dask and multiprocessing do not promise.

A task on a Dask worker cannot ask by a public call whether its result is still wanted, and a worker
under a nanny may not start processes. tests/sweeps/executors/test_dask_private.py fails when a new
version of Dask or Python changes what is used here.
"""

import multiprocessing

UNWANTED = ("cancelled", "released", "forgotten")
"""States of a task whose result nobody waits for."""


def current_key() -> str:
    """Dask's key of the task that the calling thread runs."""
    from distributed.worker import thread_state

    return str(thread_state.key)


def is_wanted(key: str) -> bool:
    """Whether the scheduler still waits for a task of this worker."""
    from distributed import get_worker

    task = get_worker().state.tasks.get(key)
    return task is not None and task.state not in UNWANTED


def worker_threads() -> int:
    """How many tasks this worker runs at once."""
    from distributed import get_worker

    return int(get_worker().state.nthreads)


def runs_at_once() -> int:
    """How many runs this worker trains at once: its resource ``GPU``, or else its threads."""
    from distributed import get_worker

    given = get_worker().state.total_resources.get("GPU", 0)
    return max(1, min(int(given), worker_threads())) if given else worker_threads()


def allow_processes() -> None:
    """Let this process start others.

    A nanny marks its worker as a daemon, which may have no processes. Those of a pool end with the
    worker by themselves, so the mark is not needed.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
