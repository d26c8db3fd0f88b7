"""Puts streams of their own in the place of PyTorch's default generator, on the processor.

PyTorch begins with the same seed in every process, so a script that sets none gives the same
numbers each time without being stable. Each draw takes the generator of the source that asks for
it; what no Python function asks for, such as dropout within an LSTM, is the source ``torch``.
"""

import sys
from collections.abc import Callable
from functools import wraps
from types import FrameType
from typing import Any

from seedbed.runs.script.randomness.random_streams import RandomStreams

METHODS = (
    *("uniform_", "normal_", "random_", "bernoulli_", "exponential_", "geometric_", "cauchy_"),
    *("log_normal_", "bernoulli", "multinomial"),
)
FUNCTIONS = (
    *("rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "poisson"),
    *("rand_like", "randn_like", "randint_like"),
)
DROPOUTS = (
    "dropout",
    "alpha_dropout",
    "feature_alpha_dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
)


class TorchStreams:
    """PyTorch's draws of this process.

    Args:
        streams: The streams of this run.
    """

    def __init__(self, streams: RandomStreams) -> None:
        import torch

        self._streams, self._default = streams, torch.default_generator
        self._inside = False
        self._originals: list[tuple[Any, str, Any]] = []
        self._seed_all: Callable[[int], Any] = torch.manual_seed
        self._reseed()

    def begin(self) -> None:
        """Let every draw come from the streams."""
        import torch
        from torch.nn import functional
        from torch.utils.data import dataset

        for owner, names, source in (
            (torch.Tensor, METHODS, ""),
            (torch, FUNCTIONS, ""),
            (dataset, ("randperm",), ""),
            (functional, DROPOUTS, "dropout"),
        ):
            for name in names:
                self._replace(owner, name, self._drawing(getattr(owner, name), name, source))
        for owner in (torch, torch.random):
            self._replace(owner, "manual_seed", self._manual_seed)

    def end(self) -> None:
        """Note whether PyTorch drew where no Python function asked, and put its functions back."""
        if self._originals:
            self._note_unasked()
        while self._originals:
            setattr(*self._originals.pop())

    def _replace(self, owner: Any, name: str, function: Callable[..., Any]) -> None:
        self._originals.append((owner, name, getattr(owner, name)))
        setattr(owner, name, function)

    def _drawing(self, original: Any, name: str, source: str) -> Callable[..., object]:
        @wraps(original)
        def draw(*arguments: Any, **named: Any) -> Any:
            given = named.get("generator")
            if self._inside or (given is not None and given is not self._default):
                return original(*arguments, **named)
            if name == "random_" and _is_seed_without_workers(sys._getframe(1)):
                rest = self._default.get_state()
                result = original(*arguments, **named)
                self._default.set_state(rest)
                return result
            generator = self._streams.torch(name, source)
            rest, self._inside = self._default.get_state(), True
            self._default.set_state(generator.get_state())
            try:
                return original(*arguments, **named)
            finally:
                generator.set_state(self._default.get_state())
                self._default.set_state(rest)
                self._inside = False

        return draw

    def _manual_seed(self, seed: Any) -> Any:
        self._note_unasked()
        self._streams.pin("torch.manual_seed", seed, ("torch",))
        self._reseed()
        return self._default

    def _reseed(self) -> None:
        self._seed_all(self._streams.torch_seed())
        self._rest = self._default.get_state()

    def _note_unasked(self) -> None:
        if not bool((self._default.get_state() == self._rest).all()):
            self._streams.note_torch()


def _is_seed_without_workers(caller: FrameType) -> bool:
    """Whether a ``DataLoader`` without workers draws the seed that its workers would get.

    It draws one for each pass, even if it does not shuffle: that draw changes nothing.
    """
    if caller.f_globals.get("__name__") != "torch.utils.data.dataloader":
        return False
    return getattr(caller.f_locals.get("loader"), "num_workers", 1) == 0
