"""Gives a call a seed of its own."""

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, seed_in_loop, with_argument
from seedbed.doctor.interpreter.trace import Event


def with_seed_argument(event: Event, name: str) -> Patch | None:
    """Give a call a seed by this argument; in a loop one that follows its counter."""
    module, call = event.place.module, event.node
    seed = seed_in_loop(module, call)
    if seed is None:
        return None
    given = next((k for k in getattr(call, "keywords", []) if k.arg == name), None)
    if given is not None:
        return patch_of(module, replaced(given.value, seed))
    return patch_of(module, with_argument(module, call, f"{name}={seed}"))
