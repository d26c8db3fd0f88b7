"""Loads PyTorch before TensorFlow, in a Python of its own.

PyTorch's packages for CUDA bring Triton. Triton and TensorFlow each contain LLVM; if TensorFlow is
loaded first, both register options under the same names and the process aborts ("registered more
than once") as soon as Triton is imported, which ``torch.optim`` does. In the other order both work.
"""

import contextlib
import importlib
import os
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec

from seedbed.doctor.source.module import Module

VARIABLE = "SEEDBED_TORCH_FIRST"
"""Set in a process that loads PyTorch before anything else."""
TORCH = "torch"
WITH_TORCH_IF_THERE = {"transformers", "skorch", "ignite", "torch_geometric"}
"""Packages that import PyTorch and do not list it among what they require."""


def uses_torch(modules: Sequence[Module]) -> bool:
    """Whether a script imports PyTorch, or a package that does, and PyTorch is installed."""
    if find_spec(TORCH) is None:
        return False
    roots = frozenset[str]().union(*(one.roots for one in modules))
    return TORCH in roots or any(map(_brings_torch, sorted(roots)))


def load_torch_first() -> None:
    """Import PyTorch and Triton if this process was started for them."""
    if os.environ.get(VARIABLE):
        for name in (TORCH, "triton._C.libtriton"):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def _brings_torch(root: str) -> bool:
    """Whether a package imports PyTorch by itself."""
    if root in WITH_TORCH_IF_THERE:
        return True
    try:
        needed = requires(root) or []
    except PackageNotFoundError:  # a module of Python or of the script, or under another name
        return False
    return any(re.match(r"torch\b(?![-_.])", one) and "extra ==" not in one for one in needed)
