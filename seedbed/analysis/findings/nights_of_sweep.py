"""The series of nights that a sweep belongs to, with the sweep's own mean."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.findings.night_series import NightSeries, series_of
from seedbed.tracking.foreign_values import json_object, seeds_of
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.schema import NIGHT_MEAN, SCORE, TAG_DESIGN

FEWEST = 3
"""Nights with a result from which on there is a chart to draw without an alarm."""


def nights_of_sweep(sweep: SweepRecord, rows: Sequence[RunSummary]) -> NightSeries | None:
    """The series that ends with this sweep; None if fewer than three nights have a result.

    Two are enough if this one raised an alarm. A night is judged after its report is written first.
    Until then its mean comes from its runs.

    Args:
        sweep: The sweep, a night.
        rows: Parent runs of the nights up to it, newest first.
    """
    own = [_with_mean(row, sweep) if row.run_id == sweep.run_id else row for row in rows]
    found = series_of(own)
    if not found:
        return None
    nights = found[0].nights
    return found[0] if len(nights) >= FEWEST or nights[-1].alarm else None


def _with_mean(row: RunSummary, sweep: SweepRecord) -> RunSummary:
    """The row with the mean accuracy of the night's fresh runs, else of all of its runs."""
    if NIGHT_MEAN in row.metrics:
        return row
    night = json_object(row.tags.get(TAG_DESIGN)).get("night")
    seeds = set(seeds_of(night.get("fresh"))) if isinstance(night, dict) else set()
    runs = [run for run in sweep.finished if SCORE in run.metrics]
    fresh = [run.metrics[SCORE] for run in runs if run.options.get("seed") in seeds]
    scores = fresh or [run.metrics[SCORE] for run in runs]
    if not scores:
        return row
    return replace(row, metrics={**row.metrics, NIGHT_MEAN: float(np.mean(scores))})
