"""The number that decides: what stands for each run of a sweep, and how it is written."""

from dataclasses import dataclass

from seedbed.analysis.findings.metric_limits import Limits, limits_of_metric
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.wording import fixed
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.schema import SCORE


@dataclass(frozen=True)
class DecidingNumber:
    """What stands for each run.

    Attributes:
        metric: Its name in the record.
        words: What it is, such as ``test accuracy`` or ``the printed 'test mse'``.
        is_share: Whether it is written in percent.
        scale: What turns it into percent; 1 for other numbers.
        lower_is_better: Whether a lower one is a better one, as of a loss.
    """

    metric: str = SCORE
    words: str = "test accuracy"
    is_share: bool = True
    scale: float = 100.0
    lower_is_better: bool = False

    def limits(self, scores: Floats) -> Limits:
        """The least and the largest one that there can be; an interval ends there.

        Args:
            scores: ``[run]``, as ``limits_of_metric`` takes them.
        """
        return (0, 100 / self.scale) if self.is_share else limits_of_metric(self.words, scores)

    def bare(self, value: float) -> str:
        """One of them without its unit: ``95.50`` or ``0.03215``."""
        return fixed(self.scale * value) if self.is_share else f"{value:.4g}"

    def text(self, value: float) -> str:
        """One of them: ``95.50 %`` or ``0.03215``."""
        return f"{self.bare(value)} %" if self.is_share else self.bare(value)

    def signed(self, value: float) -> str:
        """A difference of two, in percent or as they are, with its sign and without its unit."""
        text = fixed(value) if self.is_share else f"{value:.4g}"
        return text if value <= 0 or float(text) == 0 else f"+{text}"

    def apart(self, value: float) -> str:
        """How far two of them, in percent or as they are, lie apart: ``5.86 points``."""
        return f"{fixed(abs(value))} points" if self.is_share else f"{abs(value):.4g}"

    def interval(self, estimate: Estimate | None, *, sign: bool = False) -> str:
        """An interval without its unit, scores or their differences; a dash without one."""
        if estimate is None or estimate.low is None or estimate.high is None:
            return "–"
        if self.is_share:
            write = self.signed if sign else fixed
            ends = (self.scale * estimate.low, self.scale * estimate.high)
            return " to ".join(write(end) for end in ends)
        write = self.signed if sign else self.bare
        return f"{write(estimate.low)} to {write(estimate.high)}"

    @property
    def is_test_accuracy(self) -> bool:
        """Whether it is a share of right answers, from 0 to 1."""
        return self.metric == SCORE

    @property
    def unit(self) -> str:
        """Its unit behind a heading."""
        return " (%)" if self.is_share else ""

    @property
    def unit_of_differences(self) -> str:
        """The same of a difference."""
        return " (points)" if self.is_share else ""

    def goodness(self, value: float) -> float:
        """The number, turned round where a lower one is better."""
        return -value if self.lower_is_better else value

    @property
    def name(self) -> str:
        """Its words without an article."""
        return self.words.removeprefix("the ")

    @property
    def title(self) -> str:
        """The same as a sentence begins, with its unit."""
        return f"{self.heading} in percent" if self.is_share else self.heading

    @property
    def heading(self) -> str:
        """Its words as a sentence begins."""
        return sentence_case(self.name)

    @property
    def kind(self) -> tuple[bool, bool, str]:
        """What two of them must share to be compared; shares may be of different sources."""
        return self.is_share, self.lower_is_better, "" if self.is_share else self.words

    @property
    def worst_run(self) -> str:
        """What the run with the worst number is called."""
        return "worst run" if self.lower_is_better else "lowest run"


TEST_ACCURACY = DecidingNumber()
