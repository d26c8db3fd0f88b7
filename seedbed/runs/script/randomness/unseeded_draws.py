"""Which library's own generator a script without Keras drew from, though it never seeds it."""

import pickle
import sys
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from seedbed.runs.script.hooks.record.seed_calls import NUMPY

TORCH = "torch.manual_seed"
ESTIMATORS = (
    "The script draws from NumPy's generator, as scikit-learn's splits and estimators without "
    "random_state do, and nothing in it seeds that"
)
BY_NUMPY = "The script draws from NumPy's generator, which nothing in it seeds"
BY_TORCH = (
    "What PyTorch draws (first weights, shuffled batches, dropout) comes from its own generator, "
    "which nothing in the script seeds"
)


@dataclass(frozen=True)
class UnseededDraws:
    """Where the generators stood when the script began.

    Attributes:
        numpy: State of NumPy's global generator.
        torch: State of PyTorch's default generator; empty if PyTorch is not loaded.
    """

    numpy: bytes
    torch: bytes

    @classmethod
    def begin(cls) -> "UnseededDraws":
        """Take the states."""
        return cls(_numpy(), _torch())

    def causes(self, seeded: Collection[str], *, sklearn: bool) -> list[str]:
        """Sentences without a full stop on the generators that moved and were not seeded.

        Args:
            seeded: The calls by which the script set seeds.
            sklearn: Whether the script imports scikit-learn.
        """
        told = []
        if self.torch and _torch() != self.torch and TORCH not in seeded:
            told.append(BY_TORCH)
        if _numpy() != self.numpy and not set(NUMPY) & set(seeded):
            told.append(ESTIMATORS if sklearn else BY_NUMPY)
        return told


def _numpy() -> bytes:
    return pickle.dumps(np.random.get_state(legacy=False))  # noqa: NPY002


def _torch() -> bytes:
    torch = sys.modules.get("torch")
    return b"" if torch is None else bytes(torch.get_rng_state().numpy().tobytes())
