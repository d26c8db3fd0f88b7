"""Which number stands for a script's run, and why."""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.record.observations import Evaluation, Prediction
from seedbed.runs.script.hooks.record.train_scores import tests_of
from seedbed.runs.script.timeline.trainings import Scored
from seedbed.tracking import schema

ACCURACY = re.compile(r"(?:^|[_ ])acc(?:uracy)?(?:$|[_ ])")
SCORES = re.compile(
    r"(?:^|[_ ])(?:eer|hter|far|frr|f1|fscore|auc|auroc|precision|recall|r2|iou|dice"
    r"|mae|mse|rmse|mape|error|wer|cer|kappa|mcc)(?:$|[_ ])"
)
"""Names of printed scores that people report when a script gives no accuracy."""

LOSS = re.compile(r"(?:^|[_ ])loss(?:$|[_ ])")
BEST = re.compile(r"^(?:best|(?:.* )?(?:score|result))$")
"""Names of printed numbers that say that they are the result, such as ``best score``."""

NOT_TEST = re.compile(r"(?:^|[_ ])(?:train|training|best|top|loss|error)(?:$|[_ ])")
TRAINING = re.compile(r"(?:^|[_ ])(?:train|training)(?:$|[_ ])")
VALIDATION = re.compile(r"(?:^|[_ ])val(?:idation)?(?:$|[_ ])")
IN_LIST = re.compile(r" \[\d+\]$")
IN_REPORT = " support"
REPORT = ("precision", "recall", "f1-score", "support")
"""Columns of scikit-learn's report by class."""

SUMS_TO_ONE = 1e-2
FLOAT32 = 1e-6
"""Share by which a number of 32 bits may differ from itself as it is printed."""

PERCENT = 100
CLOSE = 0.01
"""Share by which a number may differ from itself as it is rounded for printing."""


@dataclass(frozen=True)
class Number:
    """A number that may stand for a run.

    Attributes:
        value: The number.
        name: What it is, with the line that gives it.
        why: Why it comes before the others.
        kind: Where it is from: of two trainings only numbers of one kind are compared.
        accuracy: Whether it is a share of right answers.
    """

    value: float
    name: str
    why: str
    kind: str
    accuracy: bool = True

    @property
    def key(self) -> str:
        """The metric that it is recorded as."""
        return schema.SCORE if self.accuracy else schema.HEADLINE


def numbers_of(scored: Scored) -> dict[str, Number]:
    """Kind → the number of that kind; the one that stands for what was scored comes first."""
    found: dict[str, Number] = {}
    ranked = (_searched(scored), _own_scores(scored), _accuracies(scored), _others(scored))
    for number in itertools.chain.from_iterable(ranked):
        found.setdefault(number.kind, number)
    return found


def _searched(scored: Scored) -> Iterable[Number]:
    """The best score of a search, if the script prints it and scores nothing afterwards."""
    shown = [value for values in scored.said.values() for value in values]
    scores = len(scored.evaluations) + len(scored.accuracies)
    for search in reversed(scored.searches):
        is_last = scores == search.scores_before
        if is_last and any(is_shown(search.value * unit, shown) for unit in (1, PERCENT)):
            name = f"best_score_ of {search.name}{_at(search.place)}"
            why = "the script prints it and scores nothing afterwards"
            yield Number(search.value, name, why, "best_score_", search.accuracy)


_Numbered = list[tuple[int, Evaluation]]


def _tests_and_train_scores(scored: Scored) -> tuple[_Numbered, _Numbered]:
    """The evaluations of other rows, and those of the rows that were trained on."""
    tests = {id(one) for one in tests_of(one for _, one in scored.evaluations)}
    return (
        [pair for pair in scored.evaluations if id(pair[1]) in tests],
        [pair for pair in scored.evaluations if id(pair[1]) not in tests],
    )


def _own_scores(scored: Scored) -> Iterable[Number]:
    """Scores that the script computes or prints, if no accuracy is among them.

    Those of a report by class are none of its own, as it holds dozens of them.
    """
    rows = {name.removesuffix(IN_REPORT) for name in scored.said if name.endswith(IN_REPORT)}
    of_report = {f"{row} {column}" for row in rows for column in REPORT} | {"accuracy"}
    said = {name: of for name, of in scored.said.items() if not rows or name not in of_report}
    tested, _ = _tests_and_train_scores(scored)
    accuracies = [*_evaluated(tested, ""), *_printed(said)]
    if scored.accuracies or accuracies:
        return
    why = "the script itself gives no accuracy"
    yield from _printed_values(scored, _names_of_scores(said), why)
    for score in reversed(scored.library_scores):
        where = f"{score.name} of scikit-learn{_at(score.place)}"
        yield Number(score.value, where, why, score.name, accuracy=False)


def _names_of_scores(names: Iterable[str]) -> list[str]:
    """Of printed names those of scores other than an accuracy, on other than training data."""
    return [
        name
        for name in names
        if SCORES.search(name) and not TRAINING.search(name) and not IN_LIST.search(name)
    ]


def _accuracies(scored: Scored) -> Iterable[Number]:
    """Accuracies, the best first."""
    tested, trained = _tests_and_train_scores(scored)
    yield from _evaluated(tested, "the last evaluate on other data than the training array")
    predictions = recorded(scored.predictions)
    if predictions is not None and predictions.labels is not None:
        right = probabilities(predictions.outputs).argmax(axis=1) == predictions.labels
        name = f"share of predict's answers{_at(predictions.place)} that agree with "
        why = "no evaluate gives an accuracy"
        yield Number(float(right.mean()), name + predictions.how, why, "predict")
    why = "no evaluate or labelled predict gives an accuracy"
    if _are_folds(scored):
        yield from _printed(scored.said)
    for number, value, place in reversed(scored.accuracies):
        if _is_share(value):
            name = f"accuracy_score {number} of scikit-learn{_at(place)}"
            yield Number(value, name, why, "accuracy_score")
    why = "the script scores no test set, so this is an accuracy on validation data"
    for number, fit in reversed(scored.fits):
        for key, values in fit.history.items():
            if key.startswith("val_") and is_accuracy(key) and _is_share(values[-1]):
                yield Number(values[-1], f"last {key} of fit {number}{_at(fit.place)}", why, key)
    yield from _printed(_without_values(scored.said, trained))
    yield from _evaluated(trained, "the script scores nothing but its training data: no test")


def _without_values(
    said: Mapping[str, list[float]], pairs: Sequence[tuple[int, Evaluation]]
) -> dict[str, list[float]]:
    """The printed numbers without those whose last value is one of these evaluations'."""
    values = [value for _, one in pairs for value in one.metrics.values()]
    return {
        name: of
        for name, of in said.items()
        if not any(is_shown(value * unit, of[-1:]) for value in values for unit in (1, PERCENT))
    }


def _are_folds(scored: Scored) -> bool:
    """Whether the last accuracy of scikit-learn is one of several of its line, as in a fold."""
    places = [place for _, _, place in scored.accuracies]
    return bool(places) and bool(places[-1]) and places.count(places[-1]) > 1


def _evaluated(pairs: Sequence[tuple[int, Any]], why: str) -> Iterable[Number]:
    for number, evaluation in reversed(pairs):
        sound = [
            key
            for key, value in evaluation.metrics.items()
            if is_accuracy(key) and _is_share(value) and key not in evaluation.not_accuracy
        ]
        more = f"; the first of {len(sound)} accuracies" if len(sound) > 1 else ""
        for key in sound:
            name = f"{key} of evaluate {number}{_at(evaluation.place)}"
            yield Number(evaluation.metrics[key], name, why + more, f"evaluate {key}")


def _printed(said: Mapping[str, list[float]]) -> Iterable[Number]:
    """Accuracies that were printed: of running values the last one."""
    names = [name for name in said if is_accuracy(name) and not NOT_TEST.search(name)]
    names = [name for name in names if not IN_LIST.search(name)]
    for name in sorted(names, key=lambda one: ("test" not in one, bool(VALIDATION.search(one)))):
        values = said[name]
        value = values[-1] if values[-1] <= 1 else values[-1] / 100
        if _is_share(value):
            last = f", the last of {len(values)}" if len(values) > 1 else ""
            why = "the accuracy that the script itself gives"
            yield Number(value, f"the printed {name!r}{last}", why, f"printed {name}")


def _others(scored: Scored) -> Iterable[Number]:
    """Numbers that may stand for a run without any accuracy, the most telling first."""
    why = "the script gives no accuracy"
    said = [name for name in scored.said if not IN_LIST.search(name)]
    yield from _printed_values(scored, _names_of_scores(said), why)
    shown = [value for values in scored.said.values() for value in values]
    for number, evaluation in reversed(scored.evaluations):
        metrics = evaluation.metrics.items()
        for key, value in sorted(metrics, key=lambda one: not is_shown(one[1], shown)):
            name = f"{key} of evaluate {number}{_at(evaluation.place)}"
            more = "".join(f"; {key}: {said}" for key, said in evaluation.not_accuracy.items())
            yield Number(value, name, why + more, f"evaluate {key}", accuracy=False)
    losses = [name for name in said if LOSS.search(name) and not TRAINING.search(name)]
    yield from _printed_values(scored, losses, why)
    yield from _of_fits(scored, why, validation=True)
    rest = sorted(scored.said, key=lambda name: bool(BEST.search(name)))
    yield from _printed_values(scored, rest, why)
    yield from _of_fits(scored, f"{why} and no other number of its own", validation=False)


def is_shown(value: float, shown: Sequence[float]) -> bool:
    """Whether a number is among those that the script prints, as far as their digits tell."""
    for one in shown:
        apart = abs(one - value)
        if apart <= min(rounding(one) + FLOAT32 * abs(value), CLOSE * abs(value)):
            return True
    return False


def rounding(value: float) -> float:
    """By how much a number may have been rounded: half a unit of its last digit."""
    exponent = Decimal(repr(value)).as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else 0.0


def _printed_values(scored: Scored, names: Sequence[str], why: str) -> Iterable[Number]:
    """The last value of each printed number, the name that was printed last first."""
    for name in reversed(names):
        yield Number(
            scored.said[name][-1], f"the printed {name!r}", why, f"printed {name}", accuracy=False
        )


def _of_fits(scored: Scored, why: str, *, validation: bool) -> Iterable[Number]:
    """The last value of each metric of the fits, on validation or on training data."""
    for number, fit in reversed(scored.fits):
        for key, values in fit.history.items():
            if key.startswith("val_") is validation:
                name = f"last {key} of fit {number}{_at(fit.place)}"
                yield Number(values[-1], name, why, key, accuracy=False)


def _at(place: str) -> str:
    return f" ({place})" if place else ""


def is_accuracy(name: str) -> bool:
    """Whether a metric's name says that it is an accuracy."""
    return bool(ACCURACY.search(name.lower()))


def _is_share(value: float) -> bool:
    return 0 <= value <= 1


def recorded(predictions: Sequence[Prediction]) -> Prediction | None:
    """The predictions that are kept: of the last evaluation, else of the last ``predict``."""
    usable = [
        one
        for one in predictions
        if one.labels is not None and not one.on_training_data and _fits_labels(one)
    ]
    evaluated = [one for one in usable if one.evaluated]
    return next(reversed(evaluated or usable), None)


def _fits_labels(one: Prediction) -> bool:
    """Whether the outputs can be class probabilities for these labels."""
    classes = max(one.outputs.shape[1], 2)
    return (
        one.labels is not None
        and len(one.labels) == len(one.outputs)
        and int(one.labels.max()) < classes
        and bool(np.all(np.isfinite(one.outputs)))
        and (one.outputs.shape[1] > 1 or bool(np.all((one.outputs >= 0) & (one.outputs <= 1))))
    )


def probabilities(outputs: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Class probabilities ``[example, class]`` from a network's outputs.

    One column is the probability of class 1; rows that do not sum to 1 are logits or independent
    scores; their softmax is taken, which keeps the order of the classes.
    """
    table = np.asarray(outputs, np.float64)
    if table.shape[1] == 1:
        table = np.hstack([1 - table, table])
    elif table.min() < 0 or np.abs(table.sum(axis=1) - 1).max() > SUMS_TO_ONE:
        table = np.exp(table - table.max(axis=1, keepdims=True))
        table /= table.sum(axis=1, keepdims=True)
    return table.astype(np.float32)
