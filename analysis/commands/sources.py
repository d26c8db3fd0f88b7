"""``sources``: which source of change makes the runs of a sweep disagree."""

from collections.abc import Mapping

import click
import numpy as np

from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.commands.recorded import Recorded, each, read
from analysis.report.grouping import Group
from analysis.report.seed_table import seed_table
from analysis.report.stack import Stack
from analysis.statistics.checks import Floats
from analysis.statistics.churn import pairwise_disagreement
from analysis.statistics.crossed import CrossedShares, crossed_shares
from analysis.statistics.sources import SourceShare, SourceTable, disagreement_shares
from tracking.errors import InputError

MOST_RUNS = 150
"""Runs whose pairs are attributed."""


def sources_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Attribute the disagreement between the runs of one configuration to its sources.

    Args:
        found: The sweep.
        group: The configuration.
        level: Confidence level.

    Raises:
        InputError: Fewer than two runs, or nothing that varies between them.
    """
    runs = group.runs[:MOST_RUNS]
    if len(runs) < 2:
        raise InputError(f"sources need at least 2 runs of a configuration, got {len(runs)}")
    if group.bit_identical:
        raise InputError(
            "all runs have one set of weights: bit-identical, no spread to share out among sources"
        )
    stack, said = found.stack(group, MOST_RUNS)
    if stack is not None and len(stack.positions) > 1:
        runs = tuple(runs[position] for position in stack.positions)
        table = pairwise_disagreement(stack.predicted, stack.probabilities.shape[2])
        measure = "predictions"
    else:
        stack = None
        scores = group.scores[: len(runs)]
        table = (scores[:, None] - scores[None, :]) ** 2 / 2
        measure = "accuracy"
    seeds = seed_table(runs, found.sweep.sources)
    if not seeds:
        raise InputError("no seed differs between the runs, so there is no source to tell apart")
    shares = disagreement_shares(seeds, table, level)
    crossed = _crossed(seeds, stack, level) if stack is not None else None
    fields: dict[str, object] = {
        "n": len(runs),
        "measure": measure,
        "all_differ": shares.all_differ,
        "sources": shares.shares,
        "largest": shares.largest,
        "plan": shares.plan,
        "crossed": crossed,
    }
    rows: list[tuple[str, object]] = [("disagreement when all vary", shares.all_differ)]
    for share in shares.shares:
        rows += [(f"{share.source}: left", share.left), (f"{share.source}: removed", share.removed)]
    lines = _sentences(shares, crossed, list(seeds), measure)
    if said and measure == "accuracy":
        lines = (*lines, f"{said[0][0].upper()}{said[0][1:]}: accuracy alone resolves little.")
    return Answer(lines, fields, tuple(rows))


def _sentences(
    table: SourceTable, crossed: CrossedShares | None, names: list[str], measure: str
) -> tuple[str, ...]:
    resolved = [share for share in table.shares if share.resolved]
    lines = []
    if not resolved and crossed is None:
        which = ", ".join(share.source for share in table.shares)
        lines.append(f"Unresolved: these runs cannot tell the sources apart ({which}).")
    elif table.largest is not None:
        lines.append(f"{table.largest} alone makes runs disagree most.")
    else:
        lines.append("No source stands out: none alone leaves clearly more than all others.")
    if table.all_differ is not None and measure == "predictions":
        lines.append(
            f"Two runs that differ in everything disagree on {number(table.all_differ.value)} of "
            f"the test examples ({interval(table.all_differ)})."
        )
    lines += [_share(share) for share in table.shares if share.resolved or share.left is not None]
    if crossed is not None:
        lines.append(
            f"Crossed, {names[0]} makes {number(crossed.first.value)} ({interval(crossed.first)}) "
            f"of the per-example variance, {names[1]} {number(crossed.second.value)} "
            f"({interval(crossed.second)}), both together "
            f"{number(crossed.interaction.value)} ({interval(crossed.interaction)})."
        )
    if table.plan is not None and crossed is None:
        lines.append(f"What would tell: {table.plan}.")
    return tuple(lines)


def _share(share: SourceShare) -> str:
    parts = []
    if share.left is not None:
        parts.append(
            f"{number(share.left.value)} of the disagreement is left if only it varies "
            f"({interval(share.left)})"
        )
    if share.removed is not None:
        parts.append(
            f"{number(share.removed.value)} is removed by freezing it ({interval(share.removed)})"
        )
    note = "" if share.resolved or share.note is None else f"; {share.note}"
    return f"{share.source}: {', '.join(parts)}{note}."


def _crossed(
    seeds: Mapping[str, tuple[object, ...]], stack: Stack, level: float
) -> CrossedShares | None:
    """The crossed analysis, where the runs are exactly a full cross of two sources."""
    if len(seeds) != 2:
        return None
    first, second = seeds.values()
    rows, columns = list(dict.fromkeys(first)), list(dict.fromkeys(second))
    place = {pair: index for index, pair in enumerate(zip(first, second, strict=True))}
    whole = len(place) == len(first) == len(rows) * len(columns)
    if not whole or min(len(rows), len(columns)) < 3:
        return None
    order = [place[a, b] for a in rows for b in columns]
    cube: Floats = stack.errors[order].astype(np.float64)
    if not np.ptp(cube, axis=0).any():
        return None
    return crossed_shares(cube.reshape(len(rows), len(columns), -1), level)


@click.command()
@click.argument("sweep")
@output_options
def sources(sweep: str, level: float, form: Format) -> None:
    """Which source of change (init, order, …) makes the runs of SWEEP disagree."""
    found = read(sweep)
    emit(each(found, lambda group: sources_of_runs(found, group, level=level)), form)
