"""What a recorded sweep says as a whole: its report, and every number that its runs recorded."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.numbers import numbers_of_runs
from seedbed.analysis.questions.inputs import File, Sweep, as_path, folder_name, regrouped
from seedbed.analysis.questions.results.result import Cells, Result
from seedbed.system.extras import require
from seedbed.system.progress import Progress, silent
from seedbed.system.readers_folders import report_folder
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from seedbed.analysis.report.other_runs.write import RunsReport
    from seedbed.analysis.report.write import ReportFiles


def numbers(sweep: str, *, level: float = 0.95, progress: Progress = silent) -> Result:
    """Answer: how much does each number vary that the runs recorded?

    Args:
        sweep: A recorded sweep's name.
        level: Confidence level of the intervals.
        progress: Called while the sweep's files are read.

    Raises:
        InputError: No such sweep, or no run finished.
        StoreError: The store cannot be reached.
    """
    return Result(numbers_of_runs(read(sweep, progress, arms=False), level=level))


@dataclass(frozen=True, repr=False)
class _WrittenReport(Result):
    """A report in a folder: a page, the same as Markdown and data, and tables."""

    files: "ReportFiles | RunsReport"

    @property
    def html(self) -> Path:
        """The page, one file that needs nothing beside it."""
        return self.files.html

    def to_markdown(self) -> str:
        """The report's report.md."""
        return _content(self.files.markdown)

    def to_csv(self) -> str:
        """The report's table of configurations."""
        return _content(self.files.tables["configurations"])

    def table(self) -> tuple[Sequence[str], Sequence[Cells]]:
        """The report's table of configurations."""
        columns, *rows = csv.reader(self.to_csv().splitlines())
        return columns, rows


@dataclass(frozen=True, repr=False)
class Report(_WrittenReport):
    """The report of a sweep.

    Attributes:
        files: Where its page, tables and pictures are.
    """

    files: "ReportFiles"

    def to_json(self) -> str:
        """The report's findings.json."""
        return _content(self.files.json)

    def figure(self, width: float = 7.2) -> "Figure":
        """Every run as a dot, by configuration; ``width`` in inches."""
        from seedbed.analysis.report.figures.drawing.style import styled
        from seedbed.analysis.report.figures.runs import runs_picture

        with styled():
            return runs_picture(self.files.findings).draw(width)


@dataclass(frozen=True, repr=False)
class OtherReport(_WrittenReport):
    """The report of runs that another tool recorded.

    Attributes:
        files: Where its page, tables and picture are.
    """

    files: "RunsReport"


def report(
    sweep: Sweep, *, output: File | None = None, progress: Progress = silent
) -> Report | OtherReport:
    """Write the report of a sweep, log it to the sweep's run in MLflow, and return its verdict.

    For another tool's runs it is only a folder; nothing is written to where they are recorded.

    Args:
        sweep: A recorded sweep's name, or runs of another tool (``mlflow:my-experiment``).
        output: Folder for the report; reports/SWEEP in the store unless given.
        progress: Called while the sweep's files are read.

    Raises:
        InputError: No such sweep, or a folder that cannot be written.
        StoreError: The store cannot be reached.
    """
    from seedbed.analysis.report.lowest_run import lowest_of_findings
    from seedbed.analysis.report.publish import publish

    runs = regrouped(sweep, progress=progress)
    if not isinstance(runs, str):
        return _of_other_runs(runs, as_path(output), progress)
    sweep = runs
    require("mlflow")
    store = Store()
    store.check()
    published = publish(sweep, store, as_path(output), progress)
    files, found = published.files, published.files.findings
    unlogged = [f"warning: {published.not_logged}"] if published.not_logged else []
    sentences = (found.headline, *found.detail, *found.caveats, *found.spread_words)
    page = f"Report     {files.html}"
    answer = Answer(
        (*sentences, *([found.settles] if found.settles else [])),
        json.loads(_content(files.json)),
        (),
        (found.answer,),
        before=(*found.warnings, *unlogged),
        lines=("\n".join([files.text, *lowest_of_findings(found), page, *unlogged]),),
    )
    return Report(answer, files)


def _of_other_runs(runs: Runs, folder: Path | None, progress: Progress) -> OtherReport:
    require("mlflow")
    from seedbed.analysis.report.other_runs.write import write_runs_report

    if folder is None:
        folder = report_folder("reports", folder_name(runs.given.address))
    files = write_runs_report(runs, folder, progress=progress)
    answer = replace(files.answer, lines=(f"{files.answer.text}\n\nReport: {files.html}",))
    return OtherReport(answer, files)


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip()
