"""``search``: how good the winner looks, how much of that is luck, and which option mattered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import told
from seedbed.analysis.answers.inputs.read_inputs import cell_number, read_table, same_unit
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION, PLAIN, Unit, margin_in, unit_of
from seedbed.analysis.findings.configurations import repeats_sentence
from seedbed.analysis.findings.search.search_summary import divide
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.importance import FEWEST, importances
from seedbed.analysis.statistics.search import SearchSummary, expected_best, summarize_search
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.analysis.wording import count, label, listed as listed_names, percent
from seedbed.system.errors import InputError
from seedbed.system.extras import missing_extra
from seedbed.system.text.number_text import is_number

SEEDS_CHANGE_NOTHING = (
    "The seeds change nothing in these configurations, and more of them would not either: vary "
    "what changes the weights, or score the best on other test examples"
)

Scores = dict[str, Floats]
Options = dict[str, list[object]]


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
    parts = divide(found.having, found.sweep.fresh_seeds)
    searched = parts.searched
    if len(searched) < 2:
        raise InputError(
            f"a search has at least 2 configurations with a result, {found.sweep.name!r} has "
            f"{len(searched)}: ask `spread` instead"
        )
    again = {name: mean_interval(values, level) for name, values in parts.fresh.items()}
    options = {
        name: [dict(group.options)[name] for group in found.groups if group.label in searched]
        for name, _ in found.groups[0].options
    }
    stuck = parts.repeats > 0 and max(values.size for values in searched.values()) == 1
    answer = search_of_scores(searched, options, again, unit=found.unit, stuck=stuck)
    said = repeats_sentence(parts.repeats)
    return told(found, answer if said is None else answer.with_note(f"{said}."))


def search_of_scores(
    searched: Mapping[str, Floats],
    options: Mapping[str, Sequence[object]] | None = None,
    fresh: Mapping[str, Estimate] | None = None,
    noise_sd: float | str | None = None,
    unit: Unit = FRACTION,
    *,
    stuck: bool = False,
) -> Answer:
    """What a search is worth.

    Args:
        searched: Configuration → ``[seed]`` scores of the search itself.
        options: Option → ``[configuration]`` values, for what mattered.
        fresh: Configuration → mean on seeds that the search did not use.
        noise_sd: Sd of a run over seeds, where known from elsewhere.
        unit: How scores are written.
        stuck: Whether the seeds change nothing: several runs of each configuration, one model.

    Raises:
        InputError: Fewer than two configurations.
    """
    sign = -1 if unit.lower_is_better else 1
    noise = margin_in(unit, noise_sd, "--noise-sd")
    if noise is not None and not 0 < noise < inf:
        raise InputError(f"--noise-sd must be a number above 0, got {noise:g}")
    summary = summarize_search({k: sign * v for k, v in searched.items()}, noise_sd=noise)
    summary = replace(summary, value=sign * summary.value)
    if stuck:
        summary = replace(summary, rerun=(), advice=SEEDS_CHANGE_NOTHING)
    means = [sign * float(values.mean()) for values in searched.values()]
    sizes = sorted({size for size in (1, 2, 3, 5, 10, 20, 50, 100) if size < len(means)})
    best = [{"n": n, "value": sign * expected_best(means, n)} for n in (*sizes, len(means))]
    again = dict(fresh or {})
    shares, mattered = _mattered(options, means) if options else (None, [])
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
    lines = [*_sentences(summary, unit), *_fresh(summary, again, unit)]
    if len(best) > 1:
        half = best[-2]
        lines.append(
            f"The best of {half['n']} of these configurations would have scored "
            f"{unit.level(float(half['value']))} on average."
        )
    return Answer((*lines, *mattered), fields, tuple(rows))


def _mattered(
    options: Mapping[str, Sequence[object]], means: Sequence[float]
) -> tuple[dict[str, float] | None, list[str]]:
    """Option → share of the explained spread, and what to say of it."""
    try:
        shares = importances(options, means)
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        return None, [f"Which option mattered is not computed. {missing}."]
    if shares:
        ranked = sorted(shares.items(), key=lambda pair: -pair[1])
        listed = ", ".join(f"{name} {percent(share, 0)}" for name, share in ranked)
        return shares, [f"Share of what the options explain: {listed}."]
    return None, [
        f"To tell which option mattered, a search needs {FEWEST} configurations for each option "
        "that varies, and options that explain something."
    ]


def _sentences(summary: SearchSummary, unit: Unit) -> list[str]:
    lines = [
        f"The best of {summary.configurations} configurations in {summary.runs} runs is "
        f"{summary.winner}: {unit.level(summary.value)} in the search itself."
    ]
    effect = "lowest lowers" if unit.lower_is_better else "highest inflates"
    if summary.optimism is not None and summary.noise_sd is not None:
        lines.append(
            f"Being the {effect} that by about {unit.difference(summary.optimism)} (sd of "
            f"a run over seeds {unit.difference(summary.noise_sd)}, true sd of the configurations "
            f"{unit.difference(summary.true_sd or 0)})."
        )
    return lines


def _fresh(summary: SearchSummary, again: dict[str, Estimate], unit: Unit) -> list[str]:
    """What the winner scores on fresh seeds, or what to run to know."""
    if not again:
        if not summary.rerun:
            return [f"{summary.advice}."]
        lines = []
        if summary.optimism is None:
            lines.append(
                "One seed cannot tell luck from merit: run some configurations with two or more."
            )
        best = listed_names(summary.rerun)
        return [*lines, f"Run {best} again with 3 fresh seeds each, and report those alone."]
    return [
        f"On fresh seeds, which alone count, {name} scores {unit.level(found.value)} "
        f"({unit.interval(found)}, {found.n} runs)."
        for name, found in again.items()
    ]


def read_search(path: Path, by: Sequence[str], metric: str) -> tuple[Scores, Options, int]:
    """Read a table with a row per run: the options of its configuration, and its score.

    Args:
        path: CSV file.
        by: Columns of the options.
        metric: Column of scores; empty where the run failed.

    Returns:
        Configuration → ``[run]`` scores; option → ``[configuration]`` values, numbers where all
        are; and how many runs have no score.

    Raises:
        InputError: A missing column, a score that is not a finite number, or mixed units.
    """
    lines, cells = read_table(path, [*by, metric])
    runs: dict[tuple[str, ...], list[float]] = {}
    failed = 0
    for index, line in enumerate(lines):
        cell = cells[metric][index]
        if cell == "":
            failed += 1
            continue
        key = tuple(cells[name][index] for name in by)
        runs.setdefault(key, []).append(cell_number(path, line, metric, cell))
    if "acc" in metric.lower():
        same_unit(np.array([value for scores in runs.values() for value in scores]))
    scores = {label(tuple(zip(by, key, strict=True))): np.array(runs[key]) for key in runs}
    columns: Options = {name: [key[at] for key in runs] for at, name in enumerate(by)}
    for name, column in columns.items():
        if all(is_number(str(cell)) for cell in column):
            columns[name] = [float(str(cell)) for cell in column]
    return scores, columns, failed


def search_of_numbers(scores: Floats, noise_sd: float | str | None = None) -> Answer:
    """What a search of one score per configuration is worth.

    Args:
        scores: ``[configuration]``, higher is better.
        noise_sd: Sd of a run over seeds, where known.
    """
    named = {f"configuration {at}": np.array([one]) for at, one in enumerate(scores, start=1)}
    return search_of_scores(named, noise_sd=noise_sd, unit=unit_of(scores, "scores"))


def search_of_table(
    path: Path, by: Sequence[str], metric: str, noise_sd: float | str | None = None
) -> Answer:
    """What a search is worth whose runs stand in a table; arguments as in ``read_search``."""
    scores, options, failed = read_search(path, by, metric)
    unit = PLAIN
    if "acc" in metric.lower():
        unit = unit_of(np.concatenate(list(scores.values())))
    answer = search_of_scores(scores, options, noise_sd=noise_sd, unit=unit)
    if not failed:
        return answer
    is_out = "is left out" if failed == 1 else "are left out"
    return answer.with_note(f"{count(failed, 'run')} without {metric} {is_out}.")
