"""How the seeds of a sweep are laid out, from the file's ``seeds``."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedbed.sweeps.design.cells.attribution_plan import Attribution, attribution, described
from seedbed.sweeps.design.cells.cell import CellFactory
from seedbed.sweeps.design.cells.seed_sets import NUMERIC, SeedSet, crossed, levels, plain, vary
from seedbed.sweeps.design.limits.size_bound import check_size
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.seed_fields import CrossedSeeds, PlanSeeds, VarySeeds
from seedbed.sweeps.spec.yaml_file import Place


@dataclass(frozen=True)
class Layout:
    """The seeds of one configuration.

    Attributes:
        seed_sets: In the order in which to run them.
        varied: Sources that differ between runs; ``seed`` where all of them do.
        kind: ``all``, ``crossed``, ``vary`` or ``attribution``.
        plan: The parts of the attribution plan, where it is one.
    """

    seed_sets: tuple[SeedSet, ...]
    varied: tuple[str, ...]
    kind: str
    plan: Attribution | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the seed options that differ between runs."""
        if any(seed_set.streams for seed_set in self.seed_sets):
            return ("seed", "stream_seeds")
        names = dict.fromkeys(self.varied)
        return tuple(s if s == "seed" else f"{s}_seed" for s in names if s != NUMERIC)

    def described(
        self, factory: CellFactory, configurations: Sequence[Mapping[str, object]]
    ) -> dict[str, object]:
        """What analysis needs to know of it; JSON."""
        if self.plan:
            return described(self.plan, factory, configurations)
        return {"name": self.kind, "sources": [s for s in self.varied if s != "seed"]}


def lay_out(file: CheckedFile) -> Layout:
    """The layout that the file asks for.

    Raises:
        InputError: Seeds or sources repeat, ``numeric`` varies in a fixed environment, or a search
            has seeds by source.
    """
    fields = file.fields
    given = fields.seeds
    if fields.search and not isinstance(given, int | list):
        raise file.refuse(
            ("seeds",),
            "seeds must be a number or a list in a search, where every configuration gets the "
            f"same ones; got seeds by source: give seeds: {3}, say.",
        )
    layout = _layout(file)
    if NUMERIC in layout.varied and fields.numeric == "fixed":
        raise file.refuse(
            ("seeds",),
            "numeric can vary only where the environment is left free: add numeric: free.",
        )
    return layout


def _layout(file: CheckedFile) -> Layout:
    given = file.fields.seeds
    match given:
        case CrossedSeeds():
            for source, wanted in given.by_source.items():
                _all_differ(file, levels(wanted), ("seeds", source))
            sizes = [len(levels(wanted)) for wanted in given.by_source.values()]
            check_size(file, ("seeds",), math.prod(sizes), "combinations of seeds")
            return Layout(tuple(crossed(given)), tuple(given.by_source), "crossed")
        case VarySeeds():
            _all_differ(file, given.vary, ("seeds", "vary"))
            _all_differ(file, levels(given.count), ("seeds", "count"))
            return Layout(tuple(vary(given)), tuple(given.vary), "vary")
        case PlanSeeds():
            _all_differ(file, given.sources or (), ("seeds", "sources"))
            _all_differ(file, given.crossed or (), ("seeds", "crossed"))
            plan = attribution(given, file.fields.numeric == "free")
            varied = ("seed", *plan.sources, *plan.crossed_sources)
            return Layout(tuple(plan.seed_sets), varied, "attribution", plan)
        case _:
            _all_differ(file, levels(given), ("seeds",))
            return Layout(tuple(plain(given)), ("seed",), "all")


def _all_differ(file: CheckedFile, values: Sequence[object], place: Place) -> None:
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            raise file.refuse(
                (*place, index), f"{place[-1]} must differ, got {value} twice: leave one out."
            )
        seen.add(value)
