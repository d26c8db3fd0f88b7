"""The report as one HTML file that opens offline, on paper and on a phone, also without scripts."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.non_breaking import non_breaking
from seedbed.analysis.report.all_tables import all_tables
from seedbed.analysis.report.figures.drawing.run_marks import RunMark, dot_key
from seedbed.analysis.report.figures.drawing.style import Rendered, render
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.inline_picture import inline
from seedbed.analysis.report.page_sections import Section, sections
from seedbed.analysis.report.run_command import REPEAT, REPEAT_RUN
from seedbed.analysis.report.run_words import RunLinks, run_marks
from seedbed.analysis.report.tables import Table
from seedbed.analysis.wording import count, one_line, with_minus

TEMPLATES = Path(__file__).parent / "templates"
LARGEST_PAGE = 2_000_000
"""Bytes that the page stays below."""
VERDICT_NAMES = {
    "different": "Verdict: different",
    "equivalent": "Verdict: equivalent",
    "undecided": "Verdict: undecided",
    "spread": "How much the runs vary",
    "sources": "Sources of randomness",
    "none": "No verdict",
}


@dataclass(frozen=True)
class Front:
    """What a report's page begins with.

    Attributes:
        subject: What the report is about, in words: ``the sweep``.
        name: Its name.
        title: The question, or whatever stands as the page's heading.
        meta: Counts, in one line.
        answer: Kind of answer.
        headline: The answer in one sentence.
        detail: The numbers behind it.
        warnings: What must be known before any number is read.
        settles: What would settle it; None where it is settled.
        mlflow: Where MLflow shows it; None for no link.
        mlflow_root: Address of MLflow's UI, if links wait until it answers there; else None.
        opened_by: The command that starts it; None likewise.
        worst: The run with the lowest score; None for fewer than two runs.
        worst_title: What it is called.
        worst_lead: What the command below does, before a colon.
        worst_command: What trains that run again; None where nobody knows.
    """

    subject: str
    name: str
    title: str
    meta: str
    answer: str
    headline: str
    detail: tuple[str, ...]
    warnings: tuple[str, ...]
    settles: str | None = None
    mlflow: str | None = None
    mlflow_root: str | None = None
    opened_by: str | None = None
    worst: RunMark | None = None
    worst_title: str = "lowest run"
    worst_lead: str = ""
    worst_command: str | None = None


def page(
    findings: Findings,
    drawn: Mapping[str, Rendered] | None = None,
    links: RunLinks | None = None,
    tables: Mapping[str, Table] | None = None,
) -> str:
    """The whole report as HTML, below 2 MB.

    Args:
        findings: All that the sweep says.
        drawn: Name → picture, as ``render`` made it; None draws them.
        links: Where MLflow shows the runs; None for no links.
        tables: Name → table; None makes them.
    """
    if tables is None:
        tables = all_tables(findings)
    if drawn is None:
        drawn = {name: render(picture) for name, picture in pictures(findings).items()}
    marks = run_marks(findings, links)
    inlined = {name: inline(one, marks) for name, one in drawn.items()}
    for rows in (200, 50, 0):
        text = _page(findings, sections(findings, inlined, tables, rows), marks, links)
        if len(non_breaking(text).encode()) < LARGEST_PAGE:  # as it is written
            break
    return text


def _page(
    findings: Findings,
    parts: Sequence[Section],
    marks: Mapping[str, RunMark],
    links: RunLinks | None,
) -> str:
    """The page with these sections."""
    tally = findings.counts
    meta = [
        one_line(findings.experiment),
        f"{tally.finished} of {count(tally.planned, 'run')} finished",
        count(len(findings.arms), "configuration"),
    ]
    front = Front(
        subject="the sweep",
        name=one_line(findings.sweep),
        title=one_line(findings.question, 400) or one_line(findings.sweep),
        meta=" · ".join(meta),
        answer=findings.answer,
        headline=findings.headline,
        detail=findings.detail,
        warnings=findings.warnings,
        settles=findings.settles,
        mlflow=links.run(findings.run_id) if links else None,
        mlflow_root=links.root if links and links.opened_by else None,
        opened_by=links.opened_by if links else None,
        worst=_worst(findings, marks),
        worst_title=findings.number.worst_run,
        worst_lead=worst_lead(findings),
        worst_command=findings.worst_command,
    )
    return render_page(front, parts, marks)


def _worst(findings: Findings, marks: Mapping[str, RunMark]) -> RunMark | None:
    if findings.worst is None:
        return None
    arm, dot = findings.worst
    return marks.get(dot_key(dot.run_id, arm.label))


def worst_lead(findings: Findings) -> str:
    """What the command for the lowest run does."""
    command = findings.worst_command or ""
    if findings.worst is None or not command.startswith(REPEAT) or command.startswith(REPEAT_RUN):
        return "Train it again and compare the bits"
    if findings.worst[1].fingerprint is None:
        return "Run it again"
    weights = findings.worst[1].fingerprint or ""
    return f"Run it again; the same weights have the fingerprint {one_line(weights[:12])}"


def render_page(front: Front, parts: Sequence[Section], marks: Mapping[str, RunMark]) -> str:
    """The page as HTML.

    Args:
        front: What it begins with.
        parts: Its sections, in reading order.
        marks: Run → what to tell of its marks and rows.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["minus"] = with_minus
    return environment.get_template("report.html.j2").render(
        f=front,
        verdict_name=VERDICT_NAMES[front.answer],
        css=Markup(_own("report.css")),  # noqa: S704 - our own file
        script=Markup(_own("report.js")),  # noqa: S704 - our own file
        script_hash=base64.b64encode(hashlib.sha256(_own("report.js").encode()).digest()).decode(),
        marks=marks,
        sections=parts,
    )


@cache
def _own(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
