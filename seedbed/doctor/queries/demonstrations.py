"""Models of a notebook that are only shown: built, compiled, summarised, and never used."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, Model, Tensor, Value, ancestry, arms

_SHOWING = {".compile", ".add", ".pop", ".summary", ".build", ".count_params", ".get_config"}


def nodes_only_shown(trace: Trace) -> set[int]:
    """Identities of the syntax that makes and compiles models which nothing trains or asks.

    Args:
        trace: What happens in a file; for a script the set is empty, since others may import it.
    """
    if not trace.module.lines:
        return set()
    used = {uid for event in trace.events for uid in _uses(event)}
    nodes: dict[bool, set[int]] = {True: set(), False: set()}
    for event in trace.events:
        made = event.result
        if event.kind == "call" and isinstance(made, Model) and made.place.node is event.node:
            nodes[made.uid in used].update(id(node) for node in _parts(made))
        if event.kind == "call" and event.name == ".compile":
            nodes[any(model.uid in used for model in arms(event.target))].add(id(event.node))
    return nodes[False] - nodes[True]


def _uses(event: Event) -> Iterator[int]:
    """The serial numbers of what a call asks something of, or is handed."""
    given = [] if event.name in _SHOWING else [event.target, *event.args, *event.kwargs.values()]
    if event.name.rsplit(".", 1)[-1] == "plot_model":
        return
    for value in given:
        for arm in arms(value):
            yield arm.uid
            if isinstance(arm, Tensor | Model):
                yield from (part.uid for part in ancestry(arm, 60) if isinstance(part, Model))


def _parts(model: Model) -> Iterator[object]:
    """The calls that make a model and its layers."""
    yield model.place.node
    values: list[Value] = [*ancestry(model, 200), *(layer for layer, _ in model.layers)]
    for value in values:
        layer = value.layer if isinstance(value, Tensor) else value
        if isinstance(layer, Made):
            yield layer.place.node
