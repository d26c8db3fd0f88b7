"""From the record of a sweep to all that it says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.arms import describe_arm
from seedbed.analysis.findings.attribution_parts import planned_repeats, repeats_sentence
from seedbed.analysis.findings.configurations import count_runs, group_runs, plan_sentence
from seedbed.analysis.findings.counts_and_warnings import (
    carried_over,
    environment,
    environment_warnings,
    loss_warnings,
    shared_seeds,
    unrepeatable,
)
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.look_plan import look_plan
from seedbed.analysis.findings.pairwise import compare_arms
from seedbed.analysis.findings.predictions.stacked_predictions import Stack
from seedbed.analysis.findings.script.script_runs import (
    arm_sentences,
    arms_of,
    number_sentences,
    with_arms,
)
from seedbed.analysis.findings.search.search_result import result_of
from seedbed.analysis.findings.search.search_summary import searched
from seedbed.analysis.findings.wording.verdict_words import (
    answer,
    published_sentences,
    unusual_runs,
)
from seedbed.analysis.statistics.published import against_published, binomial_test_set_sd
from seedbed.analysis.statistics.search import SearchSummary, summarize_search
from seedbed.analysis.wording import listed
from seedbed.system.errors import InputError
from seedbed.tracking.records import OwnFile, PublishedFigure, SweepRecord
from seedbed.tracking.schema import BEST_EPOCH, SCORE

Images = Callable[[Sequence[int]], Sequence[npt.NDArray[np.generic]]]
"""Indices of examples → their pictures, each ``[height, width]`` or ``[height, width, channel]``,
numbers from 0 to 1 or bytes."""


def _check_published(published: PublishedFigure) -> None:
    """Refuse a value that is not an accuracy of some runs.

    Raises:
        InputError: The value is not a fraction, or no run gave it.
    """
    if not 0 <= published.value <= 1:
        raise InputError(
            f"the published accuracy must be a fraction from 0 to 1, got {published.value:g}: "
            "divide percent by 100"
        )
    if published.runs < 1:
        raise InputError(f"a published mean is of at least 1 run, got {published.runs}")


def collect(
    sweep: SweepRecord,
    metric: str = SCORE,
    progress: Callable[[int, int], None] | None = None,
    *,
    published: PublishedFigure | None = None,
    images: Images | None = None,
    number: DecidingNumber = TEST_ACCURACY,
) -> Findings:
    """Say all that a sweep says.

    Args:
        sweep: The sweep as recorded.
        metric: Name of the metric to compare, a fraction from 0 to 1.
        progress: Called with configurations done and configurations in all.
        published: A published figure to set the runs against; default: the sweep's own.
        images: Fetches pictures of examples by their indices in the data set.
        number: How the metric is written, where it is not a share of right answers.

    Raises:
        InputError: A metric outside 0 … 1.
    """
    of_scripts = [*number_sentences(sweep), *arm_sentences(sweep)] if metric == SCORE else []
    recorded = sweep
    if metric == number.metric:
        sweep = with_arms(sweep, metric)
    seen = searched(sweep, metric)
    published = published or sweep.published
    if published is not None:
        _check_published(published)
    whole, (sweep, about_search) = sweep, result_of(sweep)
    groups = group_runs(sweep, metric, fraction=number.is_test_accuracy)
    arms: list[Arm] = []
    stacks: dict[str, Stack] = {}
    for done, group in enumerate(groups, start=1):
        arm, stack = describe_arm(sweep, group, metric, number)
        arms.append(arm)
        if stack is not None:
            stacks[arm.label] = stack
        if progress is not None:
            progress(done, len(groups))
    counted = [run for group in groups for run in group.every]
    tally = count_runs(recorded, groups, of=sweep, arms=arms_of(recorded, whole))
    if published is not None:
        arms = [_against(arm, published) for arm in arms]
    duels = compare_arms(arms, stacks, look_plan(sweep))
    search = _search(arms)
    experiment = _experiment(sweep)
    words = answer(arms, duels, tally, experiment, search)
    settings = environment(counted)
    mixed = environment_warnings(settings, counted, sweep)
    shared = shared_seeds([group.runs for group in groups], sweep.sources)
    carried = carried_over(counted)
    odd = unusual_runs(arms, number)
    findings = Findings(
        sweep=sweep.name,
        run_id=sweep.run_id,
        experiment=experiment,
        question=sweep.question,
        metric=metric,
        varied=sweep.varied,
        sources=sweep.sources,
        classes=sweep.classes,
        fixed=_fixed(sweep),
        counts=tally,
        arms=tuple(arms),
        duels=duels,
        search=search,
        environment=settings,
        files=_files(sweep),
        chooses_epochs=any(BEST_EPOCH in run.metrics for run in counted),
        warnings=(
            *mixed,
            *loss_warnings(tally, planned_repeats(sweep)),
            *shared,
            *carried,
            *unrepeatable(counted, sweep.sources),
            *([odd] if odd else []),
        ),
        answer=words.answer,
        headline=_qualified(words.headline, mixed=mixed, shared=shared, carried=carried),
        detail=(
            *words.detail,
            *filter(None, [about_search, plan_sentence(groups), repeats_sentence(sweep)]),
            *published_sentences(arms),
            *of_scripts,
        ),
        caveats=words.caveats,
        spread_words=words.spread,
        settles=words.settles,
        searched=seen,
        number=number,
    )
    best = findings.best
    if images is None or best is None or not best.disputed:
        return findings
    wanted = [example.example for example in best.disputed]
    return replace(findings, images=dict(zip(wanted, images(wanted), strict=True)))


def _against(arm: Arm, published: PublishedFigure) -> Arm:
    """Set one configuration's runs against the published figure.

    Where that was scored on other examples, the two test sets add their own spread; a test set of
    unknown size is taken to be as large as the one at hand.
    """
    if not arm.dots:
        return arm
    scores = [dot.accuracy for dot in arm.dots]
    added = 0.0
    if not published.same_test_set:
        if arm.examples is None:
            note = "without predictions the size of the test set is unknown: not set against it"
            return replace(arm, notes=(*arm.notes, note))
        other = published.examples or arm.examples
        mean = sum(scores) / len(scores)
        added = binomial_test_set_sd(mean, arm.examples, published.value, other)
    found = against_published(
        scores, published.value, published_runs=published.runs, test_set_sd=added
    )
    return replace(arm, published=found)


def _files(sweep: SweepRecord) -> tuple[OwnFile, ...] | None:
    """The user's own files that were run; of an older version's record their names alone."""
    if sweep.files:
        return sweep.files
    names = dict.fromkeys(
        PurePath(str(run.options["script"])).name for run in sweep.runs if "script" in run.options
    )
    if sweep.experiment_file is not None:
        names = dict.fromkeys([PurePath(sweep.experiment_file).name])
    return tuple(map(OwnFile, names)) or None


def _experiment(sweep: SweepRecord) -> str:
    """What was run: the experiment's name, or of repeated scripts their files' names."""
    scripts = dict.fromkeys(str(r.options["script"]) for r in sweep.runs if "script" in r.options)
    return listed(PurePath(one).name for one in scripts) if scripts else sweep.experiment


def _search(arms: Sequence[Arm]) -> SearchSummary | None:
    """The winner and its luck, from three configurations on."""
    scores = {arm.label: [dot.accuracy for dot in arm.dots] for arm in arms if arm.dots}
    return summarize_search(scores) if len(scores) > 2 else None


def _qualified(
    headline: str, *, mixed: Sequence[str], shared: Sequence[str], carried: Sequence[str]
) -> str:
    """Name in the same sentence what blurs the number: environments, shared seeds, carried models.

    Args:
        headline: The answer.
        mixed: Warnings of mixed environments.
        shared: Warnings of seeds that runs of one configuration share.
        carried: Warnings of models that were carried over from seed to seed.
    """
    said = headline.removesuffix(".")
    if mixed:
        said += ", over runs from different environments"
    if shared:
        said += ", treating runs that share seeds as independent"
    if carried:
        said += ", treating runs that continue one model as fresh"
    return f"{said} (see the warning)." if mixed or shared or carried else headline


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
