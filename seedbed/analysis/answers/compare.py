"""``compare``: A against B, or many configurations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.comparison.arms_table import with_arms
from seedbed.analysis.answers.comparison.comparison_answer import Known, Terms, compare_scores
from seedbed.analysis.answers.comparison.configurations_answer import compare_configurations
from seedbed.analysis.answers.configuration_answers import told
from seedbed.analysis.answers.inputs.arms_from_csv import read_arms
from seedbed.analysis.answers.inputs.arms_from_sweep import SweepArms, sweep_arms
from seedbed.analysis.answers.inputs.earlier_sd import prior_of_number, prior_of_sweep
from seedbed.analysis.answers.inputs.imported.metric_choice import lower_is_better
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import PLAIN, Unit, unit_of, unit_of_numbers
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.look_plan import look_plan
from seedbed.analysis.statistics.arms.many import check_control
from seedbed.analysis.statistics.arms.new_data import TTest, compare_on_new_data, mcnemar
from seedbed.analysis.statistics.checks import Floats, check_test_size
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.analysis.wording import one_line
from seedbed.system.errors import InputError

Matrix = npt.NDArray[np.uint8]
UNPAIRED_FOLDS = (
    "Folds share training data, so intervals that take their runs as independent are too narrow: "
    "pair them by fold, without --unpaired."
)
LONGEST_NAME = 60
Sizes = tuple[int | None, int | None]
"""Examples trained on and tested on, as ``compare_numbers`` takes them."""


def compare_answers(
    correct: Mapping[str, Matrix], terms: Terms, clusters: Sequence[str] | None = None
) -> Answer:
    """Compare arms by their answers: on this test set and on new data.

    Args:
        correct: Name → ``[run, example]`` of 0/1, the same examples in every arm; the same seeds in
            the same rows when paired.
        terms: How they are compared; the margin is a fraction.
        clusters: ``[example]`` subject of each example.

    Raises:
        InputError: Arms of different examples, or not one subject per example.
    """
    _check_examples(correct)
    paired = bool(terms.paired)

    def new_data(a: str, b: str) -> TTest | None:
        first, second = correct[a], correct[b]
        if min(len(first), len(second)) < 2:
            return None
        # Right answers A − B: the comparison of errors is the same but for its sign.
        return compare_on_new_data(
            first, second, paired=paired, clusters=clusters, level=terms.level
        )

    def two_models(a: str, b: str) -> float | None:
        first, second = correct[a], correct[b]
        return mcnemar(1 - first[0], 1 - second[0]) if len(first) == len(second) == 1 else None

    def same_answers(a: str, b: str) -> bool:
        return paired and np.array_equal(correct[a], correct[b])

    return compare_configurations(
        {name: matrix.mean(axis=1) for name, matrix in correct.items()},
        replace(terms, paired=paired, test_size=next(iter(correct.values())).shape[1]),
        known=Known(new_data, two_models, same_answers),
    )


def _check_examples(correct: Mapping[str, Matrix]) -> None:
    for (a, first), (b, second) in combinations(correct.items(), 2):
        if first.shape[1] != second.shape[1]:
            raise InputError(
                f"all arms need the same examples, got {first.shape[1]} in {a} and "
                f"{second.shape[1]} in {b}"
            )


def compare_sweep(
    found: Recorded,
    terms: Terms,
    *,
    by: str | None = None,
    prior_sd: float | str | None = None,
) -> Answer:
    """Compare the configurations of a recorded sweep.

    Args:
        found: The sweep.
        terms: How they are compared; the control is a value or a name, the margin a fraction.
        by: Option whose values are compared; the one that varies, or else every configuration.
        prior_sd: The sd of earlier runs, as ``prior_of_sweep`` takes it.

    Raises:
        InputError: Nothing to compare, or no such option or control.
    """
    arms = sweep_arms(found, by, terms.paired)
    if found.is_imported and len(arms.runs) > 2 and all(len(r) == 1 for r in arms.runs.values()):
        check_control(_control(arms, terms.control), arms.runs)
        return with_arms(told(found, _without_repeats(arms, found.unit)), arms.scores, found.unit)
    answer = compare_configurations(
        arms.scores,
        replace(
            terms,
            paired=arms.paired,
            control=_control(arms, terms.control),
            test_size=arms.test_size,
            unit=found.unit,
            looks=looks_of(found, terms.level),
            prior=prior_of_sweep(prior_sd, found, found.progress),
        ),
        notes=arms.notes,
        known=Known(
            partial(arms.on_new_data, level=terms.level),
            arms.two_models,
            arms.same_weights,
            arms.stuck,
            _names_of_runs(arms, found.metric),
        ),
        resplits=resplits_of(found, arms),
    )
    answer = told(found, answer)
    return with_arms(answer, arms.scores, found.unit) if found.is_imported else answer


def _names_of_runs(arms: SweepArms, metric: str) -> dict[tuple[str, float], str]:
    """Arm and score → the name of the run that scored so."""
    return {
        (name, score): one_line(run.name, LONGEST_NAME)
        for name, runs in arms.runs.items()
        for run in runs
        if run.name and (score := score_of(run, metric)) is not None
    }


def looks_of(found: Recorded, level: float) -> LookPlan | None:
    """How often a sweep is looked at; None of other tools' runs, which nobody planned.

    A run that its tool left as running would otherwise change a verdict for ever.
    """
    return None if found.is_imported else look_plan(found.sweep, 1 - level)


def resplits_of(found: Recorded, arms: SweepArms) -> tuple[int, int] | None:
    """Parts trained and tested on, if the runs are the folds of a cross-validation."""
    return (found.folds - 1, 1) if found.folds > 1 and arms.paired else None


def _control(arms: SweepArms, wanted: str | None) -> str | None:
    """The name of the control, which may be given by its value alone."""
    named = (name for name in arms.runs if wanted and name.split("=", 1)[-1] == wanted)
    return next(named, wanted)


def _without_repeats(arms: SweepArms, unit: Unit) -> Answer:
    """What three or more arms of one run each say: their order, and no verdict on any pair."""
    scores = {name: float(values[0]) for name, values in arms.scores.items()}
    best, worst = (choose(scores, key=scores.__getitem__) for choose in (max, min))
    if unit.lower_is_better:
        best, worst = worst, best
    ranked = (
        f"{best} scored best, {unit.level(scores[best])}, and {worst} worst, "
        f"{unit.level(scores[worst])}, of {len(scores)} configurations"
    )
    if scores[best] == scores[worst]:
        ranked = f"All {len(scores)} configurations scored the same, {unit.level(scores[best])}"
    said = f"{ranked}; with one run each it is undecided whether any two differ."
    fields = {"best": best, "worst": worst, "comparisons": [], "notes": list(arms.notes)}
    return Answer(
        (said, *arms.notes), fields, (), ("undecided",), scores=arms.scores, measure=unit.measure
    )


def compare_table(
    path: Path,
    terms: Terms,
    *,
    by: str | None,
    metric: str | None,
    seed: str | None,
    sizes: Sizes = (None, None),
    prior_sd: float | str | None = None,
) -> Answer:
    """Compare the configurations of a table with a row per run.

    Args:
        path: CSV file.
        terms: How they are compared; the control is a value or a name.
        by: Column of the configuration.
        metric: Column of scores.
        seed: Column of seeds; one called ``fold`` numbers the folds of a cross-validation.
        sizes: As ``compare_numbers`` takes it.
        prior_sd: The sd of earlier runs, as ``prior_of_number`` takes it.

    Raises:
        InputError: A column that is not named or not there, or rows that make no sense.
    """
    if by is None or metric is None:
        raise InputError("--from needs --by and --metric, the columns of configuration and score")
    table = read_arms(path, by=by, metric=metric, seed=seed, paired=terms.paired)
    named = f"{by}={terms.control}"
    control = named if named in table.scores else terms.control
    every = np.concatenate(list(table.scores.values()))
    plain = replace(PLAIN, lower_is_better=lower_is_better(metric))
    unit = unit_of(every[np.isfinite(every)]) if "acc" in metric.lower() else plain
    prior = prior_of_number(prior_sd, unit)
    shared = sizes[1] if sizes[0] is None else None
    if sizes[0] is None and table.folds > 1 and table.paired:
        sizes = table.folds - 1, 1
    resplits = _resplits(sizes, every, "--seed COLUMN or --paired", paired=table.paired)
    how = replace(
        terms,
        paired=table.paired,
        control=control,
        unit=unit,
        prior=prior,
        test_size=check_test_size(shared),
    )
    unpaired = table.folds > 1 and resplits is None
    notes = (*table.notes, UNPAIRED_FOLDS) if unpaired else table.notes
    return compare_configurations(table.scores, how, notes=notes, resplits=resplits)


def _resplits(
    sizes: Sizes, scores: Floats, pairing: str, *, paired: bool
) -> tuple[int, int] | None:
    """Examples trained and tested on, if the runs are random re-splits.

    Raises:
        InputError: Without both sizes, pairs (by ``pairing``) or all scores.
    """
    train, test = sizes
    if train is None:
        return None
    if test is None or not paired:
        raise InputError(f"re-splits need --train-size, --test-size and {pairing} together")
    if not np.isfinite(scores).all():
        raise InputError("re-splits need a score of every run: leave out those that failed")
    return train, test


def compare_numbers(
    a: Floats,
    b: Floats,
    terms: Terms,
    sizes: Sizes = (None, None),
    prior_sd: float | str | None = None,
) -> Answer:
    """Compare two lists of scores: accuracies if all lie from 0 to 100, else any numbers.

    Args:
        a: ``[run]`` scores of A, nan where the run failed.
        b: ``[run]`` scores of B, in the same unit.
        terms: How they are compared.
        sizes: Examples trained and tested on, where the runs are random re-splits; with the second
            alone, the runs share one test set of so many examples.
        prior_sd: The sd of earlier runs, as ``prior_of_number`` takes it.

    Raises:
        InputError: Two units, or re-splits without both sizes or pairs.
    """
    every = np.concatenate([a, b])
    unit = unit_of_numbers(every[np.isfinite(every)])
    paired = bool(terms.paired)
    resplits = _resplits(sizes, every, "--paired", paired=paired)
    prior = prior_of_number(prior_sd, unit)
    shared = None if resplits else check_test_size(sizes[1])
    how = replace(terms, paired=paired, unit=unit, prior=prior, test_size=shared)
    return compare_scores(a, b, how, resplits=resplits)
