"""``epochs``: how optimistic choosing the best epoch on the test set would have been."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import no_predictions, with_unread
from seedbed.analysis.answers.inputs.read_inputs import read_matrix
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION, Unit, unit_of
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.epochs import EpochOptimism, cross_fit, from_other_runs
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.wording import count, listed
from seedbed.system.errors import InputError
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.importing.score_names import words_of
from seedbed.tracking.schema import VAL_ACCURACY

FOLDS = 10
VALIDATION = (
    "Runs record a curve per epoch for the validation set only, so this is what choosing the epoch "
    "on the validation examples adds to the validation accuracy, as a lower bound. On a smaller "
    "test set it would be more, on a larger one less."
)
OTHER_RUNS = (
    "Without predictions the epoch is the one where the other runs' mean curve is best: a lower "
    "bound, because they were scored on the same examples."
)


def epochs_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Optimism of the best epoch of one configuration: cross-fitted, or from validation curves.

    Args:
        found: The sweep.
        group: The configuration.
        level: Confidence level.

    Raises:
        InputError: Neither predictions by epoch nor validation curves of two runs, one epoch
            only, or fewer examples than folds.
    """
    if not found.predictions_give_score:
        return _of_imported(found, group, level)
    stack, said = found.stack(group)
    if stack is None:
        if found.is_imported:
            return _of_imported(found, group, level)
        curves, cut = _curves(group, VAL_ACCURACY)
        if curves is None:
            raise no_predictions(group, said, "the optimism of the best epoch")
        lines = (f"{sentence_case(said[0])}.",) if said else ()
        answer = epochs_of_curves(curves, VAL_ACCURACY, level=level)
        return replace(answer, sentences=(*answer.sentences, *lines, VALIDATION, *cut))
    if any(table.shape[0] < 2 for table in stack.by_epoch):
        if found.is_imported:  # predictions of the last epoch alone
            return _of_imported(found, group, level)
        raise InputError(f"choosing an epoch needs 2 or more of them, {group.label} ran for one")
    result = cross_fit((table == stack.labels for table in stack.by_epoch), FOLDS, level=level)
    how = "chosen on 9/10 of the examples, scored on the other tenth"
    return with_unread(_answer(result, "predictions", how), said)


def _of_imported(found: Recorded, group: Group, level: float) -> Answer:
    """From the curves of the metric that is the score."""
    curves, cut = _curves(group, found.metric)
    if curves is None:
        others = sorted({name for run in group.runs for name in run.metrics} - {found.metric})
        known = listed(others, last="or")
        hint = f": --metric names another, if one was logged per epoch ({known})" if others else ""
        raise InputError(
            f"{found.metric} has no curves of 2 runs and 2 epochs ({group.label}){hint}"
        )
    is_validation = bool(set(words_of(found.metric)) & {"val", "valid", "validation", "dev"})
    measure = VAL_ACCURACY if is_validation else found.metric
    answer = epochs_of_curves(curves, measure, level=level, unit=found.unit)
    return replace(answer, sentences=(*answer.sentences, OTHER_RUNS, *cut))


def epochs_of_curves(
    curves: Floats, measure: str = "curves", *, level: float = 0.95, unit: Unit | None = None
) -> Answer:
    """Optimism of the best epoch from curves of accuracy alone, a lower bound.

    Args:
        curves: ``[run, epoch]`` scores.
        measure: What they are curves of.
        level: Confidence level.
        unit: How scores are written; as accuracies unless given.

    Raises:
        InputError: Fewer than two runs or epochs, or percent beside fractions.
    """
    if curves.shape[0] < 2 or curves.shape[1] < 2:
        raise InputError(
            "without predictions the best epoch needs the curves of 2 runs and 2 epochs, got "
            f"{count(curves.shape[0], 'run')} of {count(curves.shape[1], 'epoch')}"
        )
    unit = unit or unit_of(curves.ravel())
    if unit.lower_is_better:
        result = _negated(from_other_runs(-curves, level=level))
    else:
        result = from_other_runs(curves, level=level)
    return _answer(result, measure, "chosen by the other runs' mean curve", unit)


def epochs_of_file(path: Path, *, level: float = 0.95) -> Answer:
    """Optimism of the best epoch from a CSV file of runs × epochs; as ``epochs_of_curves``."""
    _, curves = read_matrix(path)
    answer = epochs_of_curves(curves, level=level)
    return replace(answer, sentences=(*answer.sentences, OTHER_RUNS))


def _answer(result: EpochOptimism, measure: str, how: str, unit: Unit = FRACTION) -> Answer:
    first, last = min(result.epochs) + 1, max(result.epochs) + 1
    least = "at least " if result.lower_bound else ""
    adds, to = ("takes", "off") if unit.lower_is_better else ("adds", "to")
    most = ("at least " if unit.lower_is_better else "at most ") if result.lower_bound else ""
    where = f"is {first} in" if first == last else f"lies between {first} and {last} over"
    on = "validation" if measure == VAL_ACCURACY else "test"
    lines = (
        f"Choosing the best epoch on the {on} set {adds} {least}"
        f"{unit.difference(result.optimism.value)} {to} a run's score "
        f"({unit.interval(result.optimism)}).",
        f"Its best epoch scores {unit.level(result.best.value)}, which is worth {most}"
        f"{unit.level(result.honest.value)} ({how}).",
        f"The epoch that looks best {where} {count(len(result.epochs), 'run')}.",
    )
    fields = {
        "n": len(result.epochs),
        "best": result.best,
        "honest": result.honest,
        "optimism": result.optimism,
        "epochs": [epoch + 1 for epoch in result.epochs],
        "lower_bound": result.lower_bound,
        "measure": measure,
    }
    return Answer(
        lines, fields, tuple((key, fields[key]) for key in ("best", "honest", "optimism"))
    )


def _negated(result: EpochOptimism) -> EpochOptimism:
    """What was found of scores with their sign changed, in the scores themselves."""

    def turned(one: Estimate) -> Estimate:
        low, high = (None if end is None else -end for end in (one.high, one.low))
        return replace(one, value=-one.value, low=low, high=high)

    return replace(result, best=turned(result.best), honest=turned(result.honest))


def _curves(group: Group, metric: str) -> tuple[Floats | None, tuple[str, ...]]:
    """``[run, epoch]`` of a metric, cut to the epochs that all runs have; and what was cut."""
    series, runs = [], group.model_runs
    for run in runs:
        found = run.load_history().get(metric, []) if run.load_history is not None else []
        if len(found) > 1 and np.isfinite(found).all():
            series.append(found)
    if len(series) < 2:
        return None, ()
    shortest, longest = min(map(len, series)), max(map(len, series))
    said = []
    if len(series) < len(runs):
        lacking = len(runs) - len(series)
        said.append(f"{count(lacking, 'run')} of {len(runs)} recorded no such curve.")
    if shortest < longest:
        said.append(f"Only the first {shortest} of up to {longest} epochs are in every run.")
    return np.array([one[:shortest] for one in series], dtype=np.float64), tuple(said)
