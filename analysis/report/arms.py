"""One configuration: its runs, their spread, and what their predictions say."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.estimate import Estimate
from analysis.report.findings import Arm, Confusion, Curve, Dot, Lost
from analysis.report.tally import score_of, seeds_of
from analysis.report.wording import count, one_line
from analysis.statistics.churn import churn
from analysis.statistics.decompose import split
from analysis.statistics.spread import IDENTICAL, Spread, describe
from tracking.errors import SeedbedError
from tracking.records import Predictions, RunRecord, SweepRecord

READERS = 8
"""Prediction files fetched at a time."""


@dataclass(frozen=True)
class Stack:
    """The predictions of one configuration's runs on the same examples.

    Attributes:
        positions: ``[run]`` index of each run among the configuration's runs that count.
        example_ids: ``[example]``, ascending.
        labels: ``[example]`` true classes.
        predicted: ``[run, example]`` predicted classes.
        probabilities: ``[run, example, class]`` float16.
        by_epoch: Per run ``[epoch, example]`` predicted classes.
    """

    positions: tuple[int, ...]
    example_ids: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.unsignedinteger]
    probabilities: npt.NDArray[np.float16]
    by_epoch: tuple[npt.NDArray[np.unsignedinteger], ...]

    @property
    def errors(self) -> npt.NDArray[np.bool_]:
        """``[run, example]``, whether the run got the example wrong."""
        wrong: npt.NDArray[np.bool_] = np.not_equal(self.predicted, self.labels)
        return wrong


def describe_arm(
    sweep: SweepRecord,
    name: str,
    options: tuple[tuple[str, object], ...],
    *,
    runs: Sequence[RunRecord],
    lost: Sequence[RunRecord],
    metric: str,
) -> tuple[Arm, Stack | None]:
    """Say what one configuration's runs say.

    Args:
        sweep: The sweep that the runs belong to.
        name: The configuration in words.
        options: The configuration.
        runs: Its finished runs that carry the metric, without repeats.
        lost: Its runs without a result.
        metric: Name of the metric, a fraction.

    Returns:
        The configuration, and its predictions where it has any, for comparing.
    """
    arm = Arm(
        label=name,
        options=options,
        dots=tuple(_dot(run, sweep.sources, metric) for run in runs),
        lost=tuple(Lost(run.name, run.state, run.reason) for run in lost),
    )
    if not runs:
        return replace(arm, notes=("no run finished, so nothing can be said about it",)), None
    spread = _within_bounds(describe([dot.accuracy for dot in arm.dots]))
    dots = tuple(
        replace(dot, unusual=index in spread.outliers) for index, dot in enumerate(arm.dots)
    )
    prints = {run.fingerprint for run in runs}
    same_weights = len(runs) > 1 and len(prints) == 1 and None not in prints
    stack, missing = stack_predictions(runs)
    arm = replace(
        arm,
        dots=dots,
        spread=spread,
        bit_identical=same_weights,
        curves=_curves(runs),
        notes=(*_notes(spread, dots, same_weights), *missing),
    )
    return (arm if stack is None else _with_predictions(arm, stack, len(sweep.classes))), stack


def _within_bounds(spread: Spread) -> Spread:
    """Intervals of an accuracy end at 0 and 1, where t intervals of a collapse do not."""

    def bounded(estimate: Estimate) -> Estimate:
        if estimate.low is None or estimate.high is None:
            return estimate
        return replace(estimate, low=max(estimate.low, 0.0), high=min(estimate.high, 1.0))

    return replace(spread, mean=bounded(spread.mean), next_run=bounded(spread.next_run))


def _notes(spread: Spread, dots: Sequence[Dot], same_weights: bool) -> list[str]:
    """What the spread of the runs cannot carry."""
    if same_weights:
        return [f"{count(len(dots), 'run')}, one set of weights, {IDENTICAL}"]
    if spread.identical:
        return ["all runs score exactly the same, so there is no spread to estimate"]
    return [spread.note] if spread.note and not spread.outliers else []


def _dot(run: RunRecord, sources: Sequence[str], metric: str) -> Dot:
    score = score_of(run, metric)
    if score is None:
        raise ValueError(f"{run.name} has no {metric}")
    return Dot(run.run_id, run.name, seeds_of(run, sources), score, run.fingerprint)


def _with_predictions(arm: Arm, stack: Stack, classes: int) -> Arm:
    """Add what only predictions can say."""
    several = len(stack.positions) > 1
    return replace(
        arm,
        examples=stack.labels.size,
        split=split(stack.errors) if several and not arm.bit_identical else None,
        churn=churn(stack.predicted, classes) if several else None,
        confusion=confusion(stack, classes),
    )


def confusion(stack: Stack, classes: int) -> Confusion:
    """Confusion matrix, rows normalised per run, then mean and sd of each cell over runs.

    Rows of classes that the test set does not hold are not a number.
    """
    shares = np.empty((len(stack.positions), classes, classes))
    for index, predicted in enumerate(stack.predicted):
        cells = stack.labels * classes + predicted
        table = np.bincount(cells, minlength=classes * classes).reshape(classes, classes)
        with np.errstate(invalid="ignore"):
            shares[index] = table / table.sum(axis=1, keepdims=True)
    sd = shares.std(axis=0, ddof=1) if len(shares) > 1 else None
    return Confusion(mean=shares.mean(axis=0), sd=sd, runs=len(shares))


def stack_predictions(runs: Sequence[RunRecord]) -> tuple[Stack | None, list[str]]:
    """Fetch the predictions of some runs and join them by example.

    Returns:
        The stack, or None where fewer than one run can be used; and what could not be used.
    """
    having = [index for index, run in enumerate(runs) if run.load_predictions is not None]
    notes = []
    if len(having) < len(runs):
        lacking = len(runs) - len(having)
        notes.append(f"{count(lacking, 'run')} of {len(runs)} recorded no predictions")
    positions, loaded = [], []
    for index, found in zip(having, _fetch([runs[i] for i in having]), strict=True):
        if isinstance(found, SeedbedError):
            notes.append(f"the predictions of {one_line(runs[index].name)} are unreadable: {found}")
        else:
            positions.append(index)
            loaded.append(_sorted(found))
    if not loaded:
        return None, notes
    first = loaded[0]
    if any(not np.array_equal(one.example_ids, first.example_ids) for one in loaded):
        notes.append("the runs were tested on different examples, so they cannot be joined")
        return None, notes
    if any(not np.array_equal(one.labels, first.labels) for one in loaded):
        notes.append("the runs disagree about the true labels, so they cannot be joined")
        return None, notes
    kind = first.labels_by_epoch.dtype
    stack = Stack(
        positions=tuple(positions),
        example_ids=first.example_ids,
        labels=first.labels,
        predicted=np.stack([one.predicted.astype(kind) for one in loaded]),
        probabilities=np.stack([one.probabilities for one in loaded]),
        by_epoch=tuple(one.labels_by_epoch for one in loaded),
    )
    return stack, notes


def _fetch(runs: Sequence[RunRecord]) -> Iterator[Predictions | SeedbedError]:
    """Load predictions, a few files at a time, in order."""
    with ThreadPoolExecutor(READERS) as pool:
        for start in range(0, len(runs), READERS):
            yield from pool.map(_load, runs[start : start + READERS])


def _load(run: RunRecord) -> Predictions | SeedbedError:
    assert run.load_predictions is not None  # noqa: S101 - chosen by the caller
    try:
        return run.load_predictions()
    except SeedbedError as error:
        return error


def _sorted(found: Predictions) -> Predictions:
    """The predictions in ascending order of example."""
    order = np.argsort(found.example_ids, kind="stable")
    if np.array_equal(order, np.arange(order.size)):
        return found
    return Predictions(
        found.example_ids[order],
        found.labels[order],
        found.probabilities[order],
        found.probabilities_last[order],
        found.labels_by_epoch[:, order],
    )


def _curves(runs: Sequence[RunRecord]) -> dict[str, Curve]:
    """Mean and range over runs of each metric that is recorded per epoch."""
    values: dict[str, list[list[float]]] = {}
    for run in runs:
        if run.load_history is None:
            continue
        for metric, series in run.load_history().items():
            if len(series) > 1:
                values.setdefault(metric, []).append(series)
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
        )
    return curves
