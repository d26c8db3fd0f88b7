"""The tables of a report on another tool's runs: configurations, and every run."""

from collections.abc import Sequence

from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import score_of, seeds_of
from seedbed.analysis.report.tables import NONE, Table
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import describe
from seedbed.analysis.wording import label, one_line


def configurations_table(found: Recorded, level: float) -> Table:
    """One row per configuration, best mean first: runs, mean, sd, next run.

    Args:
        found: The runs.
        level: Confidence level of the intervals.
    """
    unit = found.unit
    sign = -1 if unit.lower_is_better else 1
    groups = sorted(
        found.groups, key=lambda g: -sign * float(g.scores.mean()) if g.runs else float("inf")
    )
    share, points = (" (%)", " (points)") if unit.is_accuracy else ("", "")
    return Table(
        "configurations",
        f"{one_line(found.metric, 80)} by configuration, with {100 * level:g} % intervals. Next "
        f"run: where one more run lands with {100 * level:g} % probability.",
        ("configuration", "runs", f"mean{share}", f"interval{share}", f"sd{points}",
         f"interval{points}", f"next run{share}"),
        tuple(_configuration(group, unit, level) for group in groups),
    )  # fmt: skip


def _configuration(group: Group, unit: Unit, level: float) -> tuple[str, ...]:
    tried = len(group.runs) + len(group.lost)
    first = (group.label, f"{len(group.runs)}{f' of {tried}' if group.lost else ''}")
    if not group.runs:
        return (*first, *[NONE] * 5)
    spread = describe(group.scores, level).within(*unit.limits)
    sd = None if spread.identical else spread.sd
    return (
        *first,
        unit.number(spread.mean.value),
        _interval(spread.mean, unit),
        NONE if sd is None else unit.number(sd.value),
        _interval(sd, unit),
        _interval(spread.next_run, unit),
    )


def _interval(estimate: Estimate | None, unit: Unit) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return NONE
    return f"{unit.number(estimate.low)} to {unit.number(estimate.high)}"


def runs_table(found: Recorded) -> Table:
    """Every run, in the order of its source, whatever its state.

    Args:
        found: The runs.
    """
    sweep, unit = found.sweep, found.unit
    rows = []
    for run in sweep.runs:
        score = score_of(run, found.metric)
        counts = run.state == "finished" and score is not None
        rows.append(
            (
                one_line(run.name, 40),
                label(sweep.configuration(run)),
                _seeds(seeds_of(run, sweep.sources)),
                unit.number(score) if counts and score is not None else NONE,
                run.state,
                NONE if run.duration_s is None else f"{run.duration_s:.3g}",
            )
        )
    share = " (%)" if unit.is_accuracy else ""
    return Table(
        "runs",
        f"The {len(rows)} runs.",
        ("run", "configuration", "seeds", f"{one_line(found.metric, 24)}{share}", "state",
         "seconds"),
        tuple(rows),
        words=(0, 1, 2, 4),
    )  # fmt: skip


def _seeds(values: Sequence[object]) -> str:
    return ", ".join(one_line(value, 16) for value in values)
