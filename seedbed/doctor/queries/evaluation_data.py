"""What data a model is trained on, watched on, and scored on."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace, compatible
from seedbed.doctor.interpreter.values import Value, ancestry
from seedbed.doctor.queries.data_rows import part_of, rows


@dataclass(frozen=True)
class EvaluationData:
    """Data that a model is scored on, during training or after it.

    Attributes:
        value: The inputs.
        event: The ``fit`` that watches them, or the call that scores them.
        watched: True for validation data of a ``fit``.
    """

    value: Value
    event: Event
    watched: bool


def inputs_of(event: Event) -> Value | None:
    """The inputs of a ``fit``, ``evaluate`` or ``predict``."""
    for name in ("x", "generator"):
        if name in event.kwargs:
            return event.kwargs[name]
    return event.args[0] if event.args else None


def validation_of(fit: Event) -> Value | None:
    """The validation data of a ``fit``."""
    return fit.kwargs.get("validation_data")


def held_out(trace: Trace) -> Iterator[EvaluationData]:
    """Everything that models are scored on, without what they are plainly trained on."""
    fits = trace.fits()
    trained = {rows(inputs_of(fit)) for fit in fits}
    for fit in fits:
        value = validation_of(fit)
        if value is not None and rows(value) not in trained:
            yield EvaluationData(value, fit, watched=True)
    for score in trace.scores():
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


def comes_from(value: Value, origin: Value) -> bool:
    """True when a value was made from another."""
    return any(found is origin for found in ancestry(value))
