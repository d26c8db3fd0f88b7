"""Write the report of another tool's runs into a folder: page, Markdown, JSON, pictures, tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.analysis.answers.answer import Answer, to_json
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.non_breaking import non_breaking
from seedbed.analysis.report.figures.answer_picture import draw
from seedbed.analysis.report.figures.drawing.style import Picture, Rendered, render
from seedbed.analysis.report.html import Front, render_page
from seedbed.analysis.report.inline_picture import inline
from seedbed.analysis.report.markdown_page import section_markdown
from seedbed.analysis.report.other_runs.parts import (
    PLAIN_TERMS,
    TITLES,
    RunsFindings,
    findings_of_runs,
    whole_answer,
)
from seedbed.analysis.report.other_runs.tables import configurations_table, runs_table
from seedbed.analysis.report.page_sections import FOLD, Section, cut_table
from seedbed.analysis.report.tables import Table, markdown
from seedbed.analysis.wording import count, one_line
from seedbed.system.errors import InputError
from seedbed.system.files.atomic_files import drop_left_parts, write_whole
from seedbed.system.progress import Progress, silent
from seedbed.system.text.terminal_escape import inert

MOST_ROWS = 200
MOST_DRAWN = 24
"""Configurations in one picture."""
STRONGEST = ("different", "undecided", "equivalent")


@dataclass(frozen=True)
class RunsReport:
    """What a report on another tool's runs consists of.

    Attributes:
        answer: The verdict, with everything found as fields.
        html: The page, one file that needs nothing beside it.
        markdown: The same as Markdown, with the picture beside it.
        json: Everything found.
        figures: Name → PNG file.
        tables: Name → CSV file.
    """

    answer: Answer
    html: Path
    markdown: Path
    json: Path
    figures: Mapping[str, Path]
    tables: Mapping[str, Path]

    @property
    def written(self) -> tuple[Path, ...]:
        """Every file of the report."""
        whole = (self.html, self.markdown, self.json)
        return (*whole, *self.figures.values(), *self.tables.values())


def write_runs_report(
    runs: Runs,
    folder: Path,
    terms: Terms = PLAIN_TERMS,
    *,
    prior_sd: float | str | None = None,
    progress: Progress = silent,
) -> RunsReport:
    """Write ``report.html``, ``report.md``, ``findings.json``, the picture and two tables.

    Args:
        runs: The runs, and how they are grouped.
        folder: Where to write; made if it is not there.
        terms: How configurations are compared; their level is that of every interval.
        prior_sd: The sd of earlier runs, as ``compare_sweep`` takes it.
        progress: Told how far the reading is.

    Raises:
        InputError: No run has the score, or the folder cannot be written.
        StoreError: The store cannot be reached.
    """
    said = findings_of_runs(runs, terms, prior_sd=prior_sd, progress=progress)
    tables = (configurations_table(said.found, terms.level), runs_table(said.found))
    try:
        return _write(said, tables, folder)
    except OSError as error:
        raise InputError(
            f"the report needs a folder that can be written, got {folder} "
            f"({error.strerror or error}): choose another one"
        ) from error


def _write(said: RunsFindings, tables: Sequence[Table], folder: Path) -> RunsReport:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = render(_picture(said))
    front = _front(said, str(said.found.sweep.name))
    parts = _sections(said, tables, drawn)
    files = RunsReport(
        whole_answer(said),
        html=folder / "report.html",
        markdown=folder / "report.md",
        json=folder / "findings.json",
        figures={"runs": folder / "runs.png"},
        tables={table.name: folder / f"{table.name}.csv" for table in tables},
    )
    others = [*files.figures.values(), *files.tables.values()]
    written = (files.html, files.markdown, files.json, *others)
    drop_left_parts(folder, [path.name for path in written])
    write_whole(files.html, non_breaking(inert(render_page(front, parts, {}))))
    write_whole(files.markdown, inert(_markdown(front, parts)))
    write_whole(files.json, inert(to_json(files.answer)) + "\n")
    write_whole(files.figures["runs"], drawn.png)
    for table in tables:
        write_whole(files.tables[table.name], inert(table.csv()))
    return files


def _picture(said: RunsFindings) -> Picture:
    spread = said.parts["spread"]
    sign = 1 if said.found.unit.lower_is_better else -1
    best = sorted(spread.scores.items(), key=lambda pair: sign * float(pair[1].mean()))
    shown = replace(spread, scores=dict(best[:MOST_DRAWN]))
    cut_short = f" The best {MOST_DRAWN} of {len(best)}." if len(best) > MOST_DRAWN else ""
    return Picture(
        "runs",
        f"Every run's {one_line(said.found.metric, 40)}",
        f"A dot is a run, the bar the 95 % interval of the mean.{cut_short}",
        lambda width: draw(shown, width),
    )


def _front(said: RunsFindings, name: str) -> Front:
    found, verdict = said.found, said.verdict
    first, *rest = verdict.sentences
    kind = next((one for one in STRONGEST if one in verdict.verdicts), "none")
    headline = first
    if "comparison" not in said.parts:
        kind = "spread" if len(found.having) == 1 else "none"
        headline, rest = verdict.headline or first, rest if len(found.having) == 1 else []
    counted = sum(len(group.runs) for group in found.groups)
    meta = (
        one_line(found.sweep.experiment, 80),
        f"{counted} of {count(len(found.sweep.runs), 'run')} counted",
        count(len(found.groups), "configuration"),
    )
    return Front(
        subject="the runs",
        name=one_line(name),
        title=f"{one_line(found.metric, 60)} of {one_line(name)}",
        meta=" · ".join(meta),
        answer=kind,
        headline=headline,
        detail=tuple(rest) or found.notes,
        warnings=found.first,
    )


def _sections(said: RunsFindings, tables: Sequence[Table], drawn: Rendered) -> list[Section]:
    """The spread and its picture first, then what is not said at the page's top."""
    arms, every = tables
    parts = [
        Section("spread", TITLES["spread"], _only(said, "spread"), (inline(drawn, {}),),
                (cut_table(arms.shown, MOST_ROWS),)),
        *(Section(name, title, _only(said, name)) for name, title in TITLES.items()
          if name in ("search", "best-epoch")),
        _runs(every),
    ]  # fmt: skip
    if said.unanswered:
        why = tuple(
            f"{TITLES[name].removesuffix('?')}: {reason}."
            for name, reason in said.unanswered.items()
        )
        parts.append(Section("unanswered", "What this report does not answer", why))
    return [part for part in parts if not part.empty]


def _only(said: RunsFindings, name: str) -> tuple[str, ...]:
    """The sentences of a part that are not said of the runs as a whole."""
    part = said.parts.get(name)
    if part is None or part is said.verdict:
        return ()
    if name == "spread" and len(said.found.groups) > 1:
        return ()  # the table has it all
    return tuple(one for one in part.sentences if one not in said.found.notes)


def _runs(every: Table) -> Section:
    shown = cut_table(every.shown, MOST_ROWS)
    if len(every.rows) <= FOLD:
        return Section("runs-list", "The runs", tables=(shown,))
    title = f"All {len(every.rows)} runs"
    if len(shown.rows) < len(every.rows):
        title = f"The first {len(shown.rows)} of {len(every.rows)} runs; all are in runs.csv"
    return Section("runs-list", "The runs", folded=(shown,), folded_title=title)


def _markdown(front: Front, parts: Sequence[Section]) -> str:
    lines = [f"# {markdown(front.title)}", f"**{markdown(front.headline)}**"]
    lines += [f"⚠ {markdown(warning)}" for warning in front.warnings]
    lines += ["\n".join(f"- {markdown(sentence)}" for sentence in front.detail)]
    lines += [section_markdown(part) for part in parts]
    return "\n\n".join(line for line in lines if line) + "\n"
