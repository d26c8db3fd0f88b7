"""What averaging the runs would give, at any number of them."""

from functools import partial

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.style import BLUE, MUTED, Picture, new_figure
from seedbed.analysis.statistics.answers.ensemble import Ensemble
from seedbed.analysis.wording import one_line, percent


def ensemble_picture(findings: Findings) -> Picture | None:
    """Brier score against the size of the ensemble, of the best configuration."""
    arm = findings.best
    if arm is None or arm.ensemble is None:
        return None
    found = arm.ensemble
    n = found.member.n
    caption = (
        f"Expected Brier score (lower is better; 0 is perfect) when the probabilities of several "
        f"runs are averaged, with its 95 % interval over runs; {one_line(arm.label, 80)}, "
        f"n = {n} runs. Dotted: infinitely many runs, the part of the error that no averaging "
        f"removes. All {n} runs averaged reach {percent(found.accuracy)} test accuracy, against "
        f"{percent(found.member_accuracy.value)} for one run on average (one ensemble, so without "
        "an interval)."
    )
    return Picture("ensemble", "Ensembles of the runs", caption, partial(draw_ensemble, found))


def draw_ensemble(found: Ensemble, width: float) -> Figure:
    """Draw the curve with its band and its limit."""
    figure = new_figure(width, 2.5 if width > 5 else 2.7)
    axes = figure.add_subplot()
    sizes = list(found.sizes)
    if all(point.low is not None and point.high is not None for point in found.brier):
        low = [point.low or 0.0 for point in found.brier]
        high = [point.high or 0.0 for point in found.brier]
        axes.fill_between(sizes, low, high, color=BLUE, alpha=0.14, lw=0)
    axes.plot(sizes, [point.value for point in found.brier], "o-", color=BLUE, ms=4.5)
    axes.axhline(found.limit.value, color=MUTED, lw=1.2, linestyle=(0, (1.5, 2)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("runs averaged")
    axes.set_ylabel("Brier score")
    axes.grid(visible=True, axis="y")
    return figure
