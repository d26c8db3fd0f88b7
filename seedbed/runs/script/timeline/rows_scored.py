"""Whether the trainings of a script are scored on the same rows, on folds, or on random splits."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from seedbed.runs.script.hooks.data.data_rows import ALL
from seedbed.runs.script.hooks.data.row_prints import Prints, share_seen
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.sklearn_hooks import FOLD, RANDOM
from seedbed.runs.script.timeline.trainings import Training

SAME = 0.5
"""Share of later rounds' rows that the first round has too, where they were not scaled anew."""
RoundKind = Literal["rounds", "folds", "random splits"]


def kind_of_rounds(trainings: Sequence[Training], watcher: Watcher) -> RoundKind:
    """What trainings with the same settings are.

    Folds hold each row out at most once. Rows that are held out more often than the data have them
    are drawn anew for each training, as by ``train_test_split`` in a loop.

    Args:
        trainings: The trainings, with what scored them.
        watcher: Knows the rows of each fit.
    """
    rows = {_rows_scored(one) or _rows_validated(one, watcher) for one in trainings}
    if len(rows) < 2:
        return "rounds"
    folds, drawn = (watcher.divisions[kind] for kind in (FOLD, RANDOM))
    if folds >= len(trainings) and not drawn:  # those of RepeatedKFold too
        return "folds"
    scored = [_held_out(one, watcher) for one in trainings]
    if not all(map(len, scored)):
        scored = [watcher.rows_of_fit(one.fits[-1])[1] for one in trainings]
    known = [*watcher.rows_of_fit(trainings[0].fits[0]), scored[0]]
    again = _drawn_again(known, scored)
    if again is None:  # rows that are scaled anew in each training look like others
        again = not folds and drawn >= len(trainings)
    return "random splits" if again else "folds"


def _rows_scored(training: Training) -> frozenset[str]:
    """The rows on which a training was scored, by digest."""
    evaluated = {one.rows for _, one in training.scored.evaluations}
    predicted = {one.data for one in training.scored.predictions}
    return frozenset((evaluated | predicted) - {""})


def _rows_validated(training: Training, watcher: Watcher) -> frozenset[str]:
    """The rows on which a training was validated, by digest."""
    return frozenset({watcher.fits[number - 1].validated for number in training.fits} - {""})


def _held_out(training: Training, watcher: Watcher) -> Prints:
    """The rows that scored a training and that it was not trained on; the last ones of several."""
    digests = [one.rows for _, one in training.scored.evaluations if one.seen < ALL]
    digests += [one.data for one in training.scored.predictions if one.seen < ALL]
    known = [rows for one in digests if len(rows := watcher.rows_named(one))]
    return known[-1] if known else np.zeros(0, np.uint64)


def _drawn_again(data: Sequence[Prints], scored: Sequence[Prints]) -> bool | None:
    """Whether rows are scored more often than the data have them; equal rows may be there twice.

    Args:
        data: The rows that the first training was trained on, validated on and scored on.
        scored: The rows that scored each training, the first one's first.

    Returns:
        None if most of the rows that scored the others are not among the data.
    """
    parts = {np.sort(part).tobytes(): part for part in data}.values()
    rows, there = np.unique(np.concatenate(list(parts)), return_counts=True)
    drawn, times = np.unique(np.concatenate(list(scored)), return_counts=True)
    others = np.concatenate(list(scored[1:]))
    if not len(others) or share_seen(others, rows) < SAME:
        return None
    place = np.minimum(np.searchsorted(rows, drawn), len(rows) - 1)
    return bool(np.any((rows[place] == drawn) & (times > there[place])))
