"""The list of sweeps, filtered and sorted by what the page's address asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedbed.analysis.page.views.overview import SweepFinding

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison


def _goodness(one: SweepFinding) -> tuple[bool, bool, float]:
    """Accuracies by their best mean, then other numbers, the better first, then none."""
    if one.mean is None:
        return False, False, 0.0
    return True, one.number.is_share, one.number.goodness(one.number.scale * one.mean[0])


ORDERS: Mapping[str, tuple[Callable[[SweepFinding], "SupportsRichComparison"], bool]] = {
    "newest": (lambda one: one.ended_ms, True),
    "oldest": (lambda one: one.ended_ms, False),
    "name": (lambda one: one.name.lower(), False),
    "experiment": (lambda one: (one.experiment.lower(), one.name.lower()), False),
    "best mean": (_goodness, True),
}
"""Order → its key, and whether the largest comes first."""
LONGEST = 100


@dataclass(frozen=True)
class Wanted:
    """What a visitor wants to see; empty texts want everything.

    Attributes:
        text: Part of a name or headline.
        state: State of the sweep.
        verdict: Kind of verdict.
        experiment: What it trained.
        order: One of ``ORDERS``.
    """

    text: str = ""
    state: str = ""
    verdict: str = ""
    experiment: str = ""
    order: str = "newest"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """What an address asks for; an order that is not known is the newest first."""
        given = {name: query.get(name, "").strip()[:LONGEST] for name in cls.__annotations__}
        if given["order"] not in ORDERS:
            given["order"] = "newest"
        return cls(**given)

    def among(self, sweeps: Sequence[SweepFinding]) -> list[SweepFinding]:
        """The sweeps that fit, in the order wanted."""
        key, largest_first = ORDERS[self.order]
        return sorted(filter(self._fits, sweeps), key=key, reverse=largest_first)

    def _fits(self, one: SweepFinding) -> bool:
        said = f"{one.name} {one.headline or ''}".lower()
        return (
            self.text.lower() in said
            and self.state in ("", one.state)
            and self.verdict in ("", one.verdict or "none")
            and self.experiment in ("", one.experiment)
        )
