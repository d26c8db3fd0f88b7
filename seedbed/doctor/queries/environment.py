"""Where a script sets environment variables."""

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Name,
    constant,
)


def environment_set(trace: Trace, *names: str) -> Event | None:
    """The first place that sets one of these environment variables."""
    for event in trace.events:
        if not event.args or constant(event.args[0]) not in names:
            continue
        here = isinstance(event.target, Name) and event.target.path == "os.environ"
        if here and event.kind == "set" and event.name == "[]":
            return event
        if event.kind == "call" and event.name in {"os.environ.setdefault", "os.putenv"}:
            return event
    return None
