"""What one configuration says, and what two say compared; accuracies are fractions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedbed.analysis.findings.run_findings import Lost, RunScore, Seeds
from seedbed.analysis.statistics.answers.calibration import Calibration
from seedbed.analysis.statistics.answers.classification import ClassScores, ConfusionSpread
from seedbed.analysis.statistics.answers.ensemble import Ensemble
from seedbed.analysis.statistics.arms.comparison import Comparison
from seedbed.analysis.statistics.epochs import EpochOptimism
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.published import PublishedComparison
from seedbed.analysis.statistics.spread import Spread
from seedbed.analysis.statistics.variance.decompose import Split
from seedbed.analysis.statistics.variance.sources import SourceTable

Floats = npt.NDArray[np.float64]


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
        examples: Number of test examples; None where it is not known.
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
