"""One configuration: its runs, their spread, and what their predictions say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.findings.arm_findings import Arm, Curve
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import score_of, seeds_of
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.predictions.from_predictions import source_shares, with_predictions
from seedbed.analysis.findings.predictions.stacked_predictions import Stack, stack_predictions
from seedbed.analysis.findings.run_findings import Lost, RunScore
from seedbed.analysis.findings.seed_table import seed_table
from seedbed.analysis.statistics.spread import IDENTICAL, Spread, describe
from seedbed.analysis.wording import count
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import SCORE


def describe_arm(
    sweep: SweepRecord, group: Group, metric: str, number: DecidingNumber = TEST_ACCURACY
) -> tuple[Arm, Stack | None]:
    """Say what one configuration's runs say.

    Args:
        sweep: The sweep that the runs belong to.
        group: The configuration.
        metric: Name of the metric, a fraction unless ``number`` says otherwise.
        number: How it is written.

    Returns:
        The configuration, and its predictions where it has any, for comparing.
    """
    runs = group.runs
    arm = Arm(
        label=group.label,
        options=group.options,
        dots=tuple(_dot(run, sweep.sources, metric) for run in runs),
        others=tuple(_dot(run, sweep.sources, metric) for run in group.others),
        lost=tuple(
            Lost(run.name, run.state, run.reason, run.log, tries) for run, tries in group.unfinished
        ),
        failed=tuple(seeds_of(run, sweep.sources) for run in group.failed),
    )
    if not runs:
        return replace(
            arm, notes=(f"no finished run has {_what(number)}, so nothing can be said about it",)
        ), None
    every, missing = stack_predictions(group.every)
    if not number.is_test_accuracy:  # predictions tell of accuracies alone
        every, missing = None, []
    noted = {run.test_examples for run in group.every} if metric == SCORE else set()
    size = noted.pop() if len(noted) == 1 else None
    size = size if every is None else len(every.example_ids)
    spread = describe(group.models, test_size=size).within(*number.limits(group.models))
    own = group.own
    odd = {own[place] for place in spread.outliers}
    dots = tuple(replace(dot, unusual=index in odd) for index, dot in enumerate(arm.dots))
    prints = {run.fingerprint for run in runs}
    same_weights = len(runs) > 1 and len(prints) == 1 and None not in prints
    parts = plan_parts(sweep, runs)
    arm = replace(
        arm,
        same_bits=None if parts is None else parts.same_bits,
        dots=dots,
        spread=spread,
        bit_identical=same_weights,
        examples=size,
        curves=_curves(runs),
        notes=(*_notes(spread, dots, same_weights), *filter(None, [group.repeated]), *missing),
    )
    stack = None if every is None else every.first(len(runs))
    if every is None or stack is None:
        return arm, None
    if len(sweep.sources) > 1 and not same_weights:
        seeds = seed_table(group.every, sweep.sources)
        arm = replace(arm, shares=source_shares(every, seeds))
    models = stack.of(set(own))
    return (arm if models is None else with_predictions(arm, models)), stack


def _what(number: DecidingNumber) -> str:
    return "an accuracy" if number.is_test_accuracy else "this number"


def _notes(spread: Spread, dots: Sequence[RunScore], same_weights: bool) -> list[str]:
    """What the spread of the runs cannot carry."""
    if same_weights:
        return [f"{count(len(dots), 'run')}, one set of weights, {IDENTICAL}"]
    if spread.identical:
        return ["all runs score exactly the same, so there is no spread to estimate"]
    return [spread.note] if spread.note and not spread.outliers else []


def _dot(run: RunRecord, sources: Sequence[str], metric: str) -> RunScore:
    score = score_of(run, metric)
    if score is None:
        raise ValueError(f"{run.name} has no {metric}")
    return RunScore(run.run_id, run.name, seeds_of(run, sources), score, run.fingerprint)


def _curves(runs: Sequence[RunRecord]) -> dict[str, Curve]:
    """Mean and range over runs of each metric that is recorded per epoch."""
    values: dict[str, list[list[float]]] = {}
    ids: dict[str, list[str]] = {}
    for run in runs:
        if run.load_history is None:
            continue
        for metric, series in run.load_history().items():
            if len(series) > 1:
                values.setdefault(metric, []).append(series)
                ids.setdefault(metric, []).append(run.run_id)
    curves = {}
    for metric, found in values.items():
        longest = max(len(series) for series in found)
        table = np.full((len(found), longest), np.nan)
        for row, series in zip(table, found, strict=True):
            row[: len(series)] = series
        known = np.ma.masked_invalid(table)
        curves[metric] = Curve(
            metric,
            mean=known.mean(axis=0).filled(np.nan),
            low=known.min(axis=0).filled(np.nan),
            high=known.max(axis=0).filled(np.nan),
            runs=len(found),
            lines=table,
            run_ids=tuple(ids[metric]),
        )
    return curves
