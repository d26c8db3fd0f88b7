"""Seeds a project's own process: copied beside it as ``sitecustomize.py``, which Python imports.

The project's environment need not have Seedbed, so this imports the standard library alone. Python,
NumPy, PyTorch and TensorFlow draw from the seed in ``SEEDBED_PROCESS_SEED`` from their import on
(Keras 3 and scikit-learn draw from these); what the script seeds itself stays as it seeds it.
"""

import itertools
import os
import random
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any

SEED_VARIABLE = "SEEDBED_PROCESS_SEED"


class AfterImport(MetaPathFinder):
    """Calls a function with a module once that is imported.

    Args:
        waiting: Name of the module → the function.
    """

    def __init__(self, waiting: dict[str, Callable[[Any], None]]) -> None:
        self._waiting = waiting

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> Any:
        """Find it as others do, and add the call; None of any other module."""
        call = self._waiting.pop(fullname, None)
        if call is None:
            return None
        spec = find_spec(fullname)
        if isinstance(spec, ModuleSpec) and spec.loader is not None:
            loader: Any = spec.loader
            run = loader.exec_module

            def run_and_call(module: Any) -> None:
                run(module)
                call(module)

            loader.exec_module = run_and_call
        return spec


def seed_process(seed: int) -> None:
    """Seed Python, and NumPy, PyTorch and TensorFlow as soon as they are imported."""
    streams = itertools.count()

    def numpy_random(module: Any) -> None:
        module.seed(seed)
        default_rng = module.default_rng

        def seeded_rng(given: Any = None) -> Any:
            return default_rng([seed, next(streams)] if given is None else given)

        module.default_rng = seeded_rng

    random.seed(seed)
    sys.meta_path.insert(
        0,
        AfterImport(
            {
                "numpy.random": numpy_random,
                "torch": lambda module: module.manual_seed(seed),
                "tensorflow": lambda module: module.random.set_seed(seed),
            }
        ),
    )


def import_hidden() -> None:
    """Import the ``sitecustomize`` of the environment, which the copy of this file hides."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib is slow
    sys.path[:] = [one for one in sys.path if os.path.abspath(one) != here]  # noqa: PTH100
    own = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # type: ignore[import-not-found] # noqa: F401
    except ImportError:
        return
    finally:
        sys.modules.setdefault("sitecustomize", own)  # Python looks for the one that it imports


if __name__ == "sitecustomize":
    if os.environ.get(SEED_VARIABLE, "").isdigit():
        seed_process(int(os.environ[SEED_VARIABLE]))
    import_hidden()
