"""``churn``: which examples change their label from run to run, as numbers and as pictures."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import no_predictions, with_unread
from seedbed.analysis.answers.inputs.read_inputs import read_names, read_words
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION
from seedbed.analysis.findings.arm_findings import Disputed
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.predictions.from_predictions import disputed, most_disputed
from seedbed.analysis.statistics.answers.churn import churn as disagreement, disagreement_by_example
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError

SHOWN = 12
"""Examples in the picture."""
Draw = Callable[[Sequence[Disputed], list[str]], tuple[Path, bool]]
"""Examples and names of the classes → the picture's file, and whether it shows the examples."""


def churn_of_runs(found: Recorded, group: Group, draw: Draw, *, level: float = 0.95) -> Answer:
    """Say which test examples the runs of one configuration label differently, and draw them.

    Args:
        found: The sweep.
        group: The configuration.
        draw: Draws the examples on which the runs disagree most.
        level: Confidence level.

    Raises:
        InputError: Predictions of fewer than two runs, or a folder that cannot be written.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "churn")
    runs, classes = len(stack.positions), stack.probabilities.shape[2]
    if runs < 2:
        raise InputError(f"churn needs predictions of 2 runs or more, {group.label} has 1")
    names = _class_names(found, classes)
    said_of = churn_of_labels(
        stack.predicted, names, truth=stack.labels, examples=stack.example_ids, level=level
    )
    said_of = with_unread(said_of, said)
    examples = disputed(stack, classes)
    if not examples:
        return said_of
    path, seen = draw(examples[:SHOWN], names)
    how = "" if seen else " (votes only: the data set is not in the store's cache)"
    line = f"Picture of {count(min(len(examples), SHOWN), 'example')}: {path}{how}"
    fields = {**said_of.fields, "picture": str(path)}
    return replace(said_of, sentences=(*said_of.sentences, line), fields=fields)


def churn_of_labels(
    predicted: npt.NDArray[np.integer],
    names: list[str],
    *,
    truth: npt.NDArray[np.integer] | None = None,
    examples: npt.NDArray[np.integer] | None = None,
    level: float = 0.95,
) -> Answer:
    """Say which examples runs label differently.

    Args:
        predicted: ``[run, example]`` predicted classes, indices into the names; two runs or more.
        names: Names of the classes.
        truth: ``[example]`` true classes, where known.
        examples: ``[example]`` what the examples are called; their numbers from 0 by default.
        level: Confidence level.
    """
    runs, size = predicted.shape
    share = disagreement(predicted, len(names), level)
    changing = int((disagreement_by_example(predicted, len(names)) > 0).sum())
    labels = np.zeros(size, dtype=np.int64) if truth is None else truth
    ids = np.arange(size) if examples is None else examples
    found = most_disputed(predicted, labels, ids, len(names))
    lines = [
        f"Two runs label {FRACTION.level(share.value)} of the test examples differently "
        f"({FRACTION.interval(share)}, {runs} runs).",
        f"{changing} of {size} examples change their label in some run, the others never do.",
    ]
    if found:
        first = found[0]
        votes = ", ".join(
            f"{vote} × {names[index]}" for index, vote in enumerate(first.votes) if vote
        )
        known = "" if truth is None else f" ({names[first.label]})"
        lines.append(f"The runs disagree most on example {first.example}{known}: {votes}.")
    fields = {
        "n": runs,
        "examples": size,
        "classes": names,
        "churn": share,
        "changing": changing,
        "disputed": [{**vars(one), "label": None if truth is None else one.label} for one in found],
        "picture": None,
    }
    rows: list[tuple[str, object]] = [("churn", share), ("changing", changing)]
    rows += [(f"example {one.example}: disagreement", one.disagreement) for one in found]
    return Answer(tuple(lines), fields, tuple(rows))


def churn_of_file(path: Path, truth: Path | None = None, *, level: float = 0.95) -> Answer:
    """Say which examples the runs in a CSV file label differently.

    Args:
        path: Runs × examples of labels.
        truth: File of the true labels.
        level: Confidence level.

    Raises:
        InputError: As ``read_labels`` and ``read_truth``.
    """
    predicted, names = read_labels(path)
    if truth is None:
        return churn_of_labels(predicted, names, level=level)
    labels, names = read_truth(truth, names, predicted.shape[1])
    return churn_of_labels(predicted, names, truth=labels, level=level)


def read_labels(path: Path) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Read runs × examples of labels, numbers or words.

    Returns:
        ``[run, example]`` indices into the names, and the names, in order.

    Raises:
        InputError: As ``read_words``, or fewer than two runs or examples.
    """
    words = np.array(read_words(path))
    if min(words.shape) < 2:
        raise InputError(
            f"{path} must be runs (rows) × examples (columns) of labels, 2 × 2 or more, got "
            f"{words.shape[0]} × {words.shape[1]}"
        )
    names, indices = np.unique(words, return_inverse=True)
    return indices.reshape(words.shape).astype(np.int64), [str(name) for name in names]


def read_truth(path: Path, names: list[str], size: int) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Read the true label of each example.

    Args:
        path: File with one label per example.
        names: Labels that the runs gave.
        size: Number of examples.

    Returns:
        ``[example]`` indices into the names, and the names with those that no run gave added.

    Raises:
        InputError: Not one label per example.
    """
    labels = read_names(path)
    if len(labels) != size:
        raise InputError(
            f"{path} must hold one label per example: {size} examples, got {len(labels)} labels"
        )
    names = [*names, *sorted(set(labels) - set(names))]
    return np.array([names.index(label) for label in labels], dtype=np.int64), names


def _class_names(found: Recorded, classes: int) -> list[str]:
    names = list(found.sweep.classes)
    return names if len(names) == classes else [str(index) for index in range(classes)]
