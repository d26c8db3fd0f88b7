"""Where a script seeds, and what each call reaches."""

import ast
import re

from seedbed.doctor.interpreter.trace import Event, Trace, once
from seedbed.doctor.interpreter.values import Loop
from seedbed.doctor.queries.training.wrappers import seeds_itself, wrapped_fits
from seedbed.doctor.queries.wording import text

FRAMEWORK_SEEDS = {
    "keras.utils.set_random_seed",
    "tensorflow.random.set_seed",
    "tensorflow.random.set_random_seed",
    "tensorflow.set_random_seed",
    "torch.manual_seed",
    "keras.backend.set_random_seed",
}


ALL_SEEDS = {"keras.utils.set_random_seed"}


NUMPY_SEEDS = {"numpy.random.seed"}


PYTHON_SEEDS = {"random.seed"}


SEEDS = FRAMEWORK_SEEDS | NUMPY_SEEDS | PYTHON_SEEDS


_SEED_WORDS = re.compile(r"seed|determinis|reproduc|fix_random|same_random", re.IGNORECASE)


def seeds(trace: Trace, names: set[str]) -> list[Event]:
    """Calls that set one of these generators."""
    return list(trace.calls(*names))


@once
def hidden_seeding(trace: Trace) -> bool:
    """True when something that cannot be read, or was not read to its end, may set seeds."""
    if trace.truncated:
        return True
    for event in trace.events:
        if event.kind == "call" and event.name not in SEEDS:
            last = event.name.rsplit(".", 1)[-1]
            if event.name == "()":
                func = getattr(event.node, "func", None)
                last = text(func) if func is not None else ""
            own = event.name.startswith(("numpy.", "random.", "tensorflow.", "keras.", "torch."))
            if _SEED_WORDS.search(last) and not own:
                return True
    return False


@once
def first_training(trace: Trace) -> Event | None:
    """The first event that trains weights, but for wrapped networks that are given a seed."""
    wrapped = [event for event in wrapped_fits(trace) if not seeds_itself(event)]
    found = sorted([*trace.trainings(), *wrapped], key=lambda event: event.index)
    return found[0] if found else None


@once
def torch_training(trace: Trace) -> Event | None:
    """The first gradient that a script takes with PyTorch; None if it trains nothing with it."""
    return next(trace.calls(".backward"), None) if trace.imports("torch") else None


def seeded_before(trace: Trace, loop: Loop) -> ast.AST | None:
    """The last call that seeds the framework before a loop in its file; None if the loop seeds."""
    events = [e for e in seeds(trace, FRAMEWORK_SEEDS) if e.place.module is loop.module]
    if not events or any(step.loop is loop for event in events for step in event.loops):
        return None
    return events[-1].node


SEED_TORCH = "torch.manual_seed(42)  # first weights, shuffled batches, dropout"
SEED_ALL = "keras.utils.set_random_seed(42)  # Python, NumPy and the framework at once"
