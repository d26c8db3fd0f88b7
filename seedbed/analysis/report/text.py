"""The report in a terminal and in the description of the parent run."""

from collections.abc import Sequence

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.deciding_number import DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.tables import NONE, Table, configurations, markdown
from seedbed.analysis.wording import count, gathered, names_within, one_line
from seedbed.system.text.terminal_lines import wrapped

COLUMNS = 80
LEAST_NAME = 16
"""Columns that the name of a configuration keeps beside its figures."""
FEWEST_COLUMNS = 3


def plain(findings: Findings, columns: int = COLUMNS) -> str:
    """The answer in its first sentence, then what stands behind it; lines of at most 80 columns.

    Args:
        findings: What the sweep says.
        columns: Columns for the table, at most 80.
    """
    blocks = [_wrap(findings.headline), *_warnings(findings)]
    said = (*findings.detail, *findings.caveats, *findings.spread_words)
    if said:
        blocks.append("\n".join(_wrap(line, first="- ", rest="  ") for line in said))
    if findings.why_table:
        blocks.append(_why(findings.why_table))
    return _joined([*blocks, *_figures(findings, columns)])


def after_answer(findings: Findings, columns: int = COLUMNS) -> str:
    """What is left to say where the answer and what stands behind it were just printed.

    Args:
        findings: What the sweep says.
        columns: Columns for the table, at most 80.
    """
    return _joined([*_warnings(findings), *_figures(findings, columns)])


def _joined(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def _warnings(findings: Findings) -> list[str]:
    return [_wrap(warning, first="! ", rest="  ") for warning in findings.warnings]


def _figures(findings: Findings, columns: int) -> list[str]:
    """What would settle it, what was counted, the configurations, and what is said of each."""
    blocks = [_wrap(f"What would settle it: {findings.settles}")] if findings.settles else []
    blocks.append(_wrap(_source(findings)))
    if any(arm.dots for arm in findings.arms):
        blocks.append(_arms(findings, columns))
    notes = gathered((arm.label, note) for arm in findings.arms for note in arm.notes)
    if notes:
        blocks.append("\n".join(_wrap(note, first="- ", rest="  ") for note in notes[:MOST_NOTES]))
    return blocks


MOST_NOTES = 6
"""Notes on configurations in a terminal; the page has them all."""


def _source(findings: Findings) -> str:
    tally = findings.counts
    return (
        f"{one_line(findings.sweep)}: {one_line(findings.experiment)}, "
        f"{tally.finished} of {count(tally.planned, 'run')} finished, "
        f"{count(len(findings.arms), 'configuration')}."
    )


def _wrap(text: str, first: str = "", rest: str = "") -> str:
    return "\n".join(wrapped(text, COLUMNS, first, rest, break_words=True))


def _arms(findings: Findings, width: int) -> str:
    """The configurations as aligned columns, as many as fit; one without any value is left out."""
    head = ("", "runs", "mean", "95 % interval", "sd", "next run")
    every = [head, *(_row(arm, findings.number) for arm in findings.arms)]
    columns = [at for at in range(len(head)) if any(row[at] != NONE for row in every[1:])]
    rows = [[row[at] for at in columns] for row in every]
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns))]
    least = min(widths[0], LEAST_NAME)
    while len(widths) > FEWEST_COLUMNS and least + sum(widths[1:]) + 2 * len(widths[1:]) > width:
        widths.pop()
    rows = [row[: len(widths)] for row in rows]
    widths[0] = max(least, min(widths[0], width - sum(widths[1:]) - 2 * len(widths[1:])))
    names = names_within([row[0] for row in rows], widths[0])
    return "\n".join(
        "  ".join(
            [name.ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for name, row in zip(names, rows, strict=True)
    )


def _why(rows: Sequence[tuple[str, ...]]) -> str:
    """The sources as aligned columns; what pins one stands below it."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        lines += ["  ".join(cells).rstrip(), _wrap(row[-1], first="    ", rest="    ")]
    return "\n".join(lines)


def _row(arm: Arm, number: DecidingNumber) -> tuple[str, ...]:
    """A configuration as cells of the table."""
    spread = arm.spread
    mean = interval = sd = following = NONE
    if spread is not None:
        mean = number.text(spread.mean.value)
        if spread.mean.low is not None:
            interval = number.interval(spread.mean)
        if spread.sd is not None and not spread.identical:
            sd = number.bare(spread.sd.value)
        if spread.next_run.low is not None:
            following = number.interval(spread.next_run)
    return (arm.label, str(len(arm.dots)), mean, interval, sd, following)


def as_markdown(findings: Findings) -> str:
    """The verdict itself, then a small table: what the parent run's description shows."""
    lines = [f"**{markdown(findings.headline)}**", ""]
    lines += [f"⚠ {markdown(warning)}\n" for warning in findings.warnings]
    lines += [f"- {markdown(sentence)}" for sentence in (*findings.detail, *findings.spread_words)]
    if findings.why_table:
        head, *rows = findings.why_table
        lines += ["", Table("why", "", head, tuple(rows), words=(0, 1, 2, 3, 4)).markdown()]
    if findings.settles:
        lines += ["", f"*What would settle it:* {markdown(findings.settles)}"]
    if any(arm.dots for arm in findings.arms):
        lines += ["", configurations(findings).markdown()]
    lines += ["", markdown(_source(findings))]
    return "\n".join(lines) + "\n"
