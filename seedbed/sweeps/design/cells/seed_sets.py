"""Seeds of a sweep: the same in each configuration, crossed, or varied one source at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import derive
from seedbed.sweeps.spec.fields.seed_fields import CrossedSeeds, Levels, VarySeeds

NUMERIC = "numeric"
"""The source without a seed: the run is repeated, unchanged, in a free environment."""


@dataclass(frozen=True)
class SeedSet:
    """The seeds of one run, not yet joined to a configuration.

    Attributes:
        seed: Seed of every source that is not named in ``own``.
        own: Source → seed of the run from which this source is taken.
        repeat: Number of the repeat.
        label: Readable, e.g. ``seed=3`` or ``init=2 order=1``.
        streams: Whether the sources are the streams of a script.
    """

    seed: int
    label: str
    own: Mapping[str, int] = field(default_factory=dict)
    repeat: int = 0
    streams: bool = False

    @property
    def options(self) -> dict[str, int | str]:
        """Options that set these seeds; a source taken from ``seed`` itself is left to it."""
        if self.streams:
            own = [f"{source}={k}" for source, k in self.own.items() if k != self.seed]
            return {"seed": self.seed, "stream_seeds": ";".join(own)}
        return {
            "seed": self.seed,
            **{f"{s}_seed": _derived(k)[s] for s, k in self.own.items() if k != self.seed},
        }


@lru_cache(maxsize=10_000)
def _derived(seed: int) -> dict[str, int]:
    return derive(RunOptions(seed=seed)).asdict()


def levels(given: Levels) -> list[int]:
    """``3`` → 0, 1, 2; a list stays a list."""
    return list(range(given)) if isinstance(given, int) else list(given)


def plain(given: Levels) -> list[SeedSet]:
    """Every source varies, from run to run."""
    return [SeedSet(seed, f"seed={seed}") for seed in levels(given)]


def crossed(given: CrossedSeeds) -> list[SeedSet]:
    """Every level of each source with every level of the others; the last source goes fastest."""
    grid: list[dict[str, int]] = [{}]
    for source, wanted in given.by_source.items():
        grid = [{**point, source: level} for point in grid for level in levels(wanted)]
    return [levelled(given.base, point) for point in grid]


def vary(given: VarySeeds) -> list[SeedSet]:
    """The named sources take the seeds of run after run; the others stay with ``base``."""
    return [
        levelled(given.base, dict.fromkeys(given.vary, level), "+".join(given.vary))
        for level in levels(given.count)
    ]


def levelled(base: int, point: Mapping[str, int], joined: str | None = None) -> SeedSet:
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
    return SeedSet(base, label, own, 0 if together else point.get(NUMERIC, 0))
