"""SB401: layers that are made and never connected."""

import ast
from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, base_kind
from seedbed.doctor.interpreter.values import Instance, Made, Tensor
from seedbed.doctor.queries.models import is_layer
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB401",
    "layer-not-connected",
    "The line changes nothing: the network is trained without this layer, and any difference "
    "that is ascribed to it is chance.",
    "x = layers.BatchNormalization()(x)   # functional",
    "model.add(layers.BatchNormalization())  # sequential",
)
def not_connected(trace: Trace) -> Iterator[Found]:
    """A layer on a line of its own, assigned and never used, or whose output goes nowhere."""
    for event in trace.events:
        made = event.result
        if event.kind != "call":
            continue
        if isinstance(made, Made) and is_layer(made) and made.place.index == event.index:
            if event.discarded:
                yield Found(event.place, True, f"{short(made)} is made on a line of its own")
            elif event.place.module.never_read(event.node):
                script = not event.place.module.lines  # a notebook also tries things out
                yield Found(event.place, script, f"{short(made)} is assigned and never used")
        elif event.name == "()" and isinstance(made, Tensor) and is_layer(event.target):
            yield from _lost_output(event)
    yield from _unused_attributes(trace)


def _lost_output(event: Event) -> Iterator[Found]:
    """``Layer(...)(x)`` whose result is thrown away."""
    target, node = event.target, event.node
    inline = isinstance(node, ast.Call) and isinstance(node.func, ast.Call)
    if event.discarded and not event.shown and inline and isinstance(target, Made):
        symbolic = isinstance(event.args[0], Tensor) if event.args else False
        yield Found(event.place, symbolic, f"the output of {short(target)} is thrown away")


def _unused_attributes(trace: Trace) -> Iterator[Found]:
    """``self.norm = BatchNormalization()`` that no method calls."""
    for event in trace.events:
        made = event.args[0] if event.kind == "set" and event.args else None
        owner = event.target
        if not isinstance(made, Made) or not is_layer(made):
            continue
        if not isinstance(owner, Instance) or base_kind(owner) not in {"model", "layer"}:
            continue
        read = any(m.attributes[event.name] or m.loads[event.name] for m in trace.followed)
        looked_up = any(m.loads[word] for m in trace.followed for word in ("getattr", "vars"))
        if not read and not looked_up:
            yield Found(event.place, False, f"self.{event.name} is a layer that no method calls")
