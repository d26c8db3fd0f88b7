"""Scores of one run on its test set, from class probabilities."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.wording import percent

SMALLEST = 1e-7
"""Probabilities are clipped here before the logarithm, as Keras does."""


@dataclass(frozen=True)
class Scored:
    """What an experiment's own ``score`` gets, all at the chosen epoch.

    Attributes:
        validation: ``[example, class]`` probabilities on the validation set.
        test: ``[example, class]`` probabilities on the test set.
        folder: Files written here become artifacts of the run.
    """

    validation: npt.NDArray[np.float32]
    test: npt.NDArray[np.float32]
    folder: Path


def accuracy(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> float:
    """Share of examples whose most probable class is the true one.

    Args:
        probabilities: ``[example, class]``.
        labels: ``[example]``.
    """
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def collapse(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]
) -> str | None:
    """Why the network is no better than a constant answer, or None where it is better.

    Args:
        probabilities: ``[example, class]``.
        labels: ``[example]``.
    """
    predicted = probabilities.argmax(axis=1)
    if len(np.unique(predicted)) == 1 < len(np.unique(labels)):
        return f"it answers class {predicted[0]} for every test example"
    share = float(np.bincount(labels).max() / len(labels))
    score = accuracy(probabilities, labels)
    if score <= share and len(np.unique(labels)) > 1 and not _tells_classes(predicted, labels):
        return f"{percent(score)} of the test set, where one constant answer gives {percent(share)}"
    return None


def _tells_classes(predicted: npt.NDArray[np.integer], labels: npt.NDArray[np.integer]) -> bool:
    """Whether the mean share right over the classes lies clearly above chance.

    A network that was trained for rare classes, as with class weights, gives up examples of the
    common one.
    """
    classes = np.unique(labels)
    sizes = np.array([np.sum(labels == one) for one in classes])
    right = np.array([np.mean(predicted[labels == one] == one) for one in classes])
    chance = 1 / len(classes)
    noise = np.sqrt(np.sum(chance * (1 - chance) / sizes)) / len(classes)
    return bool(right.mean() > chance + 2 * noise)


def cross_entropy(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]
) -> float:
    """Mean negative log probability of the true class, in nats.

    Args:
        probabilities: ``[example, class]``.
        labels: ``[example]``.
    """
    true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(true, SMALLEST, 1.0)).mean())


def confusion(
    predicted: npt.NDArray[np.integer], labels: npt.NDArray[np.integer], classes: int
) -> npt.NDArray[np.int64]:
    """Counts ``[true class, predicted class]``."""
    from sklearn.metrics import confusion_matrix

    counts = confusion_matrix(labels, predicted, labels=np.arange(classes))
    return np.asarray(counts, dtype=np.int64)


def macro_f1(predicted: npt.NDArray[np.integer], labels: npt.NDArray[np.integer]) -> float:
    """Unweighted mean over the classes of F1; a class never predicted counts 0."""
    from sklearn.metrics import f1_score

    return float(f1_score(labels, predicted, average="macro", zero_division=0))


def report(
    predicted: npt.NDArray[np.integer], labels: npt.NDArray[np.integer], classes: tuple[str, ...]
) -> dict[str, object]:
    """Precision, recall, F1 and support by class, and their means."""
    from sklearn.metrics import classification_report

    result: dict[str, object] = classification_report(
        labels,
        predicted,
        labels=np.arange(len(classes)),
        target_names=list(classes),
        output_dict=True,
        zero_division=0,
    )
    return result


def table(
    predicted: npt.NDArray[np.integer], labels: npt.NDArray[np.integer], classes: tuple[str, ...]
) -> str:
    """Precision, recall, F1 and support by class, as text."""
    from sklearn.metrics import classification_report

    return str(
        classification_report(
            labels,
            predicted,
            labels=np.arange(len(classes)),
            target_names=list(classes),
            digits=3,
            zero_division=0,
        )
    )
