"""Which source of change differs between which runs, by the seeds as used."""

from collections.abc import Mapping, Sequence

from seedbed.analysis.findings.counts_and_warnings import seeds_of
from seedbed.tracking.records import RunRecord

NUMERIC = "numeric"


def seed_table(runs: Sequence[RunRecord], sources: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """Source → ``[run]`` seed, of the sources that differ between the runs.

    The seeds as used are recorded with each run, also where one option sets all of them. Sources
    that always change together cannot be told apart: they are one entry, ``a+b``, unless they are
    all there is. ``numeric`` is a source where equal seeds gave different weights.

    Args:
        runs: The runs of one configuration.
        sources: Names of the seed options that vary by design, for runs without recorded seeds.
    """
    table: dict[str, tuple[object, ...]]
    names = sorted(set.intersection(*(set(run.seeds) for run in runs))) if runs else []
    streams = _streams(runs)
    if streams:
        table = {
            source: tuple(run.seeds.get(source, run.seeds["seed"]) for run in runs)
            for source in streams
        }
    elif names:
        order = list(runs[0].seeds)
        names.sort(key=order.index)
        table = {name: tuple(run.seeds[name] for run in runs) for name in names}
    else:
        rows = [seeds_of(run, sources) for run in runs]
        table = {
            source.removesuffix("_seed"): tuple(row[index] for row in rows)
            for index, source in enumerate(sources)
        }
    table = {name: seeds for name, seeds in table.items() if len(set(seeds)) > 1}
    together = _together(table)
    if _numeric(runs, table):
        together[NUMERIC] = tuple(run.fingerprint for run in runs)
    return together if len(together) > 1 else table


def _streams(runs: Sequence[RunRecord]) -> list[str]:
    """Sources of a script that some run changes alone; elsewhere they follow the run's seed."""
    named = dict.fromkeys(source for run in runs for source in run.seeds if source != "seed")
    return list(named) if all("seed" in run.seeds for run in runs) else []


def _together(table: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    """Sources whose seeds change in the same runs, as one."""
    alike: dict[tuple[int, ...], list[str]] = {}
    for name, seeds in table.items():
        known: dict[object, int] = {}
        pattern = tuple(known.setdefault(seed, len(known)) for seed in seeds)
        alike.setdefault(pattern, []).append(name)
    return {"+".join(names): table[names[0]] for names in alike.values()}


def _numeric(runs: Sequence[RunRecord], table: Mapping[str, tuple[object, ...]]) -> bool:
    """Whether two runs with the same seeds ended with different weights."""
    prints: dict[tuple[object, ...], set[str]] = {}
    for index, run in enumerate(runs):
        if run.fingerprint is None:
            return False
        key = tuple(seeds[index] for seeds in table.values())
        prints.setdefault(key, set()).add(run.fingerprint)
    return any(len(found) > 1 for found in prints.values())
