"""The runs of a sweep by configuration: which count, which repeat another, which gave nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seedbed.analysis.findings.arm_findings import Floats
from seedbed.analysis.findings.attribution_parts import independent
from seedbed.analysis.findings.counts_and_warnings import (
    counts,
    score_of,
    seeds_of,
    without_repeats,
)
from seedbed.analysis.findings.run_findings import Counts
from seedbed.analysis.findings.script_flags import with_flags_named
from seedbed.analysis.statistics.arms.equal_weights import own_models
from seedbed.analysis.wording import count, label
from seedbed.system.errors import InputError
from seedbed.tracking.records import RunRecord, SweepRecord

Options = tuple[tuple[str, object], ...]
FAILED = ("failed", "killed", "finished")
"""States of a run without a score that may be bad for a reason; others ended on request."""


@dataclass(frozen=True)
class Group:
    """One configuration's runs.

    Attributes:
        label: The configuration in words.
        options: Its varied options, the flags of a script by their names.
        configuration: The same as its runs recorded them.
        runs: The finished runs that carry the metric, without repeats; of an attribution plan
            those in which every source varies, which alone are independent.
        others: The runs of an attribution plan that share seeds with ``runs``: they tell the
            sources apart and belong in no mean.
        lost: The runs without a result, every try of a cell.
        failed: The runs that failed or were killed, or recorded no number: what they would have
            given may be bad. Of an attribution plan those in which every source varies.
        repeats: Runs left out because they repeat one of ``runs`` bit for bit.
        scores: ``[run]`` the metric of ``runs``.
    """

    label: str
    options: Options
    configuration: Options
    runs: tuple[RunRecord, ...]
    lost: tuple[RunRecord, ...]
    repeats: int
    scores: Floats
    others: tuple[RunRecord, ...] = ()
    failed: tuple[RunRecord, ...] = ()

    @property
    def every(self) -> tuple[RunRecord, ...]:
        """``runs``, then ``others``."""
        return (*self.runs, *self.others)

    @property
    def unfinished(self) -> tuple[tuple[RunRecord, int], ...]:
        """The last run of each cell without a result, and how often the cell was run."""
        done = {run.cell for run in self.every if run.cell}
        last: dict[str, RunRecord] = {}
        tries: Counter[str] = Counter()
        for run in self.lost:
            last[run.cell or run.run_id] = run
            tries[run.cell or run.run_id] += 1
        return tuple((run, tries[cell]) for cell, run in last.items() if cell not in done)

    @property
    def own(self) -> tuple[int, ...]:
        """Places of the runs that are models of their own: no earlier one has weights and score.

        All of them where there is one model alone, which callers tell by ``bit_identical``.
        """
        if self.bit_identical:
            return tuple(range(len(self.runs)))
        own = own_models([run.fingerprint for run in self.runs], self.scores.tolist())
        return tuple(place for place, is_own in enumerate(own) if is_own)

    @property
    def models(self) -> Floats:
        """``[model]`` scores of these runs, from which means and spreads are taken."""
        return self.scores[list(self.own)]

    @property
    def model_runs(self) -> tuple[RunRecord, ...]:
        """``[model]`` the first run of each of these models."""
        return tuple(self.runs[place] for place in self.own)

    @property
    def repeated(self) -> str | None:
        """How many runs repeat a model, in a sentence; None where none does."""
        return repeats_sentence(len(self.runs) - len(self.own))

    @property
    def bit_identical(self) -> bool:
        """Two or more runs, repeats among them, and one set of weights."""
        prints = {run.fingerprint for run in self.every}
        return len(self.every) + self.repeats > 1 and len(prints) == 1 and None not in prints


def repeats_sentence(runs: int) -> str | None:
    """That so many runs repeat a model and do not count; None where there are none."""
    is_left = "is left out" if runs == 1 else "are left out"
    return f"{count(runs, 'run')} with the weights of an earlier one {is_left}" if runs else None


def group_runs(sweep: SweepRecord, metric: str, *, fraction: bool = True) -> tuple[Group, ...]:
    """The configurations of a sweep, in the order of the design.

    Args:
        sweep: The sweep as recorded.
        metric: Name of the metric that counts.
        fraction: Whether it must lie between 0 and 1.

    Raises:
        InputError: A fraction outside 0 … 1.
    """
    if fraction:
        _check(sweep, metric)
    members: dict[Options, list[RunRecord]] = {}
    for run in sweep.runs:
        members.setdefault(sweep.configuration(run), []).append(run)
    shown = dict(zip(members, with_flags_named(list(members)), strict=True))
    names = _labels(list(shown.values()))
    groups = []
    for options, runs in members.items():
        scored = [run for run in runs if run.state == "finished" and _scored(run, metric)]
        own = {run.cell for run in independent(sweep, scored)}
        # of runs that repeat each other the last is kept, so the independent ones come last
        ordered = sorted(scored, key=lambda run: run.cell in own)
        kept, dropped = without_repeats(ordered, sweep.sources)
        counted = tuple(run for run in kept if run.cell in own)
        groups.append(
            Group(
                label=names[shown[options]],
                options=shown[options],
                configuration=options,
                runs=counted,
                lost=tuple(run for run in runs if run.state != "finished"),
                repeats=dropped,
                scores=np.array([score_of(run, metric) for run in counted], dtype=np.float64),
                others=tuple(run for run in kept if run.cell not in own),
                failed=_failed(sweep, runs, metric),
            )
        )
    return tuple(groups)


def _failed(sweep: SweepRecord, runs: Sequence[RunRecord], metric: str) -> tuple[RunRecord, ...]:
    """The last try of each cell that failed, without seeds that finished in another try."""
    own = {run.cell for run in independent(sweep, runs)}
    scored = [run for run in runs if run.state == "finished" and _scored(run, metric)]
    there = {seeds_of(run, sweep.sources) for run in scored}
    last = {
        run.cell or run.run_id: run
        for run in runs
        if run.state in FAILED
        and not _scored(run, metric)
        and run.cell in own
        and seeds_of(run, sweep.sources) not in there
    }
    return tuple(last.values())


def count_runs(
    sweep: SweepRecord,
    groups: Sequence[Group],
    of: SweepRecord | None = None,
    *,
    arms: int = 1,
) -> Counts:
    """The states of the cells; a run that trains every configuration counts once.

    Args:
        sweep: The sweep as recorded.
        groups: Its configurations.
        of: The sweep that was grouped, where runs were left out or parted into arms before.
        arms: Into how many parts each run was parted.
    """
    repeats = sum(group.repeats for group in groups)
    counted = sum(len(group.every) for group in groups)
    unscored = len((of or sweep).finished) - counted - repeats
    return counts(sweep, repeats // arms, unscored // arms)


def plan_sentence(groups: Sequence[Group]) -> str | None:
    """Which runs of an attribution plan the means are over; None where all runs count alike."""
    others = sum(len(group.others) for group in groups)
    if not others:
        return None
    own = sum(len(group.runs) for group in groups)
    return (
        f"Means, spreads and comparisons are over the {count(own, 'run')} of the attribution plan "
        f"in which every source varies. {others} more share seeds with them, so they are not "
        "independent: they tell only what each source does."
    )


def _scored(run: RunRecord, metric: str) -> bool:
    return score_of(run, metric) is not None


def _check(sweep: SweepRecord, metric: str) -> None:
    """Refuse a metric that is not a share."""
    for run in sweep.finished:
        score = score_of(run, metric)
        if score is not None and not 0 <= score <= 1:
            raise InputError(
                f"{metric} must be a fraction from 0 to 1, got {score:g} in run {run.name}: "
                "record it as a share of the examples"
            )


def _labels(configurations: Sequence[Options]) -> dict[Options, str]:
    """A readable name for each configuration, no two alike."""
    labels: dict[Options, str] = {}
    taken: set[str] = set()
    for options in configurations:
        name, number = label(options), 1
        while name in taken:
            number += 1
            name = f"{label(options)} ({number})"
        labels[options] = name
        taken.add(name)
    return labels
