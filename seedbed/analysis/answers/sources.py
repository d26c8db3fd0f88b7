"""``sources``: which source of change makes the runs of a sweep disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.read_inputs import (
    cell_number,
    read_table,
    read_words,
    same_unit,
)
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION
from seedbed.analysis.findings.attribution_parts import PlanParts, bits_sentence, plan_parts
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.seed_table import seed_table
from seedbed.analysis.statistics.answers.churn import pairwise_disagreement
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.crossed import CrossedShares, crossed_shares
from seedbed.analysis.statistics.variance.sources import (
    SourceShare,
    SourceTable,
    clipped,
    disagreement_shares,
    within_bounds,
)
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.records import RunRecord
from seedbed.tracking.schema import SCORE

Seeds = dict[str, tuple[object, ...]]
Bools = npt.NDArray[np.bool_]
SOURCES = ("init", "order", "augmentation", "dropout", "split", "numeric")
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
    runs = group.every[:MOST_RUNS]
    if len(runs) < 2:
        raise InputError(f"sources need at least 2 runs of a configuration, got {len(runs)}")
    if group.bit_identical:
        raise InputError(
            "all runs have one set of weights: bit-identical, no spread to attribute to sources"
        )
    of_predictions = found.metric == SCORE
    stack, said = found.stack(group, MOST_RUNS, every=True) if of_predictions else (None, [])
    labels: npt.NDArray[np.int64] | None = None
    errors: Bools | None = None
    if stack is not None and len(stack.positions) > 1:
        runs = tuple(runs[position] for position in stack.positions)
        labels, errors = stack.predicted.astype(np.int64), stack.errors
    seeds = seed_table(runs, found.sweep.sources)
    scores = np.array([score_of(run, found.metric) for run in runs], dtype=np.float64)
    parts = plan_parts(found.sweep, runs)
    cube = None if errors is None else _grid(parts, runs, errors)
    answer = sources_of_table(seeds, scores, labels, errors=errors, crossed=cube, level=level)
    lines = list(answer.sentences)
    if said and labels is None:
        lines.append(f"{sentence_case(said[0])}. Accuracies alone resolve little.")
    if parts is None:
        return replace(answer, sentences=tuple(lines))
    effects = parts.effects(found.metric, level)
    bits = bits_sentence(parts.same_bits)
    lines += [bits] if bits else []
    if parts.lacking:
        lines.append(f"{count(parts.lacking, 'cell')} of the plan gave no result.")
    if effects and not any(effect.resolved for effect in effects):
        baselines = effects[0].left_sd.n
        lines.append(
            f"On accuracy alone the {count(baselines, 'baseline')} of the plan resolve no source "
            "(Jansen's estimator)."
        )
    fields = {**answer.fields, "identical": parts.same_bits, "radial": effects}
    rows = [*answer.rows]
    rows += [(f"{effect.source}: sd of accuracy left", effect.left_sd) for effect in effects]
    return replace(answer, sentences=tuple(lines), fields=fields, rows=tuple(rows))


def _grid(parts: PlanParts | None, runs: Sequence[RunRecord], errors: Bools) -> Floats | None:
    """``[first source, second source, example]`` of the crossed part of a plan."""
    if parts is None or not parts.crossed:
        return None
    place = {run.fingerprint: index for index, run in enumerate(runs)}
    rows = [[place.get(run.fingerprint) for run in row] for row in parts.crossed]
    if None in place or any(index is None for row in rows for index in row):
        return None
    return errors[np.array(rows, dtype=np.int64)].astype(np.float64)


def sources_of_table(
    seeds: Mapping[str, Sequence[object]],
    scores: Floats | None,
    labels: npt.NDArray[np.int64] | None = None,
    *,
    errors: Bools | None = None,
    crossed: Floats | None = None,
    level: float = 0.95,
) -> Answer:
    """Attribute the disagreement between runs to the sources whose seeds differ.

    Args:
        seeds: Source → ``[run]`` seeds.
        scores: ``[run]`` accuracies, used where there are no labels.
        labels: ``[run, example]`` predicted classes from 0.
        errors: ``[run, example]`` whether the run is wrong, for a crossed design; the labels
            themselves tell no right from wrong.
        crossed: ``[first source, second source, example]`` errors, where a part of the runs is a
            cross; by default the runs themselves where they are a full cross of two sources.
        level: Confidence level.

    Raises:
        InputError: Nothing that varies, or neither scores nor labels.
    """
    if not seeds:
        raise InputError("no seed differs between the runs, so there is no source to tell apart")
    if labels is not None:
        table, measure = pairwise_disagreement(labels, int(labels.max()) + 1), "predictions"
    elif scores is not None:
        table, measure = (scores[:, None] - scores[None, :]) ** 2 / 2, "accuracy"
    else:
        raise InputError("sources need the runs' labels or their scores, got neither")
    if not table.any():
        raise InputError("all runs agree in everything: no spread to attribute to sources")
    shares = within_bounds(disagreement_shares(seeds, table, level))
    pair = tuple(seeds)
    if crossed is None and errors is not None:
        crossed = _whole_cross(seeds, errors)
    varies = crossed is not None and bool(np.ptp(crossed, axis=(0, 1)).any())
    of_cross = crossed_shares(crossed, level) if crossed is not None and varies else None
    fields: dict[str, object] = {
        "n": table.shape[0],
        "measure": measure,
        "all_differ": clipped(shares.all_differ) if labels is not None else shares.all_differ,
        "sources": shares.shares,
        "largest": shares.largest,
        "plan": shares.plan,
        "crossed": of_cross,
        "identical": None,
        "radial": None,
    }
    rows: list[tuple[str, object]] = [("disagreement when all vary", shares.all_differ)]
    for share in shares.shares:
        rows += [(f"{share.source}: left", share.left), (f"{share.source}: removed", share.removed)]
    return Answer(_sentences(shares, of_cross, list(pair), measure), fields, tuple(rows))


def _sentences(
    table: SourceTable, crossed: CrossedShares | None, names: list[str], measure: str
) -> tuple[str, ...]:
    resolved = [share for share in table.shares if share.resolved]
    lines = []
    only = table.shares[0].source if len(table.shares) == 1 else None
    if only is not None:
        lines.append(
            f"Only {only} varies between the runs, so all of their difference comes with it."
        )
    elif not resolved and crossed is None:
        which = ", ".join(share.source for share in table.shares)
        lines.append(f"These runs cannot tell the sources apart ({which}).")
    elif table.largest is not None:
        lines.append(f"{table.largest} alone makes the runs differ most.")
    else:
        lines.append(
            "No source stands out: none makes the runs differ clearly more than the others."
        )
    differ = clipped(table.all_differ) if measure == "predictions" else None
    if differ is not None:
        lines.append(
            f"Two runs that differ in everything disagree on {FRACTION.level(differ.value)} of "
            f"the test examples ({FRACTION.interval(differ)})."
        )
    told = [share for share in table.shares if share.resolved or share.left is not None]
    lines += [_share(share) for share in told if share.source != only]
    if crossed is not None:
        lines.append(
            f"In the crossed runs {names[0]} makes {_portion(crossed.first)} of the per-example "
            f"variance, {names[1]} {_portion(crossed.second)}, and the two together another "
            f"{_portion(crossed.interaction)}."
        )
    if table.plan is not None and crossed is None:
        lines.append(f"To tell them apart: {table.plan}.")
    return tuple(lines)


def _share(share: SourceShare) -> str:
    parts = []
    if share.left is not None:
        parts.append(
            f"{FRACTION.level(share.left.value)} of the disagreement remains if only it varies "
            f"({FRACTION.interval(share.left)})"
        )
    if share.removed is not None:
        parts.append(
            f"freezing it removes {FRACTION.level(share.removed.value)} "
            f"({FRACTION.interval(share.removed)})"
        )
    note = "" if share.resolved or share.note is None else f"; {share.note}"
    return f"{share.source}: {', '.join(parts)}{note}."


def _portion(estimate: Estimate) -> str:
    """A share with its interval, in percent."""
    return f"{FRACTION.level(estimate.value)} ({FRACTION.interval(estimate)})"


def _whole_cross(seeds: Mapping[str, Sequence[object]], errors: Bools) -> Floats | None:
    """``[first, second, example]`` where the runs are exactly a full cross of two sources."""
    if len(seeds) != 2:
        return None
    first, second = seeds.values()
    rows, columns = list(dict.fromkeys(first)), list(dict.fromkeys(second))
    place = {pair: index for index, pair in enumerate(zip(first, second, strict=True))}
    whole = len(place) == len(first) == len(rows) * len(columns)
    if not whole or min(len(rows), len(columns)) < 3:
        return None
    order = [place[a, b] for a in rows for b in columns]
    cube: Floats = errors[order].astype(np.float64)
    return cube.reshape(len(rows), len(columns), -1)


def _read_seeds(path: Path, by: Sequence[str], metric: str | None) -> tuple[Seeds, Floats | None]:
    """Read a table with a row per run: the seed of each source, and perhaps the score.

    Args:
        path: CSV file.
        by: Columns of the sources; those called like a source where none is named.
        metric: Column of scores.

    Returns:
        Source → ``[run]`` seeds of the sources that vary, and ``[run]`` scores.
    """
    lines, cells = read_table(path, [*by, *([metric] if metric else [])])
    columns = list(by) or [name for name in cells if name.removesuffix("_seed") in SOURCES]
    if not columns:
        raise InputError(
            f"{path} has no column called like a source ({', '.join(SOURCES)}): name the columns "
            f"of seeds with --by; there are {', '.join(cells)}"
        )
    seeds: Seeds = {name: tuple(cells[name]) for name in columns if len(set(cells[name])) > 1}
    if metric is None:
        return seeds, None
    pairs = zip(lines, cells[metric], strict=True)
    scores = np.array([cell_number(path, line, metric, cell) for line, cell in pairs])
    if "acc" in metric.lower():
        same_unit(scores)
    return seeds, scores


def sources_of_file(
    path: Path, by: Sequence[str], metric: str | None, labels: Path | None, level: float
) -> Answer:
    """Attribute the disagreement of the runs in a table."""
    if (metric is None) == (labels is None):
        raise InputError(
            "--from needs either --metric, its column of scores, or --labels, a file of runs × "
            "examples of the labels that the runs gave"
        )
    seeds, scores = _read_seeds(path, by, metric)
    codes = None
    if labels is not None:
        words = np.array(read_words(labels))
        runs = len(next(iter(seeds.values()))) if seeds else words.shape[0]
        if words.shape[0] != runs:
            raise InputError(
                f"{labels} must have a row per run of {path}: {runs} runs, got {words.shape[0]}"
            )
        codes = np.unique(words, return_inverse=True)[1].reshape(words.shape).astype(np.int64)
    return sources_of_table(seeds, scores, codes, level=level)
