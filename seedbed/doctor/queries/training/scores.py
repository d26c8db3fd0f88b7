"""Which models and runs a number in the script is the score of."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace, listed, once
from seedbed.doctor.interpreter.values import (
    Choice,
    Data,
    Instance,
    Items,
    Loop,
    Model,
    Table,
    Value,
    parents_of,
)
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.loops import loop_kind
from seedbed.doctor.queries.training.models import models_of

_SPREAD = {"mean", "std", "var", "median", "sem", "stdev", "pstdev", "describe", "boxplot"}


@dataclass(frozen=True)
class Run:
    """A score and the object it is a score of."""

    event: Event
    model: Value


def runs_behind(value: Value, by_result: dict[int, Event]) -> list[Run]:
    """The scoring calls from which a number comes; reading stops at each of them.

    Args:
        value: A number of the script.
        by_result: Scoring events by the serial number of their result.

    Returns:
        One entry for each scoring call and model.
    """
    if not by_result:
        return []
    found: list[Run] = []
    seen: set[int] = set()
    queue = [value]
    while queue and len(seen) < 200:
        current = queue.pop(0)
        if current.uid in seen:
            continue
        seen.add(current.uid)
        event = by_result.get(current.uid)
        if event is not None:
            found.extend(Run(event, model) for model in models_of(event))
        elif isinstance(current, Data | Items | Table | Choice):
            queue.extend(parents_of(current))
    return found


def scoring_events(trace: Trace) -> dict[int, Event]:
    """``evaluate`` and ``predict`` calls by the serial number of their result."""
    return {event.result.uid: event for event in trace.scores()}


def repeating_loops(event: Event, model: Value) -> list[Loop]:
    """Loops around a score that repeat trainings: folds, or passes that build the model anew."""
    if not isinstance(model, Model | Instance):
        return []
    built_in = {id(p.loop) for p in model.place.loops}
    return [
        step.loop
        for step in event.loops
        if loop_kind(step.loop) == "folds" or id(step.loop) in built_in
    ]


@once
def spread_reported(trace: Trace) -> bool:
    """True when the script also computes a mean or a spread of something."""
    return any(
        event.kind == "call"
        and event.name.rsplit(".", 1)[-1] in _SPREAD
        and event.name.startswith(
            ("numpy.", ".", "statistics.", "pandas.", "scipy.", "matplotlib.")
        )
        for event in trace.events
    )


@listed
def lone_scores(trace: Trace) -> Iterator[tuple[Event, Value]]:
    """Scores of models that are trained once, outside of any loop that repeats trainings."""
    fits = trace.fits()
    for event in trace.calls(".evaluate", ".evaluate_generator"):
        for model in models_of(event):
            trained = [fit for fit in fits if model in models_of(fit) and fit.index < event.index]
            lone = trained and not repeating_loops(event, model)
            if lone and inputs_of(event) is not None and isinstance(model, Model | Instance):
                yield event, model
