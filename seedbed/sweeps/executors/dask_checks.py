"""What every worker of a Dask cluster must have before a sweep begins there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.executors import dask_worker
from seedbed.system.errors import InputError

if TYPE_CHECKING:
    from distributed import Client


def one_per_data_set(design: Design) -> list[dict[str, str]]:
    """The options of one cell for each data set that the sweep uses."""
    by_data_set = {getattr(cell.options, "dataset", ""): cell for cell in design.cells}
    return [cell.params for cell in by_data_set.values()]


def refuse_a_mix(client: "Client", expected: Mapping[str, str], of: dask_worker.Of) -> None:
    """Check code, packages and data of every worker, and the scheduler's code.

    Args:
        client: Of the cluster.
        expected: The driver's versions.
        of: The experiment and its data.

    Raises:
        InputError: A worker has others.
    """
    try:
        client.run_on_scheduler(dask_worker.ping)
        versions_there = client.run(dask_worker.versions, *of)
    except ModuleNotFoundError as error:
        raise InputError(
            "The scheduler and every worker must be started in a clone of Seedbed, but one "
            f"cannot import {error.name}: set PYTHONPATH to the clone and start it again."
        ) from None
    for worker, theirs in versions_there.items():
        dask_worker.refuse_other_versions(expected, theirs, worker)


def mixed_processors(client: "Client") -> tuple[str, ...]:
    """A warning where the workers' processors differ; they may round differently."""
    found = dask_worker.processor_warning(client.run(dask_worker.processor_record))
    return (found,) if found else ()
