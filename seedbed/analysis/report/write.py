"""Write the report of a sweep into a folder: the only place in analysis that writes files."""

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.script.asked import DEFAULT, AskedOfScript
from seedbed.analysis.answers.why.next_command import SCRIPT
from seedbed.analysis.findings.collect import Images, collect
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.night_series import NightSeries
from seedbed.analysis.non_breaking import non_breaking
from seedbed.analysis.report.all_tables import all_tables
from seedbed.analysis.report.deciding import with_deciding_number
from seedbed.analysis.report.figures.drawing.style import render
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.html import page
from seedbed.analysis.report.markdown_page import markdown_page
from seedbed.analysis.report.of_script import with_script_answer
from seedbed.analysis.report.of_sources import with_largest_source
from seedbed.analysis.report.of_why import with_why_answer
from seedbed.analysis.report.run_words import RunLinks
from seedbed.analysis.report.sweep_command import runnable_design, sweep_command
from seedbed.analysis.report.text import as_markdown, plain
from seedbed.system.errors import InputError
from seedbed.system.files.atomic_files import drop_left_parts, write_whole
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.records import PublishedFigure, SweepRecord
from seedbed.tracking.schema import DESIGN, SCORE

ONLY_DRAWN = frozenset({"images", "lines", "run_ids"})
"""Fields that are drawn and not written to findings.json."""


@dataclass(frozen=True)
class ReportFiles:
    """What a report consists of.

    Attributes:
        findings: All that the sweep says, as data.
        text: For the terminal; its first sentence is the answer.
        description: Markdown for the description of the parent run.
        html: The self-contained page.
        markdown: The whole report as Markdown, with the pictures beside it.
        json: The findings as a file.
        figures: Name → PNG file.
        tables: Name → CSV file.
        design: The sweep's file, to run it again; None for scripts, which a command alone repeats.
    """

    findings: Findings
    text: str
    description: str
    html: Path
    markdown: Path
    json: Path
    figures: Mapping[str, Path]
    tables: Mapping[str, Path]
    design: Path | None = None

    @property
    def written(self) -> tuple[Path, ...]:
        """Every file of the report."""
        whole = [self.html, self.markdown, self.json, *([self.design] if self.design else [])]
        return (*whole, *self.figures.values(), *self.tables.values())


def write_report(
    sweep: SweepRecord,
    folder: Path,
    *,
    metric: str = SCORE,
    progress: Callable[[int, int], None] | None = None,
    published: PublishedFigure | None = None,
    images: Images | None = None,
    asked: AskedOfScript = DEFAULT,
    links: RunLinks | None = None,
    why_command: Callable[[], str | None] | None = None,
    nights: NightSeries | None = None,
    run_command: Callable[[str], str | None] | None = None,
    design: str | None = None,
) -> ReportFiles:
    """Write ``report.html``, ``report.md``, ``findings.json``, pictures and tables.

    Args:
        sweep: The sweep as recorded.
        folder: Where to write; made if it is not there.
        metric: Name of the metric to compare, a fraction from 0 to 1.
        progress: Called with configurations done and configurations in all.
        published: A published figure to set the runs against; default: the sweep's own.
        images: Fetches pictures of examples by their indices in the data set.
        asked: Of scripts: the number and the arms that are asked about.
        links: Where MLflow shows the runs; None for a page without links.
        why_command: Says what tells the sources apart; asked for runs that cannot.
        nights: The series of nights up to this sweep; None where it is no night.
        run_command: Says what repeats the run with an id of MLflow's.
        design: The sweep's file as it was run; None where it is not known.

    Raises:
        InputError: The folder cannot be written, or the metric is not a fraction.
    """
    number = TEST_ACCURACY
    asked_of = sweep
    if metric == SCORE:
        sweep, number = with_deciding_number(sweep, asked.metric)
    findings = collect(
        sweep,
        metric if number.is_test_accuracy else number.metric,
        progress,
        published=published,
        images=images,
        number=number,
    )
    sweep = asked_of
    if metric == SCORE:
        findings = with_script_answer(findings, sweep, asked)
        findings = with_why_answer(findings, sweep)
    if not findings.why_table:
        findings = with_largest_source(findings)
    findings = dataclasses.replace(findings, nights=nights)
    if run_command is not None and findings.worst is not None:
        command = run_command(findings.worst[1].run_id)
        findings = dataclasses.replace(findings, worst_command=command)
    if design is not None:
        file = (folder / DESIGN).absolute()
        repeats = sweep_command(sweep, design, file, asked)
        findings = dataclasses.replace(findings, repeat_command=repeats)
    needs_file = design is not None and sweep.experiment != SCRIPT
    own = runnable_design(sweep, design) if design is not None and needs_file else ""
    together = findings.sourced is None and sweep.plan is None  # all seeds change together
    if why_command is not None and together and not all(arm.bit_identical for arm in findings.arms):
        findings = dataclasses.replace(findings, why_command=why_command())
    try:
        return _write(findings, folder, links, own)
    except OSError as error:
        raise InputError(
            f"the report needs a folder that can be written, got {folder} "
            f"({error.strerror or error}): choose another one"
        ) from error


def _write(findings: Findings, folder: Path, links: RunLinks | None, design: str) -> ReportFiles:
    folder.mkdir(parents=True, exist_ok=True)
    named = pictures(findings)
    drawn = {name: render(picture) for name, picture in named.items()}
    tables = all_tables(findings)
    files = ReportFiles(
        findings=findings,
        text=inert(plain(findings)),
        description=inert(as_markdown(findings)),
        html=folder / "report.html",
        markdown=folder / "report.md",
        json=folder / "findings.json",
        figures={name: folder / f"{name}.png" for name in drawn},
        tables={name: folder / f"{name}.csv" for name in tables},
        design=folder / DESIGN if design else None,
    )
    drop_left_parts(folder, [path.name for path in files.written])
    if files.design is not None:
        write_whole(files.design, design)
    write_whole(files.html, non_breaking(inert(page(findings, drawn, links, tables))))
    write_whole(files.markdown, inert(markdown_page(findings, named, tables)))
    write_whole(files.json, inert(as_json(findings)))
    for name, one in drawn.items():
        write_whole(files.figures[name], one.png)
    for name, table in tables.items():
        write_whole(files.tables[name], inert(table.csv()))
    return files


def as_json(findings: Findings) -> str:
    """The findings as JSON: keys are the fields' names, what is not a number is null."""
    return json.dumps(_plain(findings), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: object) -> object:
    """Dataclasses and arrays as dictionaries and lists; nan and inf as None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [f.name for f in dataclasses.fields(value) if f.name not in ONLY_DRAWN]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, np.ndarray | tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    item = value.item() if isinstance(value, np.generic) else value
    if isinstance(item, float) and not math.isfinite(item):
        return None
    return item if item is None or isinstance(item, str | int | float | bool) else str(item)
