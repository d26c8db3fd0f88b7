"""From the record of a sweep to all that it says."""

from collections.abc import Callable, Sequence

from analysis.report.answer import answer, unusual_runs
from analysis.report.arms import Stack, describe_arm
from analysis.report.duels import compare_arms
from analysis.report.findings import Arm, Findings
from analysis.report.tally import (
    counts,
    environment,
    environment_warnings,
    loss_warnings,
    score_of,
    unrepeatable,
    without_repeats,
)
from analysis.report.wording import label
from tracking.errors import InputError
from tracking.records import RunRecord, SweepRecord

METRIC = "test_accuracy"
Options = tuple[tuple[str, object], ...]


def collect(
    sweep: SweepRecord,
    metric: str = METRIC,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Say all that a sweep says.

    Args:
        sweep: The sweep as recorded.
        metric: Name of the metric to compare, a fraction from 0 to 1.
        progress: Called with configurations done and configurations in all.

    Raises:
        InputError: A metric outside 0 … 1.
    """
    _check(sweep, metric)
    groups: dict[Options, list[RunRecord]] = {}
    for run in sweep.runs:
        groups.setdefault(sweep.configuration(run), []).append(run)
    names = _labels(list(groups))
    arms: list[Arm] = []
    stacks: dict[str, Stack] = {}
    counted: list[RunRecord] = []
    repeats = 0
    for number, (options, members) in enumerate(groups.items(), start=1):
        scored = [run for run in members if _counts(run, metric)]
        kept, dropped = without_repeats(scored, sweep.sources)
        repeats += dropped
        counted += kept
        lost = [run for run in members if run.state != "finished"]
        arm, stack = describe_arm(
            sweep, names[options], options, runs=kept, lost=lost, metric=metric
        )
        arms.append(arm)
        if stack is not None:
            stacks[arm.label] = stack
        if progress is not None:
            progress(number, len(groups))
    unscored = len(sweep.finished) - len(counted) - repeats
    tally = counts(sweep, repeats, unscored)
    duels = compare_arms(arms, stacks)
    words = answer(arms, duels, tally, sweep.experiment)
    settings = environment(counted)
    mixed = environment_warnings(settings, counted, sweep)
    odd = unusual_runs(arms)
    return Findings(
        sweep=sweep.name,
        run_id=sweep.run_id,
        experiment=sweep.experiment,
        question=sweep.question,
        metric=metric,
        varied=sweep.varied,
        sources=sweep.sources,
        classes=sweep.classes,
        fixed=_fixed(sweep),
        counts=tally,
        arms=tuple(arms),
        duels=duels,
        environment=settings,
        warnings=(
            *mixed,
            *loss_warnings(tally),
            *unrepeatable(counted, sweep.sources),
            *([odd] if odd else []),
        ),
        answer=words.answer,
        headline=_over_mixture(words.headline) if mixed else words.headline,
        detail=words.detail,
        caveats=words.caveats,
        spread_words=words.spread,
        settles=words.settles,
    )


def _over_mixture(headline: str) -> str:
    """Name a mixture of environments in the same sentence as the number that it blurs."""
    return f"{headline.removesuffix('.')}, over runs from different environments (see the warning)."


def _counts(run: RunRecord, metric: str) -> bool:
    return run.state == "finished" and score_of(run, metric) is not None


def _check(sweep: SweepRecord, metric: str) -> None:
    """Refuse a metric that is not a share."""
    for run in sweep.finished:
        score = score_of(run, metric)
        if score is not None and not 0 <= score <= 1:
            raise InputError(
                f"{metric} must be a fraction from 0 to 1, got {score:g} in run {run.name}: "
                "record it as a share of the examples"
            )


def _labels(configurations: Sequence[Options]) -> dict[Options, str]:
    """A readable name for each configuration, no two alike."""
    labels: dict[Options, str] = {}
    for options in configurations:
        name, number = label(options), 1
        while name in labels.values():
            number += 1
            name = f"{label(options)} ({number})"
        labels[options] = name
    return labels


def _fixed(sweep: SweepRecord) -> tuple[tuple[str, object], ...]:
    """The options that all runs share."""
    if not sweep.runs:
        return ()
    first, *rest = (run.options for run in sweep.runs)
    return tuple(
        (name, value)
        for name, value in first.items()
        if name not in sweep.varied
        and name not in sweep.sources
        and all(name in other and other[name] == value for other in rest)
    )
