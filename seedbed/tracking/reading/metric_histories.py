"""Metrics per epoch of many runs, asked for together."""

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from seedbed.tracking import schema
from seedbed.tracking.mlflow_private import bulk_reader
from seedbed.tracking.store import Store

RUNS_AT_ONCE = 200
MOST_POINTS = 1_000_000
READERS = 8
LATER_FIT = re.compile(r"fit\d+_val_(?:loss|acc|accuracy)")
"""The curves of a script's later fits that are drawn."""


class Histories:
    """The curves of a sweep's runs; the first question fetches all of them.

    Args:
        run_ids: MLflow's ids of the runs.
        store: Where they are recorded.
        known: Names of the metrics that the runs have, for those of a script's later fits.
    """

    def __init__(self, run_ids: Sequence[str], store: Store, known: Iterable[str] = ()) -> None:
        self._run_ids = list(run_ids)
        later = sorted(name for name in set(known) if LATER_FIT.fullmatch(name))
        self._names = [*(name.key for name in schema.EPOCH_METRICS), *later]
        self._store = store
        self._lock = threading.Lock()
        self._found: dict[str, dict[str, list[float]]] | None = None

    def of(self, run_id: str) -> Mapping[str, list[float]]:
        """Metric name → value per epoch.

        Raises:
            StoreError: The store cannot be reached.
        """
        with self._lock:
            if self._found is None:
                with self._store.explained():
                    self._found = self._fetch()
            return self._found[run_id]

    def _fetch(self) -> dict[str, dict[str, list[float]]]:
        points: dict[str, dict[str, dict[int, float]]] = {
            run_id: {name: {} for name in self._names} for run_id in self._run_ids
        }
        for name in self._names:
            for run_id, step, value in points_of(self._run_ids, name, self._store):
                points[run_id][name][step] = value
        return {
            run_id: {key: [values[step] for step in sorted(values)] for key, values in of.items()}
            for run_id, of in points.items()
        }


def points_of(run_ids: Sequence[str], metric: str, store: Store) -> list[tuple[str, int, float]]:
    """Run, step and value of every point of a metric, the last of a step last."""
    bulk = bulk_reader(store.client)
    if bulk is None:  # a server, or a folder: one question per run
        ask = store.client.get_metric_history
        with ThreadPoolExecutor(READERS) as pool:
            answers = pool.map(lambda run_id: (run_id, ask(run_id, metric)), run_ids)
            return [(run_id, p.step, p.value) for run_id, of in answers for p in of]
    parts = range(0, len(run_ids), RUNS_AT_ONCE)
    chunks = (list(run_ids[first : first + RUNS_AT_ONCE]) for first in parts)
    found = (one for chunk in chunks for one in bulk(chunk, metric, MOST_POINTS))
    return [(one.run_id, one.step, one.value) for one in found]
