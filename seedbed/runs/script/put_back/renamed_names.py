"""Names of Python, NumPy, SciPy, pandas and scikit-learn that moved, put back where they were."""

import importlib
import sys
from types import ModuleType

from seedbed.doctor.keras3.renamed_elsewhere import RENAMED


def restore_renamed(gone: set[str]) -> None:
    """Add what a script uses.

    Args:
        gone: Names as the doctor's table has them.
    """
    for old in sorted(RENAMED.keys() & gone):
        parent, _, name = old.rpartition(".")
        found = _named(RENAMED[old])
        setattr(_module(parent), name, found)
        if isinstance(found, ModuleType):
            sys.modules[old] = found


def _named(dotted: str) -> object:
    """The module, or what a module holds, by its dotted name."""
    try:
        return importlib.import_module(dotted)
    except ImportError:
        parent, _, name = dotted.rpartition(".")
        return getattr(_named(parent), name)


def _module(dotted: str) -> ModuleType:
    """A module, made here if it is gone."""
    try:
        return importlib.import_module(dotted)
    except ImportError:
        module = ModuleType(dotted)
        module.__path__ = []
        sys.modules[dotted] = module
        parent, _, name = dotted.rpartition(".")
        if parent:
            setattr(_module(parent), name, module)
        return module
