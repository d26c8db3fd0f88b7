"""``seeds``: how many runs, before or after the first ones."""

from dataclasses import dataclass
from math import ceil, sqrt

from seedbed.analysis.answers.answer import Answer, number
from seedbed.analysis.answers.plan_curve import PlanCurve
from seedbed.analysis.answers.units import PLAIN, Unit, margin_in, unit_of, unit_of_numbers
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.spread import describe
from seedbed.analysis.statistics.stopping.look_steps import LOOKS
from seedbed.analysis.statistics.stopping.plan import (
    half_width,
    power as power_of,
    runs_for_half_width,
    runs_needed,
    stein_total,
    upper_sd,
)
from seedbed.analysis.statistics.stopping.sequential import boundaries, nominal_levels
from seedbed.system.errors import InputError

PILOT = 10
INFLATION = 1.2
"""More pairs than one look needs, for four; Jennison & Turnbull (2000, table 2.1), power .8."""


def sequential_looks(pairs: int | None) -> tuple[int, ...]:
    """Where to look: 5/10/15/20 pairs, or quarters of a little more than the fixed number."""
    if pairs is None or pairs * INFLATION <= LOOKS[-1]:
        return LOOKS
    quarter = ceil(pairs * INFLATION / 4)
    return tuple(quarter * k for k in (1, 2, 3, 4))


def plan_difference(
    difference: float,
    sd: float,
    *,
    paired: bool,
    power: float = 0.8,
    alpha: float = 0.05,
    pilot: int | None = None,
    unit: Unit = PLAIN,
) -> Answer:
    """How many pairs, or runs per arm, find a difference.

    Args:
        difference: Difference to detect.
        sd: Sd of one run; of the paired differences when paired, but for a pilot.
        paired: Same seeds in both arms.
        power: Chance of finding it.
        alpha: Two-sided level.
        pilot: Runs that the sd of one run was estimated from; the plan then takes its upper 80 %
            limit, and for a pair's difference √2 of it, as if equal seeds had nothing in common.
        unit: How the difference is written.
    """
    if pilot is not None:
        sd = upper_sd(sd, pilot) * (sqrt(2) if paired else 1.0)
    n = runs_needed(difference, sd, paired=paired, power_wanted=power, alpha=alpha)
    counts = "pairs" if paired else "runs in each arm"
    amount = str(n) if n is not None else "more than a million"
    ratio = abs(difference) / sd
    lines = [
        f"{amount} {counts} show a difference of {unit.difference(abs(difference))} "
        f"({number(ratio)} sd) with {100 * power:g} % power."
    ]
    if pilot is not None:
        pair = "of a pair's difference is √2 times" if paired else "is"
        lines.append(
            f"The sd {pair} the upper 80 % limit of the pilot's, {unit.difference(sd)}: with the "
            f"sd of {pilot} runs themselves, the plan would have less power than it says."
        )
    fields: dict[str, object] = {
        "difference": difference,
        "sd": sd,
        "power": power,
        "pairs" if paired else "per_arm": n,
    }
    rows: list[tuple[str, object]] = [("pairs" if paired else "per_arm", n)]
    if paired:
        looks = sequential_looks(n)
        edges, levels = boundaries(looks, alpha), nominal_levels(looks, alpha)
        fields |= {"looks": looks, "boundaries": edges, "nominal_p": levels}
        steps = ", ".join(f"{p:.2g} after {k}" for k, p in zip(looks, levels, strict=True))
        late = next((k for k in looks if k >= 10), looks[-1])
        lines.append(
            f"Or look early, and stop when the paired p is below {steps} pairs; from {late} pairs "
            "on, also stop if p is above 0.5, because a difference is then unlikely to show."
        )
        rows += [(f"boundary at {k} pairs", z) for k, z in zip(looks, edges, strict=True)]

    def chance(runs: int) -> float:
        return 100 * power_of(difference, sd, runs, paired=paired, alpha=alpha)

    curve = PlanCurve.around(n, chance, label="chance to find it (percent)", counts=counts)
    return Answer(tuple(lines), fields, tuple(rows), plans={"plan": curve})


def plan_half_width(
    wanted: float,
    *,
    sd: float | None = None,
    pilot: Floats | None = None,
    level: float = 0.95,
    unit: Unit | None = None,
) -> Answer:
    """How many runs give a mean within ± ``wanted``.

    Args:
        wanted: Half-width of the interval.
        sd: Sd of a run, where it is known.
        pilot: ``[run]`` scores of a pilot, where there is one (Stein's two stages).
        level: Confidence level.
        unit: How scores are written; as accuracies unless given.
    """
    if pilot is not None:
        found, unit = describe(pilot, level), unit or unit_of(pilot)
        if found.sd is None:
            raise InputError("a pilot needs at least 2 runs, got 1: 10 are a good pilot")
        total = stein_total(found.n, found.sd.value, wanted, level)
        line = (
            f"{total} runs in all, {total - found.n} more, give the mean to "
            f"±{unit.difference(wanted)} (Stein's two stages, pilot of {found.n} runs, sd "
            f"{unit.difference(found.sd.value)})."
        )
        fields = _half_width_fields(wanted, total, total - found.n, found.n, found.sd.value)
        curve = _half_widths(found.sd.value, total, level, unit)
        return Answer((line,), fields, (("runs", total),), plans={"plan": curve})
    if sd is not None:
        runs = runs_for_half_width(wanted, sd, level)
        amount = str(runs) if runs is not None else "more than a million"
        line = f"{amount} runs give the mean to ±{number(wanted)} when a run's sd is {number(sd)}."
        fields = _half_width_fields(wanted, runs, runs, None, sd)
        curve = _half_widths(sd, runs, level, PLAIN)
        return Answer((line,), fields, (("runs", runs),), plans={"plan": curve})
    stein_total(PILOT, 0.0, wanted, level)  # says what is wrong with the half-width
    factor = half_width(PILOT, 1.0, level) * PILOT**0.5
    line = (
        f"Start with a pilot of {PILOT} runs: with their sd s, the larger of {PILOT} and "
        f"({factor:.3f}·s/{number(wanted)})² runs in all give the mean to ±{number(wanted)}."
    )
    fields = _half_width_fields(wanted, None, None, PILOT, None)
    return Answer((line,), fields, (("pilot", PILOT),))


def _half_widths(sd: float, runs: int | None, level: float, unit: Unit) -> PlanCurve:
    """Half the width of the mean's interval by the number of runs."""
    words = f"half-width, {100 * level:g} %"
    return PlanCurve.around(
        runs,
        lambda n: unit.scale * half_width(n, sd, level),
        label=f"{words} (points)" if unit.is_accuracy else words,
    )


def _half_width_fields(
    wanted: float, runs: int | None, more: int | None, pilot: int | None, sd: float | None
) -> dict[str, object]:
    return {"half_width": wanted, "runs": runs, "more": more, "pilot": pilot, "sd": sd}


def plan_from_runs(
    scores: Floats, *, power: float = 0.8, level: float = 0.95, unit: Unit | None = None
) -> Answer:
    """What the runs at hand give, and what more would: interval width against number of runs.

    Args:
        scores: ``[run]``.
        power: Chance of finding a difference of one sd.
        level: Confidence level.
        unit: How scores are written; as accuracies unless given.
    """
    found = describe(scores, level)
    if found.sd is None or found.identical:
        raise InputError(f"a plan needs runs that differ: {found.note}")
    sd = found.sd.value
    counts = sorted({3, 5, 10, 20, 50, found.n} - {1})
    widths = [{"runs": n, "half_width": half_width(n, sd, level)} for n in counts]
    unit = unit or unit_of(scores)
    now = unit.difference(half_width(found.n, sd, level))
    ten = unit.difference(half_width(10, sd, level))
    lines = [
        f"{found.n} runs give the mean to ±{now}; 10 would give ±{ten} with this sd of "
        f"{unit.difference(sd)}."
    ]
    per_arm = runs_needed(sd, sd, paired=False, power_wanted=power, alpha=1 - level)
    upper = upper_sd(sd, found.n)
    careful = runs_needed(sd, upper, paired=False, power_wanted=power, alpha=1 - level)
    lines.append(
        f"{per_arm} runs in each arm find a difference of one true sd with {100 * power:g} % "
        f"power; {careful or 'more than a million'} find one of {unit.difference(sd)}, because "
        f"the true sd may be as large as {unit.difference(upper)} (upper 80 % limit)."
    )
    rows = tuple((f"half-width at {row['runs']} runs", row["half_width"]) for row in widths)
    fields = {"n": found.n, "sd": found.sd, "half_widths": widths, "per_arm": per_arm}
    curve = _half_widths(sd, found.n, level, unit)
    return Answer(tuple(lines), fields, rows, scores={"runs": scores}, plans={"runs": curve})


@dataclass(frozen=True)
class Plan:
    """What a plan of runs is to reach.

    Attributes:
        difference: Difference to detect, in the unit of the runs, or points (``"0.5points"``).
        sd: Sd of one run; of the difference within a pair when paired.
        half_width: Half-width to reach for the mean's interval, likewise.
        paired: Same seeds in both arms.
        power: Probability of detecting the difference.
        level: Confidence level.
    """

    difference: float | str | None = None
    sd: float | None = None
    half_width: float | str | None = None
    paired: bool = False
    power: float = 0.8
    level: float = 0.95


def plan_seeds(pilot: Floats | None, plan: Plan, unit: Unit | None = None) -> Answer:
    """Plan for a difference, for a precision, or from a pilot.

    Args:
        pilot: ``[run]`` accuracies so far; None before the first run.
        plan: What is to be reached.
        unit: How scores are written; as accuracies unless given.

    Raises:
        InputError: Two aims, two sds, or neither an aim nor runs.
    """
    if plan.difference is not None and plan.half_width is not None:
        raise InputError("give either --difference or --half-width, not both")
    if plan.sd is not None and pilot is not None:
        raise InputError("the runs given have their own sd: leave out --sd or the runs")
    unit = unit or (PLAIN if pilot is None else unit_of_numbers(pilot))
    half_width = margin_in(unit, plan.half_width, "--half-width")
    difference = margin_in(unit, plan.difference, "--difference")
    if half_width is not None:
        return plan_half_width(half_width, sd=plan.sd, pilot=pilot, level=plan.level, unit=unit)
    if difference is None:
        if pilot is None:
            raise InputError("give --difference and --sd, or --half-width, or the runs so far")
        return plan_from_runs(pilot, power=plan.power, level=plan.level, unit=unit)
    sd, runs = plan.sd, None
    if pilot is not None:
        found = describe(pilot)
        sd, runs = (found.sd.value, found.n) if found.sd is not None else (None, None)
    if sd is None:
        raise InputError("--difference needs --sd, the sd of a run, or two or more runs to take it")
    return plan_difference(
        difference,
        sd,
        paired=plan.paired,
        power=plan.power,
        alpha=1 - plan.level,
        pilot=runs,
        unit=unit,
    )
