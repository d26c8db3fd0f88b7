"""Another course of a script: each round begins with every generator seeded alike.

A round begins with the first layer that is made after a fit, or with the next fit if no layer is
made in between. So rounds whose first weights, order of the rows and dropout are all that tells
them apart become equal; what data tell apart stays so.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any


class AlikeRounds:
    """The rounds of this process.

    Args:
        seed_all: Seeds every generator, each time alike.
    """

    def __init__(self, seed_all: Callable[[], None]) -> None:
        self._seed_all = seed_all
        self._has_begun = False

    def begin(self, layers: Any) -> None:
        """Seed before the first layer of each round.

        Args:
            layers: The base class of layers.
        """
        original = layers.__init__

        @wraps(original)
        def made(layer: Any, *arguments: Any, **named: Any) -> None:
            self._round_begins()
            original(layer, *arguments, **named)

        layers.__init__ = made

    def fit_begins(self) -> None:
        """Seed, unless a layer of this round did."""
        self._round_begins()
        self._has_begun = False

    def _round_begins(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._seed_all()
