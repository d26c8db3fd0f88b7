"""The runs of an attribution plan by the part they play, as the sweep's design says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.statistics.variance.radial_effects import RadialEffect, radial_effects
from seedbed.tracking.records import RunRecord, SweepRecord

Pair = tuple[RunRecord, RunRecord]


@dataclass(frozen=True)
class PlanParts:
    """One configuration's runs of the attribution plan.

    Attributes:
        identical: The two runs with the same seeds; None where one of them has no result.
        everything: The runs in which every source varies.
        radial: Source → pairs of a baseline and the run with this source alone changed.
        crossed: ``[level of the first source][level of the second]``; empty without a crossed pair
            or with a run of it missing.
        crossed_sources: The crossed pair; empty likewise.
        lacking: Cells of the plan without a result.
    """

    identical: Pair | None
    everything: tuple[RunRecord, ...]
    radial: Mapping[str, tuple[Pair, ...]]
    crossed: tuple[tuple[RunRecord, ...], ...]
    crossed_sources: tuple[str, ...]
    lacking: int

    @property
    def same_bits(self) -> bool | None:
        """Whether equal seeds gave equal weights; None where that cannot be told."""
        prints = [run.fingerprint for run in self.identical or ()]
        return None if not prints or None in prints else len(set(prints)) == 1

    def effects(self, metric: str, level: float = 0.95) -> tuple[RadialEffect, ...]:
        """Jansen's total effect of each source on the metric, with 2 baselines or more."""
        every = [score for run in self.everything if (score := score_of(run, metric)) is not None]
        found: list[RadialEffect] = []
        for source, pairs in self.radial.items():
            scores = [
                (score_of(base, metric), score_of(changed, metric)) for base, changed in pairs
            ]
            known = np.array([pair for pair in scores if None not in pair], dtype=np.float64)
            if len(known) > 1:
                base, changed = known.T
                all_vary = every if len(every) > 1 else None
                found += radial_effects(base, {source: changed}, all_vary, level)
        return tuple(found)


def plan_parts(sweep: SweepRecord, runs: Sequence[RunRecord]) -> PlanParts | None:
    """The parts that a configuration's runs play; None if the sweep is not an attribution plan.

    Args:
        sweep: The sweep.
        runs: The configuration's runs; they say which configuration it is.
    """
    own = {run.cell for run in runs}
    parts = () if sweep.plan is None else sweep.plan["parts"]
    part = next((one for one in parts if own & set(_cells(one))), None)
    if part is None or sweep.plan is None:
        return None
    known = {run.cell: run for run in sweep.runs if run.state == "finished"}
    first, second = (known.get(cell) for cell in part["identical"])
    radial: dict[str, list[Pair]] = {}
    for block in part["radial"]:
        base = known.get(block["base"])
        for source, cell in block.items():
            changed = known.get(cell)
            if source != "base" and base is not None and changed is not None:
                radial.setdefault(source, []).append((base, changed))
    grid = [[known.get(cell) for cell in row] for row in part.get("crossed", ())]
    crossed = tuple(tuple(run for run in row if run is not None) for row in grid)
    whole = all(len(row) == len(found) for row, found in zip(grid, crossed, strict=True))
    return PlanParts(
        identical=None if first is None or second is None else (first, second),
        everything=tuple(known[cell] for cell in part["all"] if cell in known),
        radial={source: tuple(pairs) for source, pairs in radial.items()},
        crossed=crossed if whole else (),
        crossed_sources=tuple(sweep.plan.get("crossed", ())) if whole else (),
        lacking=len(set(_cells(part)) - set(known)),
    )


def planned_repeats(sweep: SweepRecord) -> int:
    """How many runs of an attribution plan repeat their twin's bits, which they are there for."""
    given = () if sweep.plan is None else sweep.plan["parts"]
    prints = {run.cell: run.fingerprint for run in sweep.finished}
    pairs = ([prints.get(cell) for cell in part["identical"]] for part in given)
    return sum(first is not None and first == second for first, second in pairs)


def repeats_sentence(sweep: SweepRecord) -> str | None:
    """That two runs with equal seeds are identical, as a fact; None where no plan shows it."""
    pairs = planned_repeats(sweep)
    if not pairs:
        return None
    where = "" if pairs == 1 else f" in each of {pairs} configurations"
    return f"Two runs with equal seeds are identical bit for bit{where}, and count once."


def independent(sweep: SweepRecord, runs: Sequence[RunRecord]) -> list[RunRecord]:
    """The runs of an attribution plan in which every source varies and no seed is shared.

    Args:
        sweep: The sweep.
        runs: Some of its runs.

    Returns:
        All of them if the sweep is not an attribution plan, or none of them varies in everything.
    """
    sharing = cells_that_share_seeds(sweep.plan)
    return [run for run in runs if run.cell not in sharing] or list(runs)


def cells_that_share_seeds(plan: Mapping[str, object] | None) -> frozenset[str]:
    """The cells of an attribution plan that share a seed with one in which every source varies.

    Args:
        plan: How a sweep's seeds are laid out; None if its runs do not say.
    """
    given = {} if plan is None else plan
    parts = cast("Sequence[Mapping[str, object]]", given.get("parts", ()))
    return frozenset(
        cell for part in parts for cell in {*_cells(part)} - {*_cells({"all": part["all"]})}
    )


def _cells(part: Mapping[str, object]) -> list[str]:
    """Every cell that a configuration's part of the plan names."""
    found: list[str] = []
    for key in ("identical", "all", "radial", "crossed"):
        given = part.get(key, ())
        for item in given if isinstance(given, list) else ():
            if isinstance(item, dict):
                found += item.values()
            else:
                found += item if isinstance(item, list) else [item]
    return found


def bits_sentence(same_bits: bool | None) -> str | None:
    """What the two runs with equal seeds say; None where that cannot be told."""
    if same_bits is None:
        return None
    if same_bits:
        return (
            "Two runs with the same seeds gave the same weights bit by bit, so the seeds are all "
            "that makes runs differ."
        )
    return (
        "Two runs with the same seeds gave different weights, so something without a seed "
        "(threads, operations, machine) makes runs differ as well."
    )
