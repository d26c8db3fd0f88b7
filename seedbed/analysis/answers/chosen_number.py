"""The number that an answer about scripts is about: chosen once for all runs, and named."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from seedbed.analysis.answers.inputs.imported.metric_choice import unit_of_metric
from seedbed.analysis.answers.units import FRACTION, Unit
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.script.script_number import (
    kind_called,
    kinds_of,
    no_such_number,
    with_number,
)
from seedbed.system.errors import InputError
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.schema import (
    BEST_EPOCH,
    HEADLINE,
    RESUMED_EPOCHS,
    SCORE,
    TRAIN_SECONDS,
    metric_key,
)

NO_SCORE = ("epochs", "script_seconds", TRAIN_SECONDS, BEST_EPOCH, RESUMED_EPOCHS)


@dataclass(frozen=True)
class Number:
    """A number that every run of a sweep gave.

    Attributes:
        metric: Its name in the record.
        words: What it is, such as ``accuracy of evaluate 1 in line 41``.
        unit: How it is written.
    """

    metric: str = SCORE
    words: str = "test accuracy"
    unit: Unit = FRACTION

    @property
    def is_score(self) -> bool:
        """Whether it is the test accuracy, about which predictions tell more."""
        return self.metric == SCORE


def choose_number(sweep: SweepRecord, asked: str | None) -> tuple[SweepRecord, Number]:
    """The number that is asked for; else the accuracy, else the number that stands for a run.

    Args:
        sweep: The sweep.
        asked: Name of a number, as ``seedbed numbers`` prints it, or the words that the script
            prints before it; None for the run's own score.

    Returns:
        The sweep, whose runs have the number as theirs, and the number.

    Raises:
        InputError: No run has it, or the runs have no number in common.
    """
    known = _common(sweep)
    if asked is None:
        metric = next((name for name in (SCORE, HEADLINE) if name in known), None)
        if metric is None:
            raise InputError("A number of every run is needed, but these runs have none.")
        return sweep, Number(metric, _words(metric, sweep), _unit(metric, known[metric], sweep))
    key = metric_key(asked)
    if asked in (SCORE, HEADLINE) and asked in known:
        return sweep, Number(asked, _words(asked, sweep), _unit(asked, known[asked], sweep))
    kind = kind_called(sweep, asked)
    if kind is not None:
        sweep = with_number(sweep, kind)
        known, metric = _common(sweep), metric_key(kind)
        return sweep, Number(metric, _words(metric, sweep), _unit(metric, known[metric], sweep))
    metric = next((one for one in (asked, key, f"printed_{key}") if one in known), None)
    if metric is None:
        names = [metric_key(kind) for kind in kinds_of(sweep)]
        names += [name for name in known if not name.endswith(NO_SCORE) and name not in names]
        raise no_such_number(asked, names)
    return sweep, Number(metric, metric, _unit(metric, known[metric], sweep))


def _common(sweep: SweepRecord) -> Mapping[str, list[float]]:
    """Name → values, of the numbers that every finished run has."""
    runs = sweep.finished
    names = dict.fromkeys(name for run in runs for name in run.metrics)
    values = {name: [score_of(run, name) for run in runs] for name in names}
    return {
        name: [one for one in found if one is not None]
        for name, found in sorted(values.items())
        if None not in found
    }


def _unit(metric: str, values: list[float], sweep: SweepRecord) -> Unit:
    """The unit of a number by its name; of a headline by the name of what it is."""
    if metric == SCORE:
        return FRACTION
    number = next(iter(sweep.finished)).script.get("number", {})
    name = str(number.get("kind") or metric) if metric == HEADLINE else metric
    return unit_of_metric(name, np.array(values), maximize=None)


def _words(metric: str, sweep: SweepRecord) -> str:
    """What the runs' own score is, as a script's run recorded it."""
    run = next(iter(sweep.finished))
    number = run.script.get("number", {})
    name = number.get("is") if isinstance(number, dict) else None
    return str(name or ("test accuracy" if metric == SCORE else metric))
