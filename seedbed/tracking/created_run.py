"""A run that is made once, though the answer of the server that made it is lost."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run


def created_run(
    store: Store, experiment_id: str, found_by: str, *, name: str, tags: Mapping[str, str]
) -> "Run":
    """A new run; if the answer is lost, the one that was made.

    Args:
        store: Where to.
        experiment_id: MLflow's id of the experiment.
        found_by: MLflow's filter that finds this run alone.
        name: Of the run.
        tags: Of the run.

    Raises:
        StoreError: The store cannot be reached; a run that it made all the same is found by the
            filter.
    """

    def create() -> "Run":
        return store.client.create_run(experiment_id, run_name=name, tags=dict(tags))

    return made_once(store, experiment_id, found_by, create)


def made_once(store: Store, experiment_id: str, found_by: str, make: "Callable[[], Run]") -> "Run":
    """The run that ``make`` makes; if the answer is lost, the one that was made.

    MLflow's client would ask again, and the first run would stay RUNNING for ever. Arguments and
    errors as ``created_run``.
    """
    from mlflow.exceptions import MlflowException

    with store.explained():
        try:
            with store.asked_once():
                return make()
        except MlflowException:
            found = store.client.search_runs([experiment_id], found_by, max_results=1)
            if not found:
                raise
            return found[0]
