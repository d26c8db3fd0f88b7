"""Which number decides on a sweep's page, read from its runs as lists show them."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from seedbed.analysis.answers.inputs.imported.metric_choice import unit_of_metric
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.wording import one_line
from seedbed.system.errors import InputError
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import HEADLINE, SCORE, TAG_SCRIPT

LONGEST = 80


def number_of(runs: Iterable[RunSummary]) -> DecidingNumber:
    """The accuracy, else the number that stands for a script's run; test accuracy without runs.

    Args:
        runs: Runs of one sweep, the arms of scripts parted.
    """
    done = [run for run in runs if run.state == "finished"]
    scored = [run for run in done if SCORE in run.metrics]
    headed = [run for run in done if HEADLINE in run.metrics]
    if len(scored) >= len(headed):
        words = _said(scored, "is")
        return DecidingNumber(words=words) if words else TEST_ACCURACY
    values = np.array([run.metrics[HEADLINE] for run in headed], dtype=np.float64)
    words = _said(headed, "is") or HEADLINE
    try:
        unit = unit_of_metric(_said(headed, "kind") or words, values, maximize=None)
    except InputError:  # a share in some runs and percent in others
        return DecidingNumber(HEADLINE, words, is_share=False, scale=1.0)
    return DecidingNumber(HEADLINE, words, unit.is_accuracy, unit.scale, unit.lower_is_better)


def _said(runs: Iterable[RunSummary], key: str) -> str:
    """What most of the runs say of their number; empty if they say nothing."""
    tables = (json_object(run.tags.get(TAG_SCRIPT)).get("number") for run in runs)
    said = Counter(
        one_line(table[key], LONGEST)
        for table in tables
        if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]
    )
    return said.most_common(1)[0][0] if said else ""
