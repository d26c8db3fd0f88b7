"""Scores of two models that a script sets side by side."""

from collections.abc import Iterator
from typing import NamedTuple

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, listed
from seedbed.doctor.interpreter.values import Items, Model, Value
from seedbed.doctor.queries.data.data_rows import rows
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.scores import (
    Run,
    lone_scores,
    repeating_loops,
    runs_behind,
    scoring_events,
)

EXTREMES = {
    "builtins.max", "builtins.min", "numpy.max", "numpy.min", "numpy.amax", "numpy.argmax",
    "numpy.argmin", ".max", ".min", ".argmax", ".idxmax",
}  # fmt: skip


class Pair(NamedTuple):
    """Two models, each trained once, that are scored on the same rows."""

    first: Event
    one: Value
    second: Event
    other: Value


@listed
def lone_pairs(trace: Trace) -> Iterator[Pair]:
    """Pairs of lone scores on the same rows."""
    found = list(lone_scores(trace))
    for number_, (second, other) in enumerate(found):
        for first, one in found[:number_]:
            apart = one is not other and compatible(first, second) and not _shares(one, other)
            if apart and rows(inputs_of(first)) == rows(inputs_of(second)):
                yield Pair(first, one, second, other)


def _shares(one: Value, other: Value) -> bool:
    """True when one model is made of the other, as an encoder is of an autoencoder."""
    for a, b in ((one, other), (other, one)):
        if isinstance(a, Model) and any(layer is b for layer, _ in a.layers):
            return True
    return False


@listed
def compared_runs(trace: Trace) -> Iterator[tuple[Event, list[Run]]]:
    """Comparisons, differences and extremes of scores of two models trained once each."""
    by_result = scoring_events(trace)
    for event in trace.events:
        operands = _operands(event)
        if len(operands) < 2:
            continue
        behind = [runs_behind(operand, by_result) for operand in operands]
        if sum(1 for runs in behind if runs) < 2:
            continue
        sets = [{run.model.uid for run in runs} for runs in behind if runs]
        every = [run for runs in behind for run in runs]
        disjoint = all(not (a & b) for i, a in enumerate(sets) for b in sets[:i])
        repeated = any(repeating_loops(run.event, run.model) for run in every)
        if disjoint and all(len(s) == 1 for s in sets) and not repeated:
            yield event, every


def _operands(event: Event) -> list[Value]:
    if event.kind == "compare" and event.name in {"Gt", "Lt", "GtE", "LtE"}:
        return event.args
    if event.kind == "binop" and event.name == "-":
        return event.args
    if event.kind == "call" and event.name in EXTREMES:
        if len(event.args) == 1 and isinstance(event.args[0], Items):
            return event.args[0].items
        return event.args
    return []
