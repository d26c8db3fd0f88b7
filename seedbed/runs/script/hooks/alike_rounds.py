"""Another course of a script: each round begins with every generator seeded alike.

A round begins with the first layer that the script makes after a fit, or with the next fit if no
layer is made in between. So rounds whose first weights, order of the rows and dropout are all that
tells them apart become equal; what data tell apart stays so.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any


class AlikeRounds:
    """The rounds of this process.

    Args:
        seed_all: Seeds every generator, each time alike.
        is_inside: Whether Keras trains or scores now. The layers that it makes then, such as the
            metrics of Keras 2, begin no round.

    Attributes:
        is_seeded: Whether the next fit belongs to a round that has begun with a layer.
    """

    def __init__(self, seed_all: Callable[[], None], is_inside: Callable[[], bool]) -> None:
        self._seed_all = seed_all
        self._is_inside = is_inside
        self.is_seeded = False

    def begin(self, layers: Any, metrics: Any) -> None:
        """Seed before the first layer of each round.

        Args:
            layers: The base class of layers.
            metrics: That of metrics, which are layers in Keras 2 and begin no round.
        """
        original = layers.__init__

        @wraps(original)
        def made(layer: Any, *arguments: Any, **named: Any) -> None:
            if not (self.is_seeded or self._is_inside() or isinstance(layer, metrics)):
                self.is_seeded = True
                self._seed_all()
            original(layer, *arguments, **named)

        layers.__init__ = made

    def fit_begins(self) -> None:
        """Seed, unless a layer of this round did."""
        if not self.is_seeded:
            self._seed_all()
        self.is_seeded = False
