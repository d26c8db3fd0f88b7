"""``search``: how good the winner looks, how much of that is luck, and which option mattered."""

import click
import numpy as np

from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.commands.recorded import Recorded, read, told
from analysis.estimate import Estimate
from analysis.statistics.checks import Floats
from analysis.statistics.importance import FEWEST, importances
from analysis.statistics.search import SearchSummary, expected_best, summarize_search
from analysis.statistics.spread import mean_interval
from tracking.errors import InputError

Scores = dict[str, Floats]


def search_of_sweep(found: Recorded, *, level: float = 0.95) -> Answer:
    """What a search over configurations found, and what that is worth.

    Runs on the seeds that the sweep kept back for its best configurations take no part in the
    search; they are the result.

    Args:
        found: The sweep.
        level: Confidence level.

    Raises:
        InputError: Fewer than two configurations with a result.
    """
    searched, fresh = _divided(found)
    if len(searched) < 2:
        raise InputError(
            f"a search has at least 2 configurations with a result, {found.sweep.name!r} has "
            f"{len(searched)}: ask `spread` instead"
        )
    summary = summarize_search(searched)
    means = [float(values.mean()) for values in searched.values()]
    sizes = sorted({size for size in (1, 2, 3, 5, 10, 20, 50, 100) if size < len(means)})
    best = [{"n": n, "value": expected_best(means, n)} for n in (*sizes, len(means))]
    again = {name: mean_interval(values, level) for name, values in fresh.items()}
    options = {
        name: [dict(group.options)[name] for group in found.groups if group.label in searched]
        for name in found.sweep.varied
    }
    shares = importances(options, means)
    fields = {
        **vars(summary),
        "expected_best": best,
        "importances": shares,
        "fresh": again or None,
        "notes": [],
    }
    rows: list[tuple[str, object]] = [("winner", summary.winner), ("value", summary.value)]
    rows += [("optimism", summary.optimism), ("noise_sd", summary.noise_sd)]
    rows += [(f"expected best of {one['n']}", one["value"]) for one in best]
    rows += [(f"importance of {name}", share) for name, share in (shares or {}).items()]
    rows += [(f"{name} on fresh seeds", mean) for name, mean in again.items()]
    lines = [*_sentences(summary), *_fresh(summary, again)]
    if shares:
        ranked = sorted(shares.items(), key=lambda pair: -pair[1])
        listed = ", ".join(f"{name} {share:.0%}" for name, share in ranked)
        lines.append(f"What mattered, of what the options explain: {listed}.")
    else:
        lines.append(
            "Which option mattered cannot be said: that needs "
            f"{FEWEST} configurations for each option that varies, and options that tell something."
        )
    return told(found, Answer(tuple(lines), fields, tuple(rows)))


def _divided(found: Recorded) -> tuple[Scores, Scores]:
    """Scores of the search and on fresh seeds, by configuration."""
    kept_back = set(found.sweep.fresh_seeds)
    searched: Scores = {}
    fresh: Scores = {}
    for group in found.having:
        late = np.array([run.options.get("seed") in kept_back for run in group.runs])
        if (~late).any():
            searched[group.label] = group.scores[~late]
        if late.any():
            fresh[group.label] = group.scores[late]
    return searched, fresh


def _sentences(summary: SearchSummary) -> list[str]:
    lines = [
        f"The best of {summary.configurations} configurations in {summary.runs} runs is "
        f"{summary.winner}: {number(summary.value)}, as it was seen in the search."
    ]
    if summary.optimism is not None and summary.noise_sd is not None:
        lines.append(
            f"Being the highest flatters it by about {number(summary.optimism)} (sd of a run over "
            f"seeds {number(summary.noise_sd)}, true sd of the configurations "
            f"{number(summary.true_sd or 0)})."
        )
    return lines


def _fresh(summary: SearchSummary, again: dict[str, Estimate]) -> list[str]:
    if not again:
        return [f"What to do: {summary.advice}."]
    return [
        f"On fresh seeds, which alone count, {name} scores {number(found.value)} "
        f"({interval(found)}, {found.n} runs)."
        for name, found in again.items()
    ]


@click.command()
@click.argument("sweep")
@output_options
def search(sweep: str, level: float, form: Format) -> None:
    """The winner among SWEEP's configurations, its luck, and what a smaller search would give."""
    emit(search_of_sweep(read(sweep), level=level), form)
