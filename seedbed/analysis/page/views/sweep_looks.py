"""How often a sweep's configurations are looked at: in words, and as the statistics take it."""

from collections.abc import Mapping, Sequence

from seedbed.analysis.findings.look_plan import plan_of
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.analysis.wording import count, listed
from seedbed.system.errors import InputError
from seedbed.tracking.foreign_values import count_of
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.reading.sweep_reader import looks_of
from seedbed.tracking.schema import TAG_LOOKS


def looks_in_words(parent: RunSummary, design: Mapping[str, object]) -> str | None:
    """The looks at a comparison, taken and left; None without a plan.

    Args:
        parent: The sweep's run.
        design: Its design as recorded.
    """
    taken = looks_of(parent.tags.get(TAG_LOOKS))
    rule = _stop(design).get("comparison")
    planned = rule.get("looks") if isinstance(rule, dict) else None
    if not isinstance(planned, list):
        return None
    done = max(taken, default=0)
    left = [str(one) for one in planned if isinstance(one, int) and one > done]
    said = f"{count(len(taken), 'look')} taken"
    return f"{said}; left: at {listed(left)} pairs" if left else f"{said}; none is left"


def look_plan(
    parent: RunSummary, design: Mapping[str, object], children: Sequence[RunSummary]
) -> LookPlan | None:
    """How often the configurations are looked at, as ``compare`` takes it; None for this once.

    A stop rule whose record is damaged leaves what holds however often one looks.

    Args:
        parent: The sweep's run.
        design: Its design as recorded.
        children: The runs so far.
    """
    planned = count_of(design.get("planned"))
    is_open = len({run.cell for run in children}) < planned or any(
        run.state == "running" for run in children
    )
    spent = looks_of(parent.tags.get(TAG_LOOKS))
    try:
        return plan_of(
            _stop(design), name=parent.name, spent=spent, planned=planned, is_open=is_open
        )
    except InputError:
        return LookPlan(spent=spent, open=True)


def _stop(design: Mapping[str, object]) -> Mapping[str, object]:
    rule = design.get("stop")
    return rule if isinstance(rule, dict) else {}
