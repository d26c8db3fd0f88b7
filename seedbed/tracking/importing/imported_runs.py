"""What a reader of another tool's runs gives back: runs × parameters × metrics × curves × state."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from seedbed.tracking.importing.curve_summary import CurveSummary
from seedbed.tracking.records import Predictions
from seedbed.tracking.run_states import State

VERDICT_TAG = "seedbed.verdict"
"""Marks a run of MLflow that holds a verdict on others: what was asked."""

ENVIRONMENT_TAG = "seedbed.environment"
"""Versions, processor and machine of a run of one's own loop, as JSON."""

SEEDS_TAG = "seedbed.seeds"
"""The seeds that a run of one's own loop was given or had set, as JSON."""

Curve = Callable[[str], list[float]]


@dataclass(frozen=True)
class ImportedRun:
    """One run as another tool recorded it.

    Attributes:
        run_id: What the tool calls it; unique within its source.
        name: Readable name.
        state: How it ended; only a finished run counts.
        params: Parameters by name, parsed to whole number, number, true or false, else text.
        metrics: Final value of each metric; nan and inf as recorded.
        tags: Other text about the run, which may name an arm.
        facts: What has to be equal for runs to be comparable: code version, data sets.
        parent: ``run_id`` of the run that it is nested in; None where it stands alone.
        started_ms: Start, milliseconds since 1970; 0 where unknown.
        fingerprint: Of the final weights (hex); None where it was not recorded.
        duration_s: Wall-clock seconds from start to end; None where unknown.
        curves: Summary of each metric's curve, as far as reading the run tells it.
        load_curve: Fetches the values of one metric in the order of their steps.
        load_predictions: Fetches the predictions; None where there are none.
    """

    run_id: str
    name: str
    state: State
    params: Mapping[str, object]
    metrics: Mapping[str, float]
    tags: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    started_ms: int = 0
    duration_s: float | None = None
    fingerprint: str | None = None
    curves: Mapping[str, CurveSummary] = field(default_factory=dict)
    load_curve: Curve | None = None
    load_predictions: Callable[[], Predictions] | None = None


@dataclass(frozen=True)
class ImportedRuns:
    """The runs of one source.

    Attributes:
        address: The source as the user named it, e.g. ``mlflow:my-experiment``.
        what: The source in words, e.g. ``the MLflow experiment 'my-experiment'``.
        runs: Its runs, oldest first.
        remarks: What must be known of the tool's metrics before a verdict.
    """

    address: str
    what: str
    runs: tuple[ImportedRun, ...]
    remarks: tuple[str, ...] = ()


def parsed_value(text: str) -> object:
    """A parameter's value from its text: whole number, finite number, true or false, else text.

    ``1e-3`` and ``0.001`` become equal; ``nan`` stays text, because it equals nothing as a number.
    """
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        return value if value - value == 0 and "_" not in text else text
    return text


def number_of(value: object) -> float | None:
    """A number that a tool recorded; None for anything else, true and false too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:  # JSON's whole numbers have no bounds
        return None


def values_of(curves: Mapping[str, Sequence[float]], metric: str) -> list[float]:
    """The curve of a metric; empty where there is none."""
    return list(curves.get(metric, ()))


def finite_values_of(curves: Mapping[str, Sequence[float]], metric: str) -> list[float]:
    """The curve of a metric without its gaps."""
    return [value for value in curves.get(metric, ()) if math.isfinite(value)]
