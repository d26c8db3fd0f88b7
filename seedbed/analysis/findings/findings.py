"""What a sweep says, as plain data: made by ``collect``, read by the text, the figures, the page.

Accuracies are fractions throughout; an ``Estimate`` of an accuracy or a difference likewise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.arm_findings import Arm, PairwiseComparison
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.night_series import NightSeries
from seedbed.analysis.findings.run_findings import Counts, RunScore
from seedbed.analysis.findings.search.search_findings import Searched
from seedbed.analysis.statistics.search import SearchSummary
from seedbed.analysis.wording import apart
from seedbed.tracking.records import OwnFile

Answer = Literal["different", "equivalent", "undecided", "spread", "sources", "none"]
"""A verdict over configurations; ``spread`` where there is one configuration only, ``sources`` if
``why`` says what makes its runs differ, ``none`` where the runs carry no answer."""


@dataclass(frozen=True)
class Setting:
    """One line of the environment.

    Attributes:
        name: Its name.
        values: Each value with the number of runs that had it, most frequent first.
    """

    name: str
    values: tuple[tuple[str, int], ...]

    @property
    def differs(self) -> bool:
        """Whether the runs do not agree in it."""
        return len(self.values) > 1


@dataclass(frozen=True)
class Findings:
    """All that a sweep says.

    Attributes:
        sweep: The sweep's name.
        run_id: MLflow's id of the parent run.
        experiment: Name of the experiment.
        question: The question that the sweep asks.
        metric: Name of the metric that is compared.
        varied: Options that differ between configurations.
        sources: Seeds that differ between runs of one configuration.
        classes: Names of the classes.
        fixed: Options that all runs share.
        counts: The states of the cells.
        arms: The configurations, in the order of the design.
        duels: Every pair of configurations that have runs, smallest adjusted p first.
        search: The winner of many configurations and its luck; None for fewer than three.
        environment: Versions, threads, flags, commit, with the values that the runs had.
        warnings: What must be known before any number is read.
        answer: Kind of answer.
        headline: The answer in one sentence.
        detail: The numbers behind it.
        caveats: What a reader of the comparison must know.
        spread_words: What the spread of each configuration is made of.
        settles: What would settle it; None where it is settled.
        searched: Of a search, what it saw and what fresh seeds say of its best; else None.
        timeline: Of a script: what it did, step by step.
        why_command: What tells which source makes the runs vary, where they cannot tell; else None.
        why_table: Of a sweep that ``why`` made: its sources as rows below a head; else empty.
        worst_command: What trains the run with the lowest score again; None where nobody knows.
        repeat_command: What runs the whole sweep again; None where nobody knows.
        nights: The series of nights up to this sweep; None for a sweep that is no night, and for
            fewer than three nights with a result.
        files: The user's own scripts or experiment, as they were; None where Seedbed's own
            experiments were run.
        chooses_epochs: Whether Seedbed chose the epoch of a run on validation data; scripts and
            loops of one's own score what they please.
        number: What stands for each run; ``arms`` and ``duels`` are in its unit.
        images: Example → ``[height, width]`` or ``[height, width, channel]`` picture of it, for the
            disputed examples; empty where nobody could fetch them.
    """

    sweep: str
    run_id: str
    experiment: str
    question: str
    metric: str
    varied: tuple[str, ...]
    sources: tuple[str, ...]
    classes: tuple[str, ...]
    fixed: tuple[tuple[str, object], ...]
    counts: Counts
    arms: tuple[Arm, ...]
    duels: tuple[PairwiseComparison, ...]
    search: SearchSummary | None
    environment: tuple[Setting, ...]
    warnings: tuple[str, ...]
    answer: Answer
    headline: str
    detail: tuple[str, ...]
    caveats: tuple[str, ...]
    spread_words: tuple[str, ...]
    settles: str | None
    searched: Searched | None = None
    timeline: tuple[str, ...] = ()
    why_command: str | None = None
    why_table: tuple[tuple[str, ...], ...] = ()
    worst_command: str | None = None
    repeat_command: str | None = None
    nights: NightSeries | None = None
    files: tuple[OwnFile, ...] | None = None
    chooses_epochs: bool = False
    number: DecidingNumber = TEST_ACCURACY
    images: Mapping[int, npt.NDArray[np.generic]] = field(default_factory=dict)

    @property
    def best(self) -> Arm | None:
        """The configuration with the best mean; None where no run counts."""
        having = [arm for arm in self.arms if arm.spread is not None]
        return max(having, key=lambda arm: self.number.goodness(arm.mean), default=None)

    @property
    def worst(self) -> tuple[Arm, RunScore] | None:
        """The run with the worst score, and its configuration; None for fewer than two runs."""
        every = [(arm, dot) for arm in self.arms for dot in (*arm.dots, *arm.others)]
        if len(every) < 2:
            return None
        return min(every, key=lambda pair: self.number.goodness(pair[1].accuracy))

    @property
    def trains_several(self) -> bool:
        """Whether each run trains several configurations, as a script with arms does."""
        runs = [dot.run_id for arm in self.arms for dot in (*arm.dots, *arm.others)]
        return len(set(runs)) < len(runs)

    @property
    def sourced(self) -> Arm | None:
        """The configuration whose runs tell most about the sources: the one with most runs."""
        having = [arm for arm in self.arms if arm.shares is not None]
        return max(having, key=lambda arm: len(arm.dots) + len(arm.others), default=None)

    def arm(self, label: str) -> Arm:
        """The configuration with this label."""
        return next(arm for arm in self.arms if arm.label == label)

    def pairs_of(self, duel: PairwiseComparison) -> tuple[tuple[RunScore, RunScore], ...]:
        """The two runs of each pair of a comparison, in the order of its differences."""
        a, b = ({dot.seeds: dot for dot in self.arm(name).dots} for name in (duel.a, duel.b))
        return tuple((a[seeds], b[seeds]) for seeds in duel.seeds)

    def pair(self, duel: PairwiseComparison) -> str:
        """A comparison in words, first minus second."""
        return apart(self.arm(duel.a).options, self.arm(duel.b).options)
