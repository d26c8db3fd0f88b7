"""What a search saw, and what its best are worth on seeds that it did not use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.configurations import Group, group_runs
from seedbed.analysis.findings.search.search_findings import Searched, Tried
from seedbed.analysis.statistics.arms.equal_weights import own_models
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.importance import importances
from seedbed.analysis.statistics.search import expected_best, summarize_search
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.tracking.records import SweepRecord

FEWEST = 3
"""Configurations from which on a picture of a search says something."""
SIZES = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 1000)


@dataclass(frozen=True)
class Divided:
    """Scores of a search's runs, by configuration.

    Attributes:
        searched: ``[model]`` scores of the search itself.
        fresh: ``[model]`` scores on the seeds kept back for its best.
        repeats: Runs left out because they ended with the weights of an earlier one.
    """

    searched: Mapping[str, Floats]
    fresh: Mapping[str, Floats]
    repeats: int


def divide(groups: Sequence[Group], fresh_seeds: Sequence[int]) -> Divided:
    """Part the runs that chose the configurations from those on fresh seeds."""
    kept_back = set(fresh_seeds)
    searched: dict[str, Floats] = {}
    fresh: dict[str, Floats] = {}
    for group in groups:
        late = np.array([run.options.get("seed") in kept_back for run in group.runs], dtype=bool)
        for part, places in ((searched, np.flatnonzero(~late)), (fresh, np.flatnonzero(late))):
            if places.size:
                part[group.label] = _of_models(group, places)
    counted = sum(scores.size for part in (searched, fresh) for scores in part.values())
    return Divided(searched, fresh, sum(len(group.runs) for group in groups) - counted)


def _of_models(group: Group, places: npt.NDArray[np.intp]) -> Floats:
    """Scores of some runs of a configuration, each model once even if there is only one."""
    scores: Floats = group.scores[places]
    own = own_models([group.runs[place].fingerprint for place in places], scores.tolist())
    return scores[own]


def searched(sweep: SweepRecord, metric: str) -> Searched | None:
    """What a search saw and what it is worth; None if the sweep is not a search, or too short.

    Args:
        sweep: The sweep with all of its runs.
        metric: Name of the metric, a fraction.
    """
    if not sweep.fresh_seeds:
        return None
    groups = group_runs(sweep, metric)
    parts = divide(groups, sweep.fresh_seeds)
    if len(parts.searched) < FEWEST:
        return None
    summary = summarize_search(parts.searched)
    means = {name: float(values.mean()) for name, values in parts.searched.items()}
    options = {
        name: [dict(group.options)[name] for group in groups if group.label in means]
        for name, _ in groups[0].options
    }
    places = {group.label: at for at, group in enumerate(groups)}
    order = sorted(means, key=lambda name: -means[name])
    sizes = [size for size in SIZES if size < len(means)] + [len(means)]
    return Searched(
        summary=summary,
        tried=tuple(
            Tried(
                label=name,
                scores=tuple(float(score) for score in parts.searched[name]),
                mean=means[name],
                fresh=_fresh(parts.fresh.get(name)),
                options=groups[places[name]].options,
                order=places[name],
            )
            for name in order
        ),
        sizes=tuple(sizes),
        expected_best=tuple(expected_best(list(means.values()), size) for size in sizes),
        importances=importances(options, list(means.values())),
        raced=sweep.raced,
    )


def _fresh(scores: Floats | None) -> Estimate | None:
    return None if scores is None else mean_interval(scores).within(0, 1)
