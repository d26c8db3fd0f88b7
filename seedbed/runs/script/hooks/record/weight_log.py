"""From which weights each ``fit`` began: fresh ones, or those that an earlier ``fit`` left."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

From = Literal["fresh", "continued", "partly", "again", "other"]
WHOLE = 0.999


@dataclass(frozen=True)
class Start:
    """The weights that a ``fit`` began with.

    Attributes:
        kind: ``fresh``; ``continued``: those that ``fit`` left; ``partly``: some of them;
            ``again``: those that ``fit`` began with; ``other``: set or loaded in between.
        fit: Number of that earlier fit, from 1; 0 if there is none.
        share: Share of the weights that are that fit's.
    """

    kind: From = "fresh"
    fit: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class Origin:
    """Whose weights a network has.

    Attributes:
        kind: ``left``: those that ``fit`` left; ``epoch``: those after an epoch of it; ``first``:
            those that it began with; ``other``: none that were seen.
        fit: Number of that fit, from 1; 0 if there is none.
        epoch: Number of the epoch, from 1; 0 if it does not belong to one.
        fits: Numbers of the fits that these weights went through; None if they are not known.
    """

    kind: Literal["left", "epoch", "first", "other"] = "other"
    fit: int = 0
    epoch: int = 0
    fits: tuple[int, ...] | None = None


class WeightLog:
    """Remembers the tensors that each fit began with and left, by their digests.

    A tensor that no fit changed, such as a frozen layer's, tells nothing of where weights are from.
    """

    def __init__(self) -> None:
        self._left: dict[bytes, int] = {}
        self._ended: dict[tuple[bytes, ...], int] = {}
        self._began: dict[tuple[bytes, ...], int] = {}
        self._epochs: dict[tuple[bytes, ...], tuple[int, int]] = {}
        self._inputs: dict[int, frozenset[bytes]] = {}
        self._unchanged: set[bytes] = set()
        self._starts: dict[int, Start] = {}

    def begins(self, weights: Sequence[npt.NDArray[Any]], fit: int, fitted: bool) -> Start:
        """Say where the weights of a fit come from, and remember them.

        Args:
            weights: Of the network before its fit; empty if it is not built.
            fit: Number of this fit, from 1.
            fitted: Whether this network was fitted before.
        """
        prints = [_print(weight) for weight in weights]
        self._inputs[fit] = frozenset(prints)
        start = self._starts[fit] = self._start(weights, prints, fit, fitted)
        return start

    def _start(
        self,
        weights: Sequence[npt.NDArray[Any]],
        prints: Sequence[bytes],
        fit: int,
        fitted: bool,
    ) -> Start:
        state = tuple(prints)
        earlier = self._began.get(state, 0)
        if weights:
            self._began.setdefault(state, fit)
        sizes: dict[int, int] = {}
        total = whole = 0
        for weight, digest in zip(weights, prints, strict=True):
            if _is_constant(weight):
                continue  # biases of zero are alike everywhere
            whole += weight.size
            if digest in self._unchanged:
                continue
            total += weight.size
            if number := self._left.get(digest, 0):
                sizes[number] = sizes.get(number, 0) + weight.size
        if sizes:
            best = max(sizes, key=lambda number: (sizes[number], number))
            share = sum(sizes.values()) / total
            kind: From = "continued" if share >= WHOLE else "partly"
            return Start(kind, best, share)
        if earlier and whole:
            return Start("again", earlier, 1.0)
        return Start("other" if fitted else "fresh")

    def goes_on(self, weights: Sequence[npt.NDArray[np.generic]]) -> bool:
        """Whether a fit that begins with these weights would continue an earlier one."""
        return any(not _is_constant(one) and _print(one) in self._left for one in weights)

    def ends(self, weights: Sequence[npt.NDArray[Any]], fit: int) -> None:
        """Remember the weights that a fit left."""
        prints = [_print(weight) for weight in weights]
        began = self._inputs.get(fit, frozenset())
        for weight, digest in zip(weights, prints, strict=True):
            if _is_constant(weight):
                continue
            if digest in began and digest not in self._left:
                self._unchanged.add(digest)
            else:
                self._left[digest] = fit
        self._ended[tuple(prints)] = fit

    def epoch_ends(self, weights: Sequence[npt.NDArray[np.generic]], fit: int, epoch: int) -> None:
        """Remember the weights after an epoch, counted from 1."""
        self._epochs.setdefault(tuple(_print(weight) for weight in weights), (fit, epoch))

    def origin(self, weights: Sequence[npt.NDArray[Any]]) -> Origin:
        """Whose weights these are."""
        prints = tuple(_print(weight) for weight in weights)
        if prints in self._ended:
            fit = self._ended[prints]
            return Origin("left", fit, fits=self._behind([fit]))
        if prints in self._epochs:
            fit, epoch = self._epochs[prints]
            return Origin("epoch", fit, epoch, self._behind([fit]))
        shared = [self._left[digest] for digest in prints if digest in self._left]
        if prints in self._began:
            return Origin("first", self._began[prints], fits=self._behind(shared))
        return Origin("other", fits=self._behind(shared) if shared else None)

    def _behind(self, fits: Sequence[int]) -> tuple[int, ...] | None:
        """These fits and those whose weights they began with; None where one cannot be told."""
        found: set[int] = set()
        left = list(fits)
        while left:
            fit = left.pop()
            start = self._starts.get(fit, Start("other"))
            if start.kind == "other":
                return None
            if fit not in found:
                found.add(fit)
                left += [start.fit] if start.kind in ("continued", "partly") else []
        return tuple(sorted(found))


def _print(weight: npt.NDArray[np.generic]) -> bytes:
    table = np.ascontiguousarray(weight)
    return hashlib.sha256(f"{table.shape}".encode() + table.tobytes()).digest()


def _is_constant(weight: npt.NDArray[np.generic]) -> bool:
    return weight.size < 2 or bool(weight.min() == weight.max())
