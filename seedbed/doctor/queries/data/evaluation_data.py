"""What data a model is trained on, watched on, and scored on."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, listed
from seedbed.doctor.interpreter.values import Value, ancestry
from seedbed.doctor.queries.data.data_rows import part_of, rows
from seedbed.doctor.queries.data.estimators import (
    CROSS_VALIDATIONS,
    TRAIN_FUNCTIONS,
    estimator_fits,
    estimator_scores,
    is_search,
)


@dataclass(frozen=True)
class EvaluationData:
    """Data that a model is scored on, during training or after it.

    Attributes:
        value: The inputs.
        event: The ``fit`` that watches them, or the call that scores them.
        watched: True for validation data of a ``fit``.
        within: True if the scored rows are some of ``value``, which also holds training rows.
    """

    value: Value
    event: Event
    watched: bool
    within: bool = False


def inputs_of(event: Event) -> Value | None:
    """The inputs of a ``fit``, ``evaluate``, ``predict`` or ``cross_val_score``."""
    for name in ("x", "X", "generator", "dtrain", "train_set"):
        if name in event.kwargs:
            return event.kwargs[name]
    position = 1 if event.name in TRAIN_FUNCTIONS | CROSS_VALIDATIONS else 0
    return event.args[position] if len(event.args) > position else None


def validation_of(fit: Event) -> Value | None:
    """The validation data of a ``fit``."""
    return fit.kwargs.get("validation_data")


@listed
def held_out(trace: Trace) -> Iterator[EvaluationData]:
    """Everything that models are scored on, without what they are plainly trained on.

    The folds of a search count only if nothing else is scored.
    """
    fits = [*trace.fits(), *estimator_fits(trace)]
    apart = list(_scored_apart(trace, fits))
    yield from apart
    for fit in fits if not apart else ():
        given = inputs_of(fit)
        if given is not None and is_search(fit.target):
            yield EvaluationData(given, fit, watched=False, within=True)


def _scored_apart(trace: Trace, fits: list[Event]) -> Iterator[EvaluationData]:
    trained = {rows(inputs_of(fit)) for fit in fits}
    for fit in fits:
        value = validation_of(fit)
        if value is not None and rows(value) not in trained:
            yield EvaluationData(value, fit, watched=True)
        given = inputs_of(fit)
        if given is not None and (
            fit.name in CROSS_VALIDATIONS or "validation_split" in fit.kwargs
        ):
            yield EvaluationData(given, fit, watched=False, within=True)
    for score in [*trace.scores(), *estimator_scores(trace)]:
        value = inputs_of(score)
        if value is not None and rows(value) not in trained and part_of(value)[0] != "train":
            yield EvaluationData(value, score, watched=False)


def scores_after(trace: Trace, fit: Event) -> list[Event]:
    """Scores that follow a ``fit`` on the same way through the script."""
    return [
        score
        for score in trace.scores()
        if score.index > fit.index and compatible(fit, score) and inputs_of(score) is not None
    ]


@listed
def trained_inputs(trace: Trace) -> list[Value]:
    """The inputs of every training, of Keras models and of other estimators."""
    fits = [*trace.fits(), *estimator_fits(trace)]
    return [value for fit in fits if (value := inputs_of(fit)) is not None]


def comes_from(value: Value, origin: Value) -> bool:
    """True when a value was made from another."""
    return any(found is origin for found in ancestry(value))
