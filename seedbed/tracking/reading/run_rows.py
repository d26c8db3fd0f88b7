"""A run of MLflow's tables as a list shows it."""

import math
from collections.abc import Iterable

from seedbed.tracking.reading.run_summary import RunSummary

RunRow = tuple[str, int, str | None, int | None, int | None]
"""Of ``mlflow_private.NEWEST_RUNS``."""
TextRow = tuple[str, str, str]
"""Id of the run, name and value of a tag or a parameter."""
MetricRow = tuple[str, str, float, bool]
"""Id of the run, name, value, and whether the value is not a number."""


def summary(
    row: RunRow,
    tags: Iterable[TextRow],
    metrics: Iterable[MetricRow],
    params: Iterable[TextRow],
) -> RunSummary:
    """The run of a row, with its own tags, metrics and parameters."""
    run_id, experiment, name, started, ended = row
    return RunSummary(
        run_id=run_id,
        experiment_id=str(experiment),
        name=name or "",
        started_ms=int(started or 0),
        ended_ms=int(ended) if ended else None,
        tags={key: value for _, key, value in tags},
        metrics={key: math.nan if is_nan else value for _, key, value, is_nan in metrics},
        params={key: value for _, key, value in params},
    )
