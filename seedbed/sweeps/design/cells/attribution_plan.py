"""Which cells an attribution plan asks for: one source changed at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from seedbed.runs.settings.seeds import SOURCES
from seedbed.sweeps.design.cells.cell import CellFactory
from seedbed.sweeps.design.cells.seed_sets import NUMERIC, SeedSet, levelled, plain
from seedbed.sweeps.spec.fields.seed_fields import PlanSeeds


@dataclass(frozen=True)
class Attribution:
    """The seeds of the attribution plan, by the part they play (one configuration's worth).

    Attributes:
        identical: Two runs with the same seeds, to be compared bit by bit.
        everything: Runs in which every source varies.
        radial: Per baseline, the baseline (``base``) and a run with one source changed for each.
        crossed: ``[level of the first source][level of the second]``; empty without a crossed pair.
        sources: The sources that are changed one at a time.
        crossed_sources: The crossed pair, or nothing.
    """

    identical: tuple[SeedSet, SeedSet]
    everything: tuple[SeedSet, ...]
    radial: tuple[Mapping[str, SeedSet], ...]
    crossed: tuple[tuple[SeedSet, ...], ...]
    sources: tuple[str, ...]
    crossed_sources: tuple[str, ...]

    @property
    def seed_sets(self) -> list[SeedSet]:
        """Every run that the plan asks for, in the order in which to run them."""
        return [
            *self.identical,
            *self.everything,
            *(seed_set for part in self.radial for seed_set in part.values()),
            *(seed_set for row in self.crossed for seed_set in row),
        ]


def attribution(given: PlanSeeds, numeric_is_free: bool) -> Attribution:
    """Lay out the plan.

    Run k of the first block takes every source from seed k. Baseline k with one source changed
    takes that source from the next run of the block (Jansen 1999: A and A with one column of B).
    So the baselines are runs of the first block, no run is needed twice, and a changed run tells
    two things: beside its baseline what is left if only this source varies, and beside the next
    run, with which it shares this source alone, what is removed by freezing it. The crossed pair
    starts from seed 0.
    """
    everything = plain(given.runs)
    if given.streams is not None:
        everything = [replace(one, streams=True) for one in everything]
    baselines = _baselines(given, numeric_is_free)
    radial = [
        {
            "base": base,
            **{
                source: _changed(base, source, given.runs)
                for source, number in baselines.items()
                if index < number
            },
        }
        for index, base in enumerate(everything[: given.most_baselines])
    ]
    first, second = given.crossed or ("", "")
    grid = [
        [levelled(0, {first: one, second: two}) for two in range(given.levels)]
        for one in range(given.levels if given.crossed else 0)
    ]
    return Attribution(
        identical=(everything[0], replace(everything[0], label="seed=0 repeat=1", repeat=1)),
        everything=tuple(everything),
        radial=tuple(radial),
        crossed=tuple(tuple(row) for row in grid),
        sources=tuple(baselines),
        crossed_sources=tuple(given.crossed or ()),
    )


def _baselines(given: PlanSeeds, numeric_is_free: bool) -> dict[str, int]:
    """Source → number of baselines that are repeated with it changed."""
    if not isinstance(given.baselines, int):
        return dict(given.baselines)
    if given.streams is not None:
        sources: Sequence[str] = given.streams
    else:
        sources = given.sources or (*SOURCES, *([NUMERIC] if numeric_is_free else []))
    return dict.fromkeys(sources, given.baselines)


def _changed(base: SeedSet, source: str, runs: int) -> SeedSet:
    if source == NUMERIC:
        return SeedSet(base.seed, f"{base.label} repeat=1", repeat=1)
    other = (base.seed + 1) % runs
    return replace(base, label=f"{base.label} {source}={other}", own={source: other})


def described(
    plan: Attribution, factory: CellFactory, configurations: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Which run plays which part, by cell: what analysis needs to know, ready for JSON."""
    parts = []
    for configuration in configurations:

        def ids(
            seed_sets: Sequence[SeedSet], of: Mapping[str, object] = configuration
        ) -> list[str]:
            return [factory.cell(of, seed_set).id for seed_set in seed_sets]

        part: dict[str, object] = {
            "configuration": {key: configuration[key] for key in factory.varied},
            "identical": ids(plan.identical),
            "all": ids(plan.everything),
            "radial": [
                dict(zip(block, ids(list(block.values())), strict=True)) for block in plan.radial
            ],
        }
        if plan.crossed:
            part["crossed"] = [ids(row) for row in plan.crossed]
        parts.append(part)
    return {
        "name": "attribution",
        "sources": list(plan.sources),
        "crossed": list(plan.crossed_sources),
        "parts": parts,
    }
