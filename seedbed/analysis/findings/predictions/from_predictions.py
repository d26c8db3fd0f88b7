"""What only predictions can say about one configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.arm_findings import Arm, Disputed
from seedbed.analysis.findings.predictions.stacked_predictions import Stack
from seedbed.analysis.statistics.answers.calibration import Calibration, calibration
from seedbed.analysis.statistics.answers.churn import (
    churn,
    disagreement_by_example,
    pairwise_disagreement,
    votes,
)
from seedbed.analysis.statistics.answers.classification import (
    class_scores,
    confusion_spread,
    f1_by_class,
)
from seedbed.analysis.statistics.answers.ensemble import Ensemble, ensemble
from seedbed.analysis.statistics.epochs import EpochOptimism, cross_fit
from seedbed.analysis.statistics.variance.decompose import split
from seedbed.analysis.statistics.variance.sources import (
    SourceTable,
    disagreement_shares,
    within_bounds,
)

MOST_DISPUTED = 24
"""Disputed examples kept."""
MOST_RUNS_BY_SOURCE = 150
"""Runs whose pairs are attributed to sources."""
FOLDS = 10
BINS = 15


def with_predictions(arm: Arm, stack: Stack) -> Arm:
    """Add what the predictions say.

    Args:
        arm: The configuration.
        stack: The predictions of its runs.
    """
    classes = stack.probabilities.shape[2]
    several = len(stack.positions) > 1
    vary = several and not arm.bit_identical
    counts = confusions(stack, classes)
    return replace(
        arm,
        examples=stack.labels.size,
        split=split(stack.errors) if vary else None,
        churn=churn(stack.predicted, classes) if several else None,
        confusion=confusion_spread(counts),
        scores=class_scores(counts),
        f1=f1_by_class(counts),
        disputed=disputed(stack, classes) if vary else (),
        ensemble=_ensemble(stack) if vary else None,
        epochs=_epochs(stack),
        calibration=_calibration(stack),
    )


def source_shares(stack: Stack, seeds: Mapping[str, Sequence[object]]) -> SourceTable | None:
    """What each source does to the disagreement; None where that cannot be told.

    Args:
        stack: The predictions of a configuration's runs.
        seeds: Source → ``[run]`` seed of the configuration's runs, of the sources to attribute to.
    """
    if len(seeds) < 2:
        return None
    positions = stack.positions[:MOST_RUNS_BY_SOURCE]
    used = {source: [of[index] for index in positions] for source, of in seeds.items()}
    if len(positions) < 3 or any(None in values for values in used.values()):
        return None
    predicted = stack.predicted[: len(positions)]
    table = pairwise_disagreement(predicted, stack.probabilities.shape[2])
    return within_bounds(disagreement_shares(used, table))


def confusions(stack: Stack, classes: int) -> npt.NDArray[np.int64]:
    """``[run, true class, predicted class]`` counts."""
    size = classes * classes
    tables = [np.bincount(stack.labels * classes + row, minlength=size) for row in stack.predicted]
    return np.stack(tables).reshape(-1, classes, classes)


def disputed(stack: Stack, classes: int, most: int = MOST_DISPUTED) -> tuple[Disputed, ...]:
    """The examples of a stack on which two runs are most likely to disagree, ties by index."""
    return most_disputed(stack.predicted, stack.labels, stack.example_ids, classes, most)


def most_disputed(
    predicted: npt.NDArray[np.integer],
    labels: npt.NDArray[np.integer],
    example_ids: npt.NDArray[np.integer],
    classes: int,
    most: int = MOST_DISPUTED,
) -> tuple[Disputed, ...]:
    """The examples on which two runs are most likely to disagree, most first, ties by index.

    Args:
        predicted: ``[run, example]`` predicted classes.
        labels: ``[example]`` true classes.
        example_ids: ``[example]`` what the examples are called.
        classes: Number of classes.
        most: Examples to return at most.
    """
    by_example = disagreement_by_example(predicted, classes)
    order = np.lexsort((example_ids, -by_example))[:most]
    order = order[by_example[order] > 0]
    if not order.size:
        return ()
    ballots = votes(predicted[:, order], classes) if order.size > 1 else None
    if ballots is None:
        column = predicted[:, order[0]].astype(np.int64)
        ballots = np.bincount(column, minlength=classes)[None, :]
    return tuple(
        Disputed(
            example=int(example_ids[index]),
            label=int(labels[index]),
            votes=tuple(int(vote) for vote in row),
            disagreement=float(by_example[index]),
        )
        for index, row in zip(order, ballots, strict=True)
    )


def _ensemble(stack: Stack) -> Ensemble:
    """Ensembles of 1, 2, 3 … runs, up to twice as many as there are."""
    runs = len(stack.positions)
    sizes = sorted({1, 2, 3, 4, 5, 7, 10, 15, 20, runs, 2 * runs})
    sizes = [size for size in sizes if size <= max(2 * runs, 5)]
    return ensemble(stack.probabilities, stack.labels, sizes)


def _epochs(stack: Stack) -> EpochOptimism | None:
    """Cross-fitted optimism of the best epoch; None where too few epochs or examples."""
    having = [table for table in stack.by_epoch if table.shape[0] > 1]
    if len(having) < len(stack.by_epoch) or stack.labels.size < FOLDS:
        return None
    return cross_fit((table == stack.labels for table in having), folds=FOLDS)


def _calibration(stack: Stack) -> Calibration | None:
    """Calibration of the predicted class; None where too few examples for the bins."""
    if stack.labels.size < 2 * BINS:
        return None
    confidence = np.clip(stack.probabilities.max(axis=2).astype(np.float64), 0, 1)
    return calibration(confidence, ~stack.errors, bins=BINS)
