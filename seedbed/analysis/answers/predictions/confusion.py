"""``confusion``: what a confusion matrix says, of one run or over runs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer, interval, number
from seedbed.analysis.answers.configuration_answers import no_predictions, with_unread
from seedbed.analysis.answers.inputs.read_inputs import read_matrix
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.predictions.from_predictions import confusions
from seedbed.analysis.statistics.answers.classification import (
    ClassScores,
    as_confusion,
    class_scores,
    confusion_spread,
    macro_f1_bootstrap,
)
from seedbed.system.errors import InputError

SMALL_CLASS = 10
"""Below so many examples in a class, the delta interval of macro-F1 gives way to the bootstrap."""


def confusion_of_counts(
    counts: npt.ArrayLike, classes: Sequence[str] | None = None, *, level: float = 0.95
) -> Answer:
    """Say what confusion matrices say.

    Args:
        counts: ``[true, predicted]`` or ``[run, true, predicted]``.
        classes: Names of the classes; their numbers unless given.
        level: Confidence level.

    Raises:
        InputError: Not confusion matrices.
    """
    matrix = as_confusion(counts)
    found = class_scores(matrix, level)
    names = list(classes) if classes is not None else [str(i) for i in range(matrix.shape[-1])]
    bootstrap = None
    if found.runs == 1:
        one = matrix.reshape(matrix.shape[-2:])
        if one.sum(axis=1).min() < SMALL_CLASS:
            bootstrap = macro_f1_bootstrap(one, level)
    rows: list[tuple[str, object]] = [("accuracy", found.accuracy), ("macro_f1", found.macro_f1)]
    for kind, values in (("recall", found.recall), ("precision", found.precision)):
        rows += [(f"{kind} of {name}", value) for name, value in zip(names, values, strict=True)]
    fields: dict[str, object] = {
        "n": found.n,
        "runs": found.runs,
        "classes": names,
        "accuracy": found.accuracy,
        "macro_f1": found.macro_f1,
        "macro_f1_bootstrap": bootstrap,
        "recall": found.recall,
        "precision": found.precision,
        "f1": found.f1,
        "matrix_mean": None,
        "matrix_sd": None,
    }
    cells = confusion_spread(matrix.reshape(-1, *matrix.shape[-2:]))
    if found.runs > 1:
        fields["matrix_mean"], fields["matrix_sd"] = cells.mean, cells.sd
        for true, predicted in np.ndindex(cells.mean.shape):
            text = f"{cells.mean[true, predicted]:.4f} ± {cells.sd[true, predicted]:.4f}"
            rows.append((f"share of {names[true]} called {names[predicted]}", text))
    said = _sentences(found, names)
    return Answer(said, fields, tuple(rows), matrices={"matrix": cells}, classes=tuple(names))


def _sentences(found: ClassScores, names: Sequence[str]) -> tuple[str, ...]:
    of = f"{found.n} examples" if found.runs == 1 else f"{found.runs} runs"
    lines = [
        f"Accuracy is {FRACTION.level(found.accuracy.value)} over {of} "
        f"({FRACTION.interval(found.accuracy)}), macro-F1 {number(found.macro_f1.value)} "
        f"({interval(found.macro_f1)})."
    ]
    known = [(name, r) for name, r in zip(names, found.recall, strict=True) if r is not None]
    if known:
        name, worst = min(known, key=lambda pair: pair[1].value)
        lines.append(
            "No example of any class is wrong."
            if worst.value == 1
            else f"The hardest class is {name}: recall {FRACTION.level(worst.value)} "
            f"({FRACTION.interval(worst)})."
        )
    missing = [name for name, r in zip(names, found.recall, strict=True) if r is None]
    if missing:
        lines.append(
            f"There are no examples of {', '.join(missing)}: no recall, left out of macro-F1."
        )
    return tuple(lines)


def read_confusion(path: Path) -> tuple[list[str] | None, npt.NDArray[np.float64]]:
    """Read a square of counts, with or without a first row of class names."""
    names, values = read_matrix(path)
    if values.shape[0] != values.shape[1]:
        raise InputError(
            f"{path} must be square, true classes as rows, got {values.shape[0]} rows × "
            f"{values.shape[1]} columns"
        )
    return names, values


def confusion_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Say what the recorded predictions of one configuration say, class by class.

    Raises:
        InputError: Its runs recorded no predictions that can be read.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "a confusion matrix")
    counts = confusions(stack, stack.probabilities.shape[2])
    names = found.sweep.classes if len(found.sweep.classes) == counts.shape[-1] else None
    answer = confusion_of_counts(counts if len(counts) > 1 else counts[0], names, level=level)
    return with_unread(answer, said)


def names_a_sweep(files: Sequence[Path]) -> bool:
    """Whether what was given is one word that names no file and does not look like one."""
    if len(files) != 1 or files[0].exists():
        return False
    return len(files[0].parts) == 1 and files[0].suffix.lower() not in (".csv", ".txt")
