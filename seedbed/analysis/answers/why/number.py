"""The number that ``why`` is about: chosen once for all runs, and named."""

from collections.abc import Mapping
from dataclasses import dataclass

from seedbed.analysis.answers.units import FRACTION, Unit
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.system.errors import InputError
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.schema import HEADLINE, SCORE, metric_key

MOST_NAMES = 12
_NO_SCORE = ("epochs", "script_seconds", "train_seconds", "best_epoch", "resumed_epochs")


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


def choose_number(sweep: SweepRecord, asked: str | None) -> Number:
    """The number that is asked for; else the accuracy, else the number that stands for a run.

    Args:
        sweep: The sweep.
        asked: Name of a number, as ``seedbed numbers`` prints it, or the words that the script
            prints before it; None for the run's own score.

    Raises:
        InputError: No run has it, or the runs have no number in common.
    """
    known = _common(sweep)
    if asked is None:
        metric = next((name for name in (SCORE, HEADLINE) if name in known), None)
        if metric is None:
            raise InputError("why needs a number that every run gives, but these runs have none.")
        return Number(metric, _words(metric, sweep), _unit(metric, known[metric]))
    key = metric_key(asked)
    metric = next((one for one in (asked, key, f"printed_{key}") if one in known), None)
    if metric is None:
        names = [name for name in known if not name.endswith(_NO_SCORE)]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        raise InputError(
            f"--metric must be a number that every run gave, got {asked!r}: there are "
            f"{', '.join(names[:MOST_NAMES])}{more}."
        )
    if metric == SCORE:
        return Number(metric, _words(metric, sweep))
    return Number(metric, metric, _unit(metric, known[metric]))


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


def _unit(metric: str, values: list[float]) -> Unit:
    accuracy = "acc" in metric.lower() and all(0 <= value <= 1 for value in values)
    return FRACTION if accuracy else Unit()


def _words(metric: str, sweep: SweepRecord) -> str:
    """What the runs' own score is, as a script's run recorded it."""
    run = next(iter(sweep.finished))
    number = run.script.get("number", {})
    name = number.get("is") if isinstance(number, dict) else None
    return str(name or ("test accuracy" if metric == SCORE else metric))
