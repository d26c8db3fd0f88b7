"""Which number decides on a sweep's page, read from its runs as lists show them."""

from collections import Counter
from collections.abc import Iterable
from math import isfinite

import numpy as np

from seedbed.analysis.answers.inputs.imported.metric_choice import unit_of_metric
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.wording import one_line
from seedbed.system.errors import InputError
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import HEADLINE, SCORE, TAG_NUMBER, TAG_SCRIPT

LONGEST = 80
Mean = tuple[float, float | None, float | None]
"""A mean with its 95 % interval."""


def number_of(runs: Iterable[RunSummary], *, of_arms: bool = False) -> DecidingNumber:
    """The accuracy, else the number that stands for a script's run; test accuracy without runs.

    Args:
        runs: Runs of one sweep, the arms of scripts parted.
        of_arms: Whether arms were parted, each of which has its number from another line.
    """
    place = "kind" if of_arms else "is"
    done = [run for run in runs if run.state == "finished"]
    scored = [run for run in done if SCORE in run.metrics]
    headed = [run for run in done if HEADLINE in run.metrics]
    if len(scored) >= len(headed):
        words = "accuracy" if of_arms else _said(scored, "is")
        return DecidingNumber(words=words) if words else TEST_ACCURACY
    values = np.array([run.metrics[HEADLINE] for run in headed], dtype=np.float64)
    words = _said(headed, place) or HEADLINE
    try:
        unit = unit_of_metric(_said(headed, "kind") or words, values, maximize=None)
    except InputError:  # a share in some runs and percent in others
        return DecidingNumber(HEADLINE, words, is_share=False, scale=1.0)
    return DecidingNumber(HEADLINE, words, unit.is_accuracy, unit.scale, unit.lower_is_better)


def noted_number(parent: RunSummary) -> tuple[DecidingNumber, Mean | None]:
    """The number that a sweep's last report is about, with its best mean.

    Args:
        parent: The sweep's run; whoever may write it can change what it notes.
    """
    noted = json_object(parent.tags.get(TAG_NUMBER))
    metric, words, scale = noted.get("metric"), noted.get("is"), _number(noted.get("scale"))
    if not (isinstance(metric, str) and isinstance(words, str) and scale) or metric == SCORE:
        known = parent.metrics.get("accuracy_mean")
        low, high = (parent.metrics.get(f"accuracy_mean_{end}") for end in ("low", "high"))
        return TEST_ACCURACY, None if known is None else (known, low, high)
    number = DecidingNumber(
        metric,
        one_line(words, LONGEST),
        noted.get("share") is True,
        scale,
        noted.get("lower_is_better") is True,
    )
    mean = _number(noted.get("mean"))
    if mean is None:
        return number, None
    return number, (mean, _number(noted.get("low")), _number(noted.get("high")))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _said(runs: Iterable[RunSummary], key: str) -> str:
    """What most of the runs say of their number; empty if they say nothing."""
    tables = (json_object(run.tags.get(TAG_SCRIPT)).get("number") for run in runs)
    said = Counter(
        one_line(table[key], LONGEST)
        for table in tables
        if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]
    )
    return said.most_common(1)[0][0] if said else ""
