"""Check that the budget lets the search or stop rule reach a result."""

import math

from seedbed.analysis.statistics.stopping.look_steps import steps_to
from seedbed.sweeps.design.search.proposals import Proposer
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.search_fields import Search
from seedbed.sweeps.spec.fields.stop_fields import Anytime, Comparison, Precision, Stop
from seedbed.sweeps.spec.sweep_file import SweepFile
from seedbed.sweeps.spec.yaml_file import Place

RACE_FROM = 2
"""Seeds that every configuration of a race gets before any is dropped."""


def looks_of(comparison: Comparison, seeds: int) -> tuple[int, ...]:
    """Numbers of pairs at which to look: the file's, or four equal steps up to every seed."""
    return tuple(comparison.looks) if comparison.looks else steps_to(seeds)


FEWEST_PAIRS = 3
"""Pairs at a comparison's last look: t of two pairs is below .05 only for 9 sds or more."""


def check_limits(file: CheckedFile, configurations: int, seeds: int) -> None:
    """Refuse a stop rule or a budget that cannot lead to a result.

    Args:
        file: The sweep's file.
        configurations: How many configurations there are at first.
        seeds: Sets of seeds of each.

    Raises:
        InputError: The rule cannot reach a result; says what would be enough.
    """
    fields = file.fields
    stop, search = fields.stop, fields.search
    if search:
        _check_search(file, search, seeds)
    if not stop:
        return
    rule = stop.precision or stop.comparison or stop.anytime
    here: Place = ("stop", _name(stop))
    if rule and search:
        raise file.refuse(
            here, "stop must be a budget in a search, which chooses its runs by itself."
        )
    if rule and not isinstance(fields.seeds, int | list):
        raise file.refuse(
            here,
            f"stop must be a budget if seeds are given by source; {here[1]} needs seeds as "
            "a number or a list.",
        )
    if stop.comparison:
        _check_comparison(file, stop.comparison, configurations, seeds)
    if stop.anytime:
        _check_anytime(file, stop.anytime, configurations, seeds)
    if stop.precision:
        _check_precision(file, stop.precision, configurations, seeds)


def _name(stop: Stop) -> str:
    return "precision" if stop.precision else "anytime" if stop.anytime else "comparison"


def anytime_pairs(alpha: float) -> int:
    """Fewest pairs whose largest e-value, (1 + n)^((n − 1)/2), reaches 1/α."""
    return next(n for n in range(2, 1000) if (1 + n) ** ((n - 1) / 2) >= 1 / alpha)


def _check_anytime(file: CheckedFile, rule: Anytime, configurations: int, seeds: int) -> None:
    _check_two(file, "anytime", configurations)
    least = anytime_pairs(rule.alpha)
    if seeds < least:
        raise file.refuse(
            ("seeds",),
            f"anytime must be able to reach its level {rule.alpha:g}, which takes {least} pairs, "
            f"got {seeds} seeds: the least is seeds: {least}.",
        )
    if _runs(file.fields) < 2 * least:
        raise file.refuse(
            ("stop", "budget", "runs"),
            f"budget must allow {least} pairs, got {_runs(file.fields):.0f} runs: the least is "
            f"runs: {2 * least}.",
        )


def _check_two(file: CheckedFile, rule: str, configurations: int) -> None:
    if configurations != 2:
        raise file.refuse(
            ("stop", rule),
            f"{rule} must have two configurations, got {configurations}: leave some out, or "
            "use a fixed number of seeds.",
        )


def _runs(fields: SweepFile) -> float:
    budget = fields.stop.budget if fields.stop else None
    return budget.runs if budget and budget.runs else math.inf


def _check_comparison(file: CheckedFile, rule: Comparison, configurations: int, seeds: int) -> None:
    here: Place = ("stop", "comparison")
    _check_two(file, "comparison", configurations)
    last = max(looks_of(rule, seeds)[-1], FEWEST_PAIRS)
    if rule.looks and rule.looks[-1] < FEWEST_PAIRS:
        raise file.refuse(
            (*here, "looks", len(rule.looks) - 1),
            f"comparison must have its last look at {FEWEST_PAIRS} pairs or more, got "
            f"{rule.looks[-1]}: of fewer the spread is hardly known.",
        )
    if seeds < last:
        raise file.refuse(
            ("seeds",),
            f"comparison must reach its last look, which takes {last} pairs, got {seeds} seeds: "
            f"the least is seeds: {last}"
            f"{' (or earlier looks)' if rule.looks and last > FEWEST_PAIRS else ''}.",
        )
    if _runs(file.fields) < 2 * last:
        raise file.refuse(
            ("stop", "budget", "runs"),
            f"budget must allow the comparison's last look, {last} pairs, got "
            f"{_runs(file.fields):.0f} runs: the least is runs: {2 * last}.",
        )


def _check_precision(file: CheckedFile, rule: Precision, configurations: int, seeds: int) -> None:
    if seeds < rule.pilot:
        raise file.refuse(
            ("seeds",),
            f"precision must have its pilot of {rule.pilot} runs, got {seeds} seeds: the least is "
            f"seeds: {rule.pilot} (or a smaller pilot).",
        )
    if _runs(file.fields) < rule.pilot * configurations:
        raise file.refuse(
            ("stop", "budget", "runs"),
            f"budget must allow the pilot of {rule.pilot} runs of each of {configurations} "
            f"configurations, got {_runs(file.fields):.0f} runs: the least is "
            f"runs: {rule.pilot * configurations}.",
        )


def _check_search(file: CheckedFile, search: Search, seeds: int) -> None:
    prune = search.prune
    if "onednn" in search.over:
        raise file.refuse(
            ("search", "over", "onednn"),
            "onednn must be the same in every cell, because TensorFlow reads it once, when the "
            "pool loads it: search with true and with false, and compare.",
        )
    if prune and prune.seeds:
        first = wilcoxon_from(prune.p)
        if seeds <= first:
            raise file.refuse(
                ("search", "prune", "seeds"),
                f"wilcoxon must be able to give up before the last seed, but its p is first below "
                f"{prune.p:g} after {first} seeds, got {seeds}: the least is seeds: {first + 1}.",
            )
    if prune and prune.epochs == "hyperband" and "epochs" in search.over:
        raise file.refuse(
            ("search", "prune", "epochs"),
            "hyperband must know the number of epochs: leave epochs out of the search, or prune "
            "by median.",
        )
    if search.race and seeds <= RACE_FROM:
        raise file.refuse(
            ("seeds",),
            f"a race needs seeds beyond the {RACE_FROM} that every configuration gets, got "
            f"{seeds}: the least is seeds: {RACE_FROM + 1}.",
        )
    least = search.retest.best * (seeds + search.retest.seeds)
    if _runs(file.fields) < least:
        raise file.refuse(
            ("stop", "budget", "runs"),
            f"budget must allow {search.retest.best} configurations with {seeds} seeds and "
            f"{search.retest.seeds} fresh ones, got {_runs(file.fields):.0f} runs: the least is "
            f"runs: {least}.",
        )


def needs_rounds(fields: SweepFile) -> bool:
    """Whether a search waits after each round, to prune by seeds or to keep to its minutes."""
    budget = fields.stop.budget if fields.stop else None
    prune = fields.search.prune if fields.search else None
    if fields.search and fields.search.race:
        return False
    return bool((budget and budget.minutes) or (prune and prune.seeds))


def check_grid(file: CheckedFile, proposer: Proposer, seeds: int) -> None:
    """Refuse a budget that cuts a grid off, because only one corner of it would be run."""
    search = proposer.search
    if search.sampler != "grid" or searched(file.fields, proposer, seeds) == proposer.total:
        return
    again = search.retest
    least = proposer.total * seeds + again.best * again.seeds
    raise file.refuse(
        ("stop", "budget", "runs"),
        f"budget must allow the whole grid, {proposer.total} configurations with {seeds} seeds and "
        f"{again.best} with {again.seeds} fresh ones, got {_runs(file.fields):.0f}: "
        f"the least is runs: {least}, or use sampler: random.",
    )


def wilcoxon_from(p: float) -> int:
    """Fewest pairs whose one-sided signed-rank test can have a p below this: 2^-n < p."""
    return math.floor(-math.log2(p)) + 1


def searched(fields: SweepFile, proposer: Proposer, seeds: int) -> int:
    """Configurations that a search may try, so that the best can still be run again."""
    search = proposer.search
    room = (_runs(fields) - search.retest.best * search.retest.seeds) // seeds
    return int(min(proposer.total, room))


def allowed_runs(
    fields: SweepFile, cells: int, configurations: int, proposer: Proposer | None
) -> tuple[int, int]:
    """How many cells to queue before any result is there, and how many there may be in all.

    Args:
        fields: The file's fields.
        cells: Cells of the configurations that are known, with every seed.
        configurations: How many these are.
        proposer: Of a search.
    """
    stop = fields.stop
    if proposer:
        seeds = cells // configurations
        tried = searched(fields, proposer, seeds)
        retest = proposer.search.retest
        again = min(retest.best, tried) * retest.seeds
        first = tried * RACE_FROM if proposer.search.race else cells
        return first, tried * seeds + again
    most = int(min(cells, _runs(fields)))
    if stop and stop.precision:
        return min(most, stop.precision.pilot * configurations), most
    if stop and stop.comparison:
        most = min(most, looks_of(stop.comparison, cells // 2)[-1] * 2)
    return most, most
