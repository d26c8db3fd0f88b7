"""What happens to a model between two trainings of it."""

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.queries.training.models import models_of, same_model

RESETS = (".set_weights", ".load_weights", ".load_model", ".restore")


def changes_between(trace: Trace, first: Event, second: Event) -> set[str]:
    """What happened to a model between two trainings of it."""
    found: set[str] = set()
    for event in trace.events[first.index + 1 : second.index]:
        concerns = any(
            same_model(event, second) or (value in models_of(second)) for value in [event.target]
        )
        if event.kind == "set" and event.name == "trainable":
            found.add("trainable")
        elif event.kind == "set" and event.name in {"lr", "learning_rate", "assign"}:
            found.add("rate")
        elif event.name in RESETS and concerns:
            found.add("reset")
        elif event.name == ".compile" and concerns:
            found.add("compile")
        elif event.name.endswith((".set_value", ".assign")):
            found.add("rate")
        elif event.name in {".add", ".pop"} and concerns:
            found.add("layers")
    return found
