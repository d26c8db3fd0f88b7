"""Runs of another tool, with what a user says about them; every question takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seedbed.analysis.answers.inputs.imported.selection import EVERYTHING, Selection
from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.imported_runs import ImportedRuns
from seedbed.tracking.importing.readers import read_runs

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, repr=False)
class Runs:
    """Runs of another tool.

    Attributes:
        given: The runs as read.
        asked: How they are grouped.
    """

    given: ImportedRuns
    asked: Selection = EVERYTHING

    def __len__(self) -> int:
        return len(self.given.runs)

    def __repr__(self) -> str:
        return f"<{len(self)} runs of {self.given.what}>"

    def grouped(
        self, by: Sequence[str] = (), metric: str | None = None, seed: Sequence[str] = ()
    ) -> "Runs":
        """The same runs, grouped otherwise; what is not given stays."""
        asked = replace(
            self.asked,
            by=tuple(by) or self.asked.by,
            metric=metric or self.asked.metric,
            seed=tuple(seed) or self.asked.seed,
        )
        return replace(self, asked=asked)

    def to_frame(self) -> "DataFrame":
        """A data frame with a row per run: ``run_id``, ``name``, ``state``, parameters, metrics.

        A parameter and a metric of one name become ``params.NAME`` and ``metrics.NAME``.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        require("notebook")
        from pandas import DataFrame

        own = {"run_id", "name", "state"}
        params = {name for run in self.given.runs for name in run.params}
        metrics = {name for run in self.given.runs for name in run.metrics}
        twice = (params & metrics) | ((params | metrics) & own)
        rows = []
        for run in self.given.runs:
            row: dict[str, object] = {"run_id": run.run_id, "name": run.name, "state": run.state}
            row |= {f"params.{k}" if k in twice else k: v for k, v in run.params.items()}
            row |= {f"metrics.{k}" if k in twice else k: v for k, v in run.metrics.items()}
            rows.append(row)
        return DataFrame(rows)


def check_given(given: object) -> None:
    """Refuse what names no runs: a number, a list, the result of a question.

    Raises:
        InputError: It is neither text nor runs as read.
    """
    if not isinstance(given, str | Runs):
        shown = " ".join(repr(given).split())
        shown = shown if len(shown) <= 60 else f"an object of type {type(given).__name__}"
        raise InputError(
            f"recorded runs are given by the sweep's name ('first') or by their address "
            f"('mlflow:my-experiment'), got {shown}"
        )


def open_runs(address: str, asked: Selection = EVERYTHING, progress: Progress = silent) -> Runs:
    """Read the runs that an address names; arguments and errors as ``read_runs``."""
    given = read_runs(
        address, store=asked.store, filter_string=asked.filter_string, progress=progress
    )
    return Runs(given, asked)
