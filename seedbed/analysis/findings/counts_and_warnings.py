"""Count the runs of a sweep, and name what must be known before any mean is taken."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from seedbed.analysis.findings.findings import Setting
from seedbed.analysis.findings.run_findings import Counts
from seedbed.analysis.wording import count, listed, one_line
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import DATA_SHA256

CODE = ("commit", "git", "dirty", "code")
"""Parts of a setting's name that mark the version of the code."""


DERIVED = "of seed "
"""How the value of a seed begins that follows from the run's seed."""


def seeds_of(run: RunRecord, sources: Sequence[str]) -> tuple[object, ...]:
    """Value of each seed that varies; ``init`` is also found as ``init_seed`` and ``seed_init``.

    One that is derived from the run's seed (``auto``; of a script's streams, empty) differs where
    the run's seed does.
    """
    found = []
    for source in sources:
        names = (source, f"{source}_seed", f"seed_{source}", "seed")
        value = next((run.options[name] for name in names if name in run.options), None)
        derived = value in ("auto", "") and "seed" in run.options
        found.append(f"{DERIVED}{run.options['seed']}" if derived else value)
    return tuple(found)


def score_of(run: RunRecord, metric: str) -> float | None:
    """The run's metric; None where it has none that is a number."""
    value = run.metrics.get(metric)
    return value if value is not None and math.isfinite(value) else None


def without_repeats(
    runs: Iterable[RunRecord], sources: Sequence[str]
) -> tuple[list[RunRecord], int]:
    """Drop the runs that repeat another one bit for bit, and count them.

    Two runs with one configuration, the same seeds and the same fingerprint are one observation.
    With the same seeds and different fingerprints both stay: something else made them differ.
    Without fingerprints the cells tell runs apart.

    Returns:
        The runs that stay, in their order, and how many were dropped.
    """
    kept: dict[tuple[object, ...], RunRecord] = {}
    total = 0
    for run in runs:
        total += 1
        kept[(*seeds_of(run, sources), run.fingerprint or run.cell)] = run
    return list(kept.values()), total - len(kept)


def counts(sweep: SweepRecord, repeats: int, unscored: int) -> Counts:
    """The states of the design's cells: of several tries one that finished counts, else the last.

    Args:
        sweep: The sweep; its runs stand in the order in which they started.
        repeats: Finished runs that repeat another one.
        unscored: Finished runs without the metric.
    """
    done = {_cell(run) for run in sweep.finished}
    last = {_cell(run): run.state for run in sweep.runs}
    states = Counter(state for cell, state in last.items() if cell not in done)
    return Counts(
        planned=sweep.planned,
        finished=len(sweep.finished),
        failed=states["failed"],
        stopped=states["stopped"],
        killed=states["killed"],
        running=states["running"],
        missing=max(sweep.planned - len(last), 0),
        repeats=repeats,
        unscored=unscored,
        pruned=states["pruned"],
    )


def _cell(run: RunRecord) -> str:
    """The cell of a run; one that names none is a cell of its own."""
    return run.cell or run.run_id


def environment(runs: Sequence[RunRecord]) -> tuple[Setting, ...]:
    """Each setting with the values that the finished runs had; differing ones first."""
    names = sorted({name for run in runs for name in run.environment})
    settings = []
    for name in names:
        values = Counter(run.environment.get(name, "not recorded") for run in runs)
        settings.append(Setting(name, tuple(values.most_common())))
    return tuple(sorted(settings, key=lambda setting: not setting.differs))


def environment_warnings(
    settings: Sequence[Setting], runs: Sequence[RunRecord], sweep: SweepRecord
) -> list[str]:
    """Name the settings in which the runs differ, and whether they go with a configuration."""
    differing = [
        setting
        for setting in settings
        if setting.differs and not _is_own_data(setting.name, runs, sweep)
    ]
    if not differing:
        return []
    what = "environments"
    if all(any(part in s.name.lower() for part in CODE) for s in differing):
        what = "code versions"
    elif all(s.name == DATA_SHA256 or s.name.startswith("data set") for s in differing):
        what = "data sets"
    named = listed(
        f"{one_line(s.name, 30)} ({listed(one_line(value, 24) for value, _ in s.values[:3])})"
        for s in differing
    )
    warnings = [
        f"The runs come from different {what}: they differ in {named}. "
        "A mean over them mixes what this changes with what the seeds change."
    ]
    mixed = [s.name for s in differing if _confounded(s.name, runs, sweep)]
    if mixed:
        warnings.append(
            f"{listed(one_line(name, 30) for name in mixed)} changes together with the "
            "configuration, so a difference between configurations may come from it."
        )
    return warnings


def _is_own_data(name: str, runs: Sequence[RunRecord], sweep: SweepRecord) -> bool:
    """Whether scripts, or one with other flags, read data of their own: that is the question."""
    scripts = all("script" in run.options for run in runs)
    return name == DATA_SHA256 and scripts and _confounded(name, runs, sweep)


def _confounded(name: str, runs: Sequence[RunRecord], sweep: SweepRecord) -> bool:
    """Whether every configuration has one value of the setting, and not all the same."""
    values: dict[object, set[str | None]] = {}
    for run in runs:
        values.setdefault(sweep.configuration(run), set()).add(run.environment.get(name))
    return len(values) > 1 and all(len(found) == 1 for found in values.values())


def loss_warnings(tally: Counts, planned_repeats: int = 0) -> list[str]:
    """Say how many cells gave no result, by their state, and how many runs repeat another one.

    Args:
        tally: The states of the cells.
        planned_repeats: Repeats that the plan asks for, which need no warning.
    """
    parts = [
        (tally.failed, "failed"),
        (tally.stopped, "stopped on request"),
        (tally.killed, "killed"),
        (tally.pruned, "ended early by the sweep's rule"),
        (tally.running, "still running"),
        (tally.missing, "not started"),
    ]
    said = listed(f"{number} {word}" for number, word in parts if number)
    warnings = []
    if said:
        have = "has" if tally.without_result == 1 else "have"
        warnings.append(
            f"{tally.without_result} of {count(tally.planned, 'cell')} {have} no result: {said}."
            + (" Everything below is about the finished runs." if tally.finished else "")
        )
    if tally.unscored:
        warnings.append(
            f"{count(tally.unscored, 'finished run')} recorded no accuracy and cannot be counted."
        )
    repeats = tally.repeats - planned_repeats
    if repeats > 0:
        warnings.append(
            f"{count(repeats, 'run')} repeated an earlier run bit for bit: the same "
            "observation, counted once."
        )
    return warnings


def shared_seeds(groups: Sequence[Sequence[RunRecord]], sources: Sequence[str]) -> list[str]:
    """Warn where runs of one configuration share the seed of one source but not of all.

    Args:
        groups: The runs that count, by configuration.
        sources: Names of the seeds that vary.
    """
    shared = set()
    for runs in groups:
        seeds = [seeds_of(run, sources) for run in runs]
        for number, source in enumerate(sources):
            values = [one[number] for one in seeds]
            if len(set(values)) < len(values) and len(set(seeds)) > 1:
                shared.add(source)
    if len(sources) < 2 or not shared:
        return []
    return [
        f"Runs of one configuration share seeds of {listed(sorted(shared))}, so they are not "
        "independent: the intervals of means and of differences come out narrower than they "
        "should be. The shares of the sources allow for it."
    ]


def carried_over(runs: Sequence[RunRecord]) -> list[str]:
    """Warn of runs that fitted a model which earlier seeds had fitted already."""
    number = sum(str(run.options.get("carry_over", "")).lower() == "true" for run in runs)
    if not number:
        return []
    return [
        f"{count(number, 'run')} with carry_over went on with the model that earlier seeds had "
        "fitted: their accuracies rise with the seed and depend on each other, so their mean, "
        "their spread and every verdict over them say nothing about a fresh model."
    ]


def unrepeatable(runs: Sequence[RunRecord], sources: Sequence[str]) -> list[str]:
    """Warn of cells that were run twice in one environment and gave different weights."""
    if not sources:
        return []
    prints: dict[str, set[str]] = {}
    for run in runs:
        if run.fingerprint is not None:
            prints.setdefault(run.cell, set()).add(run.fingerprint)
    broken = sum(len(found) > 1 for found in prints.values())
    if not broken:
        return []
    return [
        f"{count(broken, 'cell')} run again with the same seeds gave different weights: something "
        "other than the seeds changes the result."
    ]
