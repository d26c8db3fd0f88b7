"""How a script calls the functions that pin its draws, by the names that it imports."""

import re

from seedbed.doctor.editing.call_names import names_at, reseeds_by_itself
from seedbed.doctor.source.module import Module
from seedbed.tracking.random_records import DrawnBySource, RandomDraws

SEED_ALL = "keras.utils.set_random_seed"
FUNCTIONS = (
    *(SEED_ALL, "tf.random.set_seed", "tf.config.experimental.enable_op_determinism"),
    *("np.random.seed", "np.random.default_rng", "np.random.RandomState"),
    *("random.seed", "random.Random", "torch.manual_seed"),
    "tf.config.threading.set_intra_op_parallelism_threads",
)
"""What the advice on a source may name."""
_OWN_LINE = re.compile(r"(cell \d+ )?line \d+")
"""A line of the script itself; those of other files begin with their name."""


def with_advised_calls(streams: RandomDraws, module: Module) -> RandomDraws:
    """The draws, with how the script calls what pins them.

    Args:
        streams: What drew random numbers.
        module: The script or notebook.
    """
    sources: dict[str, DrawnBySource] = {}
    for name, drawn in streams["sources"].items():
        names = names_at(module, drawn["lines"])
        calls = {function: names.spelled(function) for function in FUNCTIONS}
        sources[name] = {**drawn, "calls": calls}
    found: RandomDraws = {**streams, "sources": sources}
    lines = [line for drawn in sources.values() for line in drawn["lines"]]
    hidden = streams.get("unseen") or streams.get("threads") or reseeds_by_itself(module)
    if all(_OWN_LINE.fullmatch(line) for line in lines) and not hidden:
        found["seed_all"] = f"{names_at(module, ()).spelled(SEED_ALL)}(7)"
    return found


def advised_calls(module: Module) -> dict[str, str]:
    """How the script calls each of ``FUNCTIONS`` below its imports."""
    names = names_at(module, ())
    return {function: names.spelled(function) for function in FUNCTIONS}
