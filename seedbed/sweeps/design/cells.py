"""Cells, one configuration with one set of seeds each, and how a sweep lays out its seeds."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import RunOptions, as_params, cell_id, parse
from seedbed.runs.settings.seeds import SOURCES, derive, seeds_of
from seedbed.sweeps.spec.sweep_file import CrossedSeeds, Levels, PlanSeeds, VarySeeds

NUMERIC = "numeric"
"""The source that has no seed: a run is repeated as it is, in an environment left free."""


@dataclass(frozen=True)
class Cell:
    """One run that the design asks for.

    Attributes:
        id: Identity: experiment, options, seeds as used, and the number of the repeat.
        name: Readable name, e.g. ``batch_size=32 seed=3``.
        configuration: The varied options and their values, parsed.
        options: Every option, parsed: an instance of the experiment's own dataclass.
        seeds: Seed of each source, as used.
        repeat: 0, or the number of the repeat of a cell that is otherwise the same.
    """

    id: str
    name: str
    configuration: dict[str, Any]
    options: Any
    seeds: dict[str, int]
    repeat: int = 0

    @property
    def params(self) -> dict[str, str]:
        """The options as text."""
        return as_params(self.options)

    @property
    def label(self) -> str:
        """The varied options in words, e.g. ``batch_size=32``; empty where none vary."""
        return " ".join(f"{key}={self.params[key]}" for key in self.configuration)


@dataclass(frozen=True)
class Seeding:
    """The seeds of one run, not yet joined to a configuration.

    Attributes:
        seed: Seed of every source that is not named in ``own``.
        own: Source → seed of the run from which this source is taken.
        repeat: Number of the repeat.
        label: Readable, e.g. ``seed=3`` or ``init=2 order=1``.
    """

    seed: int
    label: str
    own: Mapping[str, int] = field(default_factory=dict)
    repeat: int = 0

    @property
    def options(self) -> dict[str, int]:
        """Options that set these seeds; a source taken from ``seed`` itself is left to it."""
        return {
            "seed": self.seed,
            **{f"{s}_seed": _derived(k)[s] for s, k in self.own.items() if k != self.seed},
        }


@lru_cache(maxsize=10_000)
def _derived(seed: int) -> dict[str, int]:
    return derive(RunOptions(seed=seed)).asdict()


@dataclass(frozen=True)
class Maker:
    """Makes the cells of one sweep.

    Attributes:
        experiment: What is trained.
        common: Options that are the same in every run.
        varied: Names of the options that differ between configurations.
    """

    experiment: Experiment
    common: Mapping[str, Any]
    varied: tuple[str, ...]

    def options(self, configuration: Mapping[str, Any]) -> Any:
        """Options of a configuration, with no seed set."""
        return parse(self.experiment.options, {**self.common, **configuration})

    def cell(self, configuration: Mapping[str, Any], seeding: Seeding) -> Cell:
        """The cell of a configuration with a set of seeds."""
        options = parse(
            self.experiment.options, {**self.common, **configuration, **seeding.options}
        )
        seeds, params = seeds_of(options), as_params(options)
        return Cell(
            id=_identity(cell_id(self.experiment.identity, options, seeds), seeding.repeat),
            name=" ".join([*(f"{key}={params[key]}" for key in self.varied), seeding.label]),
            configuration={key: getattr(options, key) for key in self.varied},
            options=options,
            seeds=seeds,
            repeat=seeding.repeat,
        )


def _identity(identity: str, repeat: int) -> str:
    """A repeat is a cell of its own; without one the identity is that of a run by hand."""
    if not repeat:
        return identity
    return hashlib.sha256(f"{identity} repeat {repeat}".encode()).hexdigest()[:16]


def levels(given: Levels) -> list[int]:
    """``3`` → 0, 1, 2; a list as it is."""
    return list(range(given)) if isinstance(given, int) else list(given)


def plain(given: Levels) -> list[Seeding]:
    """Every source varies, from run to run."""
    return [Seeding(seed, f"seed={seed}") for seed in levels(given)]


def crossed(given: CrossedSeeds) -> list[Seeding]:
    """Every level of each source with every level of the others; the last source goes fastest."""
    grid: list[dict[str, int]] = [{}]
    for source, wanted in given.by_source.items():
        grid = [{**point, source: level} for point in grid for level in levels(wanted)]
    return [_levelled(given.base, point) for point in grid]


def vary(given: VarySeeds) -> list[Seeding]:
    """The named sources take the seeds of run after run; the others stay with ``base``."""
    return [
        _levelled(given.base, dict.fromkeys(given.vary, level), "+".join(given.vary))
        for level in levels(given.count)
    ]


def _levelled(base: int, point: Mapping[str, int], joined: str | None = None) -> Seeding:
    """Seeds of one point of a grid; ``numeric`` counts repeats.

    A seed that moves as well tells the runs apart already, so repeats count only where none does.
    """
    own = {source: level for source, level in point.items() if source != NUMERIC}
    together = joined is not None and own
    label = (
        f"{joined}={next(iter(point.values()))}"
        if joined
        else " ".join(f"{source}={level}" for source, level in point.items())
    )
    return Seeding(base, label, own, 0 if together else point.get(NUMERIC, 0))


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

    identical: tuple[Seeding, Seeding]
    everything: tuple[Seeding, ...]
    radial: tuple[Mapping[str, Seeding], ...]
    crossed: tuple[tuple[Seeding, ...], ...]
    sources: tuple[str, ...]
    crossed_sources: tuple[str, ...]

    @property
    def seedings(self) -> list[Seeding]:
        """Every run that the plan asks for, in the order in which to run them."""
        return [
            *self.identical,
            *self.everything,
            *(seeding for part in self.radial for seeding in part.values()),
            *(seeding for row in self.crossed for seeding in row),
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
    sources = tuple(given.sources or (*SOURCES, *([NUMERIC] if numeric_is_free else [])))
    radial = [
        {"base": base, **{source: _changed(base, source, given.runs) for source in sources}}
        for base in everything[: given.baselines]
    ]
    first, second = given.crossed or ("", "")
    grid = [
        [_levelled(0, {first: one, second: two}) for two in range(given.levels)]
        for one in range(given.levels if given.crossed else 0)
    ]
    return Attribution(
        identical=(everything[0], Seeding(0, "seed=0 repeat=1", repeat=1)),
        everything=tuple(everything),
        radial=tuple(radial),
        crossed=tuple(tuple(row) for row in grid),
        sources=sources,
        crossed_sources=tuple(given.crossed or ()),
    )


def _changed(base: Seeding, source: str, runs: int) -> Seeding:
    if source == NUMERIC:
        return Seeding(base.seed, f"{base.label} repeat=1", repeat=1)
    other = (base.seed + 1) % runs
    return Seeding(base.seed, f"{base.label} {source}={other}", {source: other})


def described(plan: Attribution, maker: Maker, configurations: Sequence[Mapping[str, Any]]) -> Any:
    """Which run plays which part, by cell: what analysis needs to know, ready for JSON."""
    parts = []
    for configuration in configurations:

        def ids(seedings: Sequence[Seeding], of: Mapping[str, Any] = configuration) -> list[str]:
            return [maker.cell(of, seeding).id for seeding in seedings]

        part: dict[str, Any] = {
            "configuration": {key: configuration[key] for key in maker.varied},
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
