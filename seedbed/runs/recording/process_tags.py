"""Tags that say in which environment a process trains, and which seeds it has set."""

import json
import os
import sys

from seedbed.runs.settings.environment import describe_process
from seedbed.tracking.importing.imported_runs import ENVIRONMENT_TAG, SEEDS_TAG


def seeds_seen() -> dict[str, int]:
    """The seeds that can be seen in this process, by name.

    ``keras``: what ``keras.utils.set_random_seed`` set. ``torch``: PyTorch's first seed.
    ``PYTHONHASHSEED``: of text, if it is a number.
    """
    seeds: dict[str, int] = {}
    if "keras" in sys.modules:
        from seedbed.runs.keras_private import global_seed

        if (seed := global_seed()) is not None:
            seeds["keras"] = int(seed)
    if "torch" in sys.modules:
        seeds["torch"] = int(sys.modules["torch"].initial_seed())
    hash_seed = os.environ.get("PYTHONHASHSEED", "")
    if hash_seed.isdigit():
        seeds["PYTHONHASHSEED"] = int(hash_seed)
    return seeds


def process_tags(seeds: dict[str, int] | None = None) -> dict[str, str]:
    """Environment and seeds of this process as tags of a run.

    Args:
        seeds: The seeds, if they are known; else those that can be seen.
    """
    known = {name: value for name, value in describe_process().items() if value}
    return {
        ENVIRONMENT_TAG: json.dumps(known),
        SEEDS_TAG: json.dumps(seeds_seen() if seeds is None else seeds),
    }
