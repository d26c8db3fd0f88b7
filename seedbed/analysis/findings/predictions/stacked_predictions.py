"""The predictions of one configuration's runs, fetched and joined by example."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seedbed.analysis.wording import count, one_line
from seedbed.system.errors import NotRecordedError, RemovedError, SeedbedError
from seedbed.tracking.records import Predictions, RunRecord
from seedbed.tracking.schema import BEST_EPOCH

READERS = 8
"""Prediction files fetched at a time."""
NOT_FOLLOWED = (
    ", so no example can be followed from run to run and only scores are compared: give what "
    "draws or splits the data one seed, and do not shuffle the test set"
)


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

    def first(self, runs: int) -> "Stack | None":
        """The part of the first ``runs`` runs; None where none of them has predictions."""
        keep = sum(position < runs for position in self.positions)
        return self._part(slice(keep), self.positions[:keep])

    def of(self, runs: Collection[int]) -> "Stack | None":
        """The part of the runs at these positions; None where none of them has predictions."""
        rows = [row for row, position in enumerate(self.positions) if position in runs]
        return self._part(rows, tuple(self.positions[row] for row in rows))

    def _part(self, rows: slice | list[int], positions: tuple[int, ...]) -> "Stack | None":
        if positions == self.positions:
            return self
        if not positions:
            return None
        by_position = dict(zip(self.positions, self.by_epoch, strict=True))
        return replace(
            self,
            positions=positions,
            predicted=self.predicted[rows],
            probabilities=self.probabilities[rows],
            by_epoch=tuple(by_position[position] for position in positions),
        )

    @property
    def errors(self) -> npt.NDArray[np.bool_]:
        """``[run, example]``, whether the run got the example wrong."""
        wrong: npt.NDArray[np.bool_] = np.not_equal(self.predicted, self.labels)
        return wrong


def stack_predictions(
    runs: Sequence[RunRecord], progress: Callable[[int, int], None] | None = None
) -> tuple[Stack | None, list[str]]:
    """Fetch the predictions of some runs and join them by example.

    Args:
        runs: The runs.
        progress: Called with files read and files in all.

    Returns:
        The stack, or None where fewer than one run can be used; and what could not be used.
    """
    having = [index for index, run in enumerate(runs) if run.load_predictions is not None]
    notes = []
    lacking, removed = len(runs) - len(having), 0
    positions: list[int] = []
    loaded: list[Predictions] = []
    for index, found in zip(having, _fetch([runs[i] for i in having]), strict=True):
        if isinstance(found, RemovedError):
            removed += 1
        elif isinstance(found, NotRecordedError):
            lacking += 1
        elif isinstance(found, SeedbedError):
            why = str(found).rstrip(".")
            notes.append(f"the predictions of {one_line(runs[index].name)} are unreadable: {why}")
        else:
            positions.append(index)
            loaded.append(_slim(_sorted(found), loaded[0] if loaded else None))
        if progress is not None:
            progress(len(positions), len(having))
    if lacking:
        notes.insert(0, f"{count(lacking, 'run')} of {len(runs)} recorded no predictions")
    if removed:
        whose = f"{count(removed, 'run')} of {len(runs)}"
        notes.insert(0, f"the predictions of {whose} were removed (seedbed prune)")
    if not loaded:
        return None, notes
    first = loaded[0]
    if unlike := _unlike(loaded):
        return None, [*notes, unlike]
    kind = first.labels_by_epoch.dtype
    stack = Stack(
        positions=tuple(positions),
        example_ids=first.example_ids,
        labels=first.labels,
        predicted=np.stack(
            [
                predicted_labels(one, runs[at].metrics.get(BEST_EPOCH)).astype(kind)
                for one, at in zip(loaded, positions, strict=True)
            ]
        ),
        probabilities=np.stack([one.probabilities for one in loaded]),
        by_epoch=tuple(one.labels_by_epoch for one in loaded),
    )
    return stack, notes


def _unlike(loaded: Sequence[Predictions]) -> str | None:
    """Why predictions cannot be joined by example, and what to do; None if they can."""
    first = loaded[0]
    if any(not np.array_equal(one.example_ids, first.example_ids) for one in loaded):
        return f"the runs were tested on different examples{NOT_FOLLOWED}"
    if any(not np.array_equal(one.labels, first.labels) for one in loaded):
        return (
            "the true labels of the test set differ from run to run, as they do if each run draws "
            f"or orders it anew{NOT_FOLLOWED}"
        )
    if len({one.probabilities.shape[1:] for one in loaded}) > 1:
        return "the runs predict different numbers of classes, so only scores are compared"
    if first.labels.size < 2:
        return "the runs were tested on one example, so only scores are compared"
    return None


def predicted_labels(found: Predictions, best_epoch: float | None) -> npt.NDArray[np.integer]:
    """The labels that a run gave at its chosen epoch.

    Probabilities are stored in 16 bits, in which a few near ties become ties; the labels of the
    chosen epoch are exact. They are taken where the epoch is known and both agree but for ties.

    Args:
        found: The run's predictions.
        best_epoch: The chosen epoch, counted from 1; None where it was not recorded.

    Returns:
        ``[example]``.
    """
    rounded = found.predicted
    if best_epoch is None or not 1 <= best_epoch <= len(found.labels_by_epoch):
        return rounded
    exact = found.labels_by_epoch[int(best_epoch) - 1]
    given = np.take_along_axis(found.probabilities, exact[:, None].astype(np.int64), axis=1)[:, 0]
    agree = given == found.probabilities.max(axis=1)
    return exact if bool(agree.all()) else rounded


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


def _slim(found: Predictions, first: Predictions | None) -> Predictions:
    """Without what a stack does not hold, and with the first run's arrays where they are equal."""
    same = first is not None and np.array_equal(found.example_ids, first.example_ids)
    same_labels = first is not None and np.array_equal(found.labels, first.labels)
    return replace(
        found,
        example_ids=first.example_ids if first is not None and same else found.example_ids,
        labels=first.labels if first is not None and same_labels else found.labels,
        probabilities_last=found.probabilities,
    )


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
