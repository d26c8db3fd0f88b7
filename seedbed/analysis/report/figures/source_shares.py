"""Pictures of single intervals: best-epoch optimism, and what each source does."""

from functools import partial

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.row_chart import ChartRow, draw_rows
from seedbed.analysis.report.figures.drawing.style import BLUE, VERMILLION, Picture
from seedbed.analysis.wording import one_line


def epochs_picture(findings: Findings) -> Picture | None:
    """How optimistic the best epoch on the test set would have been, by configuration."""
    rows = [
        ChartRow(
            f"{arm.label}  (n = {arm.epochs.optimism.n})",
            100 * arm.epochs.optimism.value,
            None if arm.epochs.optimism.low is None else 100 * arm.epochs.optimism.low,
            None if arm.epochs.optimism.high is None else 100 * arm.epochs.optimism.high,
        )
        for arm in findings.arms
        if arm.epochs is not None
    ]
    if not rows:
        return None
    caption = (
        "By how much the epoch that is best on the test set inflates the accuracy of a run, in "
        "percentage points, with its 95 % interval over runs: the epoch is chosen on nine tenths "
        "of the test examples and scored on the last tenth."
    )
    if findings.chooses_epochs:
        caption += (
            " The accuracies in this report do not carry it, because their epoch is chosen on "
            "validation data."
        )
    label = "optimism of the best epoch on the test set (points)"
    return Picture(
        "best_epoch", "Best-epoch optimism", caption, partial(draw_rows, rows, label, zero=True)
    )


def sources_picture(findings: Findings) -> Picture | None:
    """Disagreement left when only one source varies, and removed by freezing it."""
    arm = findings.sourced
    if arm is None or arm.shares is None:
        return None
    rows = []
    for share in arm.shares.shares:
        name = one_line(share.source, 24)
        for found, what, colour, marker in (
            (share.left, "alone: left", BLUE, "o"),
            (share.removed, "frozen: removed", VERMILLION, "s"),
        ):
            if found is not None:
                low = None if found.low is None else 100 * found.low
                high = None if found.high is None else 100 * found.high
                rows.append(
                    ChartRow(f"{name} {what}", 100 * found.value, low, high, colour, marker)
                )
    if not rows:
        return None
    frozen = any(share.removed is not None for share in arm.shares.shares)
    caption = (
        "Disagreement between runs, percent of that when all sources vary, with 95 % intervals; "
        f"{one_line(arm.label, 80)}. Dot: left when only this source varies. "
    )
    if frozen:
        caption += "Square: removed when only this source is frozen. "
    caption += f"The sources' effects overlap, so {'neither adds' if frozen else 'they do not add'}"
    caption += " up to 100."
    return Picture(
        "sources",
        "Sources of the spread",
        caption,
        partial(draw_rows, rows, "share of the disagreement (percent)", zero=True),
    )
