"""How a sweep is run, and its result."""

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from seedbed.sweeps.driver.display import Style
from seedbed.sweeps.driver.loop.running_cell import PATIENCE_S
from seedbed.sweeps.executors.gpu_shares import RunsPerGpu
from seedbed.sweeps.ledger.ledger import MAX_TRIES
from seedbed.system.errors import SeedbedError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from seedbed.analysis.questions.recorded import Report


@dataclass(frozen=True)
class SweepSettings:
    """Where a sweep runs and what a run may use.

    Attributes:
        ledger: ``postgresql://…``, or None for a journal file in the store.
        cluster: Address of a Dask scheduler, or None for this machine.
        resources: What a run needs of a Dask worker, e.g. ``{"GPU": 1}``.
        runs_per_gpu: How many runs share a GPU of this machine; ``auto``: as many as fit.
        memory_limit: Bytes that a run's process may keep, or None.
        time_limit_s: Seconds that a run may take, or None.
        max_tries: Tries of a cell that fails for a reason that may pass.
        patience_s: How long to wait for a ledger that cannot be reached or written.
        style: How to show what happens.
        retry_failed: Whether cells that failed before are tried again.
        warned: Warnings that were shown in earlier calls; those of this call are added.
    """

    ledger: str | None = None
    cluster: str | None = None
    resources: dict[str, float] | None = None
    runs_per_gpu: RunsPerGpu = "auto"
    memory_limit: int | None = None
    time_limit_s: float | None = None
    max_tries: int = MAX_TRIES
    patience_s: float = PATIENCE_S
    style: Style = "live"
    retry_failed: bool = False
    warned: set[str] | None = None


@dataclass(frozen=True)
class SweepResult:
    """The result of one call of ``run_sweep``; its verdict is the one of the sweep's report.

    Attributes:
        finished: Cells with a result.
        failed: Name → reason of each cell that is not tried again.
        left: Cells that still wait or run elsewhere.
        stopped: Whether somebody asked to stop.
        undelivered: Why records still wait on this machine, or None.
        pruned: Cells that the sweep's rule stopped early.
        early_end: Why the sweep ended although cells wait, or None.
        common_failure: The error that every run ended with, so that no more were tried, or None.
        conclusion: What a search or a stop rule concludes once nothing is left, or None.
        name: The sweep, where its report is asked for.
    """

    finished: int
    failed: dict[str, str]
    left: int
    stopped: bool
    undelivered: str | None
    pruned: int = 0
    early_end: str | None = None
    conclusion: str | None = None
    common_failure: str | None = None
    name: str = field(default="", repr=False, compare=False)

    @cached_property
    def report(self) -> "Report":
        """The report of the sweep as ``seedbed.report`` returns it.

        Raises:
            InputError: No run has finished.
        """
        from seedbed.analysis.questions.recorded import Report, report

        found = report(self.name)
        assert isinstance(found, Report)  # noqa: S101 - a sweep of Seedbed's own
        return found

    @property
    def verdict(self) -> str | None:
        """The verdict of the report."""
        return self.report.verdict

    @property
    def answer(self) -> str:
        """The first sentence of the report."""
        return self.report.answer

    def to_dict(self) -> dict[str, object]:
        """The findings of the report."""
        return self.report.to_dict()

    def to_frame(self) -> "DataFrame":
        """The quantities of the report as a pandas data frame."""
        return self.report.to_frame()

    def figure(self, width: float = 7.2) -> "Figure":
        """The picture of the report: every run as a dot; ``width`` in inches."""
        return self.report.figure(width)

    def _repr_html_(self) -> str | None:
        """The report as a notebook shows it, below what is missing; None if there is no report."""
        try:
            shown = self.report._repr_html_()
        except SeedbedError:  # no run has finished, or the store is away: the counts are shown
            return None
        whole = not (self.failed or self.left or self.undelivered)
        return shown if whole else f"<p>{escape(repr(self))}</p>{shown}"


HERE = SweepSettings()
