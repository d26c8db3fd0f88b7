"""Mean ± sd of every arm, above the verdict on runs of another tool."""

from collections.abc import Mapping
from dataclasses import replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.spread import describe
from seedbed.analysis.wording import count

MOST_LINES = 36
"""Arms in the table of a terminal; the best ones."""


def with_arms(answer: Answer, arms: Mapping[str, Floats], unit: Unit) -> Answer:
    """The answer with a table of the arms: in its text, its rows and its fields.

    Args:
        answer: A comparison.
        arms: Name → ``[run]`` scores, one or more of each.
        unit: How scores are written.
    """
    found = {name: describe(scores).within(*unit.limits) for name, scores in arms.items()}
    order = sorted(found, key=lambda name: found[name].mean.value)
    if not unit.lower_is_better:
        order.reverse()
    cells = []
    for name in order:
        one = found[name]
        sd = "" if one.sd is None else f" ± {unit.number(one.sd.value)}"
        percent = " %" if unit.is_accuracy else ""
        cells.append((name, f"{unit.number(one.mean.value)}{sd}{percent}", count(one.n, "run")))
    widths = [max(len(row[column]) for row in cells[:MOST_LINES]) for column in range(2)]
    table = [f"  {a:<{widths[0]}}  {b:<{widths[1]}}  ({n})" for a, b, n in cells[:MOST_LINES]]
    if len(cells) > MOST_LINES:
        table.append(f"  … and {len(cells) - MOST_LINES} more, which score no better")
    fields = {
        **answer.fields,
        "arms": {name: {"n": one.n, "mean": one.mean, "sd": one.sd} for name, one in found.items()},
    }
    rows: list[tuple[str, object]] = []
    for name in order:
        rows += [(f"{name}: mean", found[name].mean), (f"{name}: sd", found[name].sd)]
    return replace(
        answer,
        lines=(*answer.before, "Mean ± sd:", *table, *answer.sentences),
        fields=fields,
        rows=(*rows, *answer.rows),
    )
