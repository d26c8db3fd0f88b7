"""The report in a terminal and in the description of the parent run."""

import textwrap

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.tables import NONE, configurations, markdown
from seedbed.analysis.wording import count, fixed, gathered, one_line, percent, span

COLUMNS = 80


def plain(findings: Findings) -> str:
    """The answer in its first sentence, then what stands behind it; lines of at most 80 columns."""
    blocks = [_wrap(findings.headline)]
    blocks += [_wrap(warning, first="! ", rest="  ") for warning in findings.warnings]
    said = (*findings.detail, *findings.caveats, *findings.spread_words)
    if said:
        blocks.append("\n".join(_wrap(line, first="- ", rest="  ") for line in said))
    if findings.settles:
        blocks.append(_wrap(f"What would settle it: {findings.settles}"))
    blocks.append(_wrap(_source(findings)))
    if any(arm.dots for arm in findings.arms):
        blocks.append(_arms(findings))
    notes = gathered((arm.label, note) for arm in findings.arms for note in arm.notes)
    if notes:
        blocks.append("\n".join(_wrap(note, first="- ", rest="  ") for note in notes[:MOST_NOTES]))
    return "\n\n".join(blocks) + "\n"


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
    return textwrap.fill(
        " ".join(text.split()),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


def _arms(findings: Findings) -> str:
    """The configurations as aligned columns."""
    head = ("", "runs", "mean", "95 % interval", "sd", "next run")
    rows = [head]
    for arm in findings.arms:
        spread = arm.spread
        mean = interval = sd = following = NONE
        if spread is not None:
            mean = percent(spread.mean.value)
            if spread.mean.low is not None:
                interval = span(spread.mean)
            if spread.sd is not None and not spread.identical:
                sd = fixed(100 * spread.sd.value)
            if spread.next_run.low is not None:
                following = span(spread.next_run)
        rows.append((arm.label, str(len(arm.dots)), mean, interval, sd, following))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    widths[0] = min(widths[0], COLUMNS - sum(widths[1:]) - 2 * (len(head) - 1))
    return "\n".join(
        "  ".join(
            [one_line(row[0], widths[0]).ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in rows
    )


def as_markdown(findings: Findings) -> str:
    """The verdict itself, then a small table: what the parent run's description shows."""
    lines = [f"**{markdown(findings.headline)}**", ""]
    lines += [f"⚠ {markdown(warning)}\n" for warning in findings.warnings]
    lines += [f"- {markdown(sentence)}" for sentence in (*findings.detail, *findings.spread_words)]
    if findings.settles:
        lines += ["", f"*What would settle it:* {markdown(findings.settles)}"]
    if any(arm.dots for arm in findings.arms):
        lines += ["", configurations(findings).markdown()]
    lines += ["", markdown(_source(findings))]
    return "\n".join(lines) + "\n"
