"""What a sweep says, as plain data: made by ``collect``, read by the text, the figures, the page.

Accuracies are fractions throughout; an ``Estimate`` of an accuracy or a difference likewise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.search.search_findings import Searched
from seedbed.analysis.statistics.answers.calibration import Calibration
from seedbed.analysis.statistics.answers.classification import ClassScores, ConfusionSpread
from seedbed.analysis.statistics.answers.ensemble import Ensemble
from seedbed.analysis.statistics.arms.comparison import Comparison
from seedbed.analysis.statistics.epochs import EpochOptimism
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.published import PublishedComparison
from seedbed.analysis.statistics.search import SearchSummary
from seedbed.analysis.statistics.spread import Spread
from seedbed.analysis.statistics.variance.decompose import Split
from seedbed.analysis.statistics.variance.sources import SourceTable
from seedbed.analysis.wording import apart

Floats = npt.NDArray[np.float64]
Answer = Literal["different", "equivalent", "undecided", "spread", "none"]
"""A verdict over configurations; ``spread`` where there is one configuration only, ``none`` where
the runs carry no answer."""


@dataclass(frozen=True)
class Counts:
    """The states of the design's cells; nothing is left out.

    Attributes:
        planned: Cells that the design asks for.
        finished: Runs with a result.
        failed: Cells whose last run raised, or had a loss that was not a number.
        stopped: Cells whose last run ended on request.
        killed: Cells whose last run's process vanished.
        pruned: Cells whose run the sweep's own rule ended early.
        running: Cells whose run still goes on.
        missing: Cells of the design without any run.
        repeats: Finished runs that repeat a cell bit for bit, counted once in every mean.
        unscored: Finished runs without the metric, left out of every mean.
    """

    planned: int
    finished: int
    failed: int = 0
    stopped: int = 0
    killed: int = 0
    running: int = 0
    missing: int = 0
    repeats: int = 0
    unscored: int = 0
    pruned: int = 0

    @property
    def without_result(self) -> int:
        """Cells that gave nothing to count."""
        lost = self.failed + self.stopped + self.killed + self.pruned
        return lost + self.running + self.missing


@dataclass(frozen=True)
class RunScore:
    """One run that counts.

    Attributes:
        run_id: MLflow's id.
        name: Readable name.
        seeds: Value of each seed that varies, in the order of ``Findings.sources``.
        accuracy: The metric, a fraction.
        fingerprint: SHA-256 of the final weights, or None.
        unusual: Whether it does not belong to the other runs of its configuration.
    """

    run_id: str
    name: str
    seeds: tuple[object, ...]
    accuracy: float
    fingerprint: str | None
    unusual: bool = False


@dataclass(frozen=True)
class Lost:
    """One run without a result.

    Attributes:
        name: Readable name.
        state: How it ended.
        reason: Why, in one sentence; None where nobody knows.
    """

    name: str
    state: str
    reason: str | None


Seeds = tuple[object, ...]
"""Value of each seed that varies, in the order of ``Findings.sources``."""


@dataclass(frozen=True)
class Disputed:
    """One test example on which the runs disagree.

    Attributes:
        example: Its index in its data set.
        label: Its true class, an index into the classes.
        votes: ``[class]`` runs that gave each label.
        disagreement: Chance that two runs label it differently.
    """

    example: int
    label: int
    votes: tuple[int, ...]
    disagreement: float


@dataclass(frozen=True)
class Curve:
    """One metric over epochs.

    Attributes:
        metric: Its name as recorded.
        mean: ``[epoch]`` mean over the runs that reached the epoch.
        low: ``[epoch]`` lowest run.
        high: ``[epoch]`` highest run.
        runs: Number of runs.
        lines: ``[run, epoch]`` each run's own curve, nan after its last epoch; not in the JSON.
        run_ids: MLflow's id of each of these runs; not in the JSON.
    """

    metric: str
    mean: Floats
    low: Floats
    high: Floats
    runs: int
    lines: Floats = field(default_factory=lambda: np.empty((0, 0)))
    run_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arm:
    """One configuration and its runs.

    Attributes:
        label: The configuration in words.
        options: Its varied options.
        dots: The runs that count.
        lost: The runs without a result.
        failed: The seeds of the runs that failed, and so may have been bad.
        others: The runs of an attribution plan that share seeds with ``dots``: they tell the
            sources apart and are in no mean.
        spread: Mean, sd and next run; None without a run that counts.
        bit_identical: All runs have one fingerprint: nothing that varies reached the weights.
        examples: Number of test examples; None without predictions.
        split: Genuine change against finite test set; None where the runs cannot tell.
        churn: Share of test examples on which two runs disagree; None likewise.
        confusion: Mean and sd confusion matrix; None without predictions.
        scores: Recall, precision and macro-F1 over runs; None without predictions.
        f1: ``[run, class]`` F1 of each run, nan where a class does not occur; None likewise.
        disputed: The test examples on which the runs disagree most, most first.
        ensemble: What averaging the runs would give; None without predictions of two runs.
        epochs: How optimistic choosing the best epoch on the test set would have been.
        calibration: Whether the probabilities can be trusted; None without predictions.
        shares: What each source does; None unless several sources vary.
        same_bits: Of the attribution plan, whether its two runs with equal seeds have the same
            weights; None where that cannot be told.
        published: Its runs against the published figure; None where none was given.
        curves: Metric → curve over epochs.
        notes: What could not be said, and why.
    """

    label: str
    options: tuple[tuple[str, object], ...]
    dots: tuple[RunScore, ...]
    lost: tuple[Lost, ...] = ()
    failed: tuple[Seeds, ...] = ()
    others: tuple[RunScore, ...] = ()
    spread: Spread | None = None
    bit_identical: bool = False
    examples: int | None = None
    split: Split | None = None
    churn: Estimate | None = None
    confusion: ConfusionSpread | None = None
    scores: ClassScores | None = None
    f1: Floats | None = None
    disputed: tuple[Disputed, ...] = ()
    ensemble: Ensemble | None = None
    epochs: EpochOptimism | None = None
    calibration: Calibration | None = None
    shares: SourceTable | None = None
    same_bits: bool | None = None
    published: PublishedComparison | None = None
    curves: Mapping[str, Curve] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Mean accuracy of its runs; 0 where none counts."""
        return 0.0 if self.spread is None else self.spread.mean.value


@dataclass(frozen=True)
class PairwiseComparison:
    """Two configurations compared.

    Attributes:
        a: Label of the one.
        b: Label of the other.
        seeds: ``[pair]`` the seeds that both have, where paired; empty otherwise.
        differences: ``[pair]`` accuracy of a minus accuracy of b, where paired; empty otherwise.
        comparison: The comparison as if it were the only one.
        p_adjusted: Holm's p over all comparisons of the sweep; None without spread.
        equivalence_adjusted: Holm's p of equivalence likewise.
        new_data: Accuracy of a minus that of b to expect on new data; None without predictions.
        verdict: different, equivalent or undecided, after Holm, in words with units.
        more_seeds: Further seeds per configuration that would settle it, all else equal; None
            where it is settled or no number can be given.
    """

    a: str
    b: str
    seeds: tuple[tuple[object, ...], ...]
    differences: tuple[float, ...]
    comparison: Comparison
    p_adjusted: float | None
    equivalence_adjusted: float | None
    new_data: Estimate | None
    verdict: Verdict
    more_seeds: int | None = None


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
    images: Mapping[int, npt.NDArray[np.generic]] = field(default_factory=dict)

    @property
    def best(self) -> Arm | None:
        """The configuration with the highest mean; None where no run counts."""
        having = [arm for arm in self.arms if arm.spread is not None]
        return max(having, key=lambda arm: arm.mean, default=None)

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
