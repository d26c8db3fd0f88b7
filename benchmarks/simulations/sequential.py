"""Stopping early, and plans that adapt."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Bools, Floats, Ints, Row, mean, share
from seedbed.analysis.statistics.stopping.anytime import e_value, mixture_t
from seedbed.analysis.statistics.stopping.look_steps import LOOKS
from seedbed.analysis.statistics.stopping.plan import stein_total
from seedbed.analysis.statistics.stopping.sequential import (
    FUTILITY_FROM,
    FUTILITY_P,
    nominal_levels,
    sequential_decision,
)
from seedbed.analysis.statistics.stopping.spending import DEFAULT_SPENDING, SPENT, Spending

STUDIES = 100_000
CHECKED = 200


def t_by_n(values: Floats) -> Floats:
    """Paired t of the first 1, 2, … pairs, ``[study, pair]``; nan for one pair."""
    n = np.arange(1, values.shape[1] + 1)
    total, square = values.cumsum(axis=1), (values**2).cumsum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (square - total**2 / n) / (n - 1)
        return np.asarray(total / n / np.sqrt(variance / n))


def rule(
    values: Floats,
    spending: Spending = DEFAULT_SPENDING,
    *,
    looks: Sequence[int] = LOOKS,
    futility: bool,
) -> tuple[Bools, Ints]:
    """Whether each study stops for a difference, and at how many pairs it stops.

    Args:
        values: ``[study, pair]`` differences.
        spending: How the error is spent.
        looks: Numbers of pairs at which to look.
        futility: Whether to stop when there is little hope.
    """
    t = t_by_n(values)
    stopped = np.zeros(len(values), dtype=bool)
    different = stopped.copy()
    at = np.full(len(values), looks[-1])
    for look, level in zip(looks, nominal_levels(looks, spending=spending), strict=True):
        p = 2 * stats.t.sf(np.abs(t[:, look - 1]), look - 1)
        now = ~stopped & (p <= level)
        different |= now
        hopeless = ~stopped & ~now & (p > FUTILITY_P) & futility & (look >= FUTILITY_FROM)
        at[now | hopeless] = look
        stopped |= now | hopeless
    for index in range(CHECKED):
        said = sequential_decision(values[index], looks, futility=futility, spending=spending)
        if (said.action == "stop: different") != different[index] or said.look != at[index]:
            raise AssertionError("the quick rule and the code disagree")
    return different, at


def rows(rng: np.random.Generator) -> list[Row]:
    """Measure type I error, power and length of the sequential rules."""
    null, one = rng.normal(size=(STUDIES, 20)), rng.normal(1.0, size=(STUDIES, 20))
    table = []
    for spending in SPENT:
        name = f"looks at 5/10/15/20, {spending.replace('_', '–')} spending"
        high = 0.052 if spending == "obrien_fleming" else 0.051
        different, at = rule(null, spending, futility=False)
        bounds = (0.045, high)
        table.append(
            share(
                f"{name}, says different",
                "no difference, no futility stop",
                ".05",
                different,
                bounds,
            )
        )
        different, at = rule(null, spending, futility=True)
        table.append(
            share(f"{name}, says different", "no difference", "≤ .05", different, (0, high))
        )
        table.append(mean(f"{name}, pairs used", "no difference", "≤ 20", at))
        different, at = rule(one, spending, futility=True)
        bounds = (0.95, 1.0)
        table.append(share(f"{name}, says different", "d = 1", "≥ .95", different, bounds))
        table.append(mean(f"{name}, pairs used", "d = 1", "≤ 20", at))
    for looks in ((3, 6, 9, 12, 15, 18), tuple(range(3, 21))):
        different, _ = rule(null, looks=looks, futility=False)
        what = f"looks at {', '.join(map(str, looks[:3]))} … {looks[-1]}, says different"
        table.append(share(what, "no difference", "≤ .05", different, (0, 0.051)))
    p = np.asarray(2 * stats.t.sf(np.abs(t_by_n(null)[:, 2:]), np.arange(2, 20)))
    peeked = np.asarray((p < 0.05).any(axis=1))
    table.append(share("not offered: raw p at every n = 3 … 20", "no difference", ".05", peeked))
    table += _e_rows(rng)
    table += _stein_rows(rng)
    return table


def _e_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for d, nominal, bounds in ((0.0, "≤ .05", (0.0, 0.05)), (1.0, "power", None)):
        values = rng.normal(d, size=(4000, 100))
        t = t_by_n(values)
        crossed = np.zeros(len(values), dtype=bool)
        for n in range(2, 101):
            nu, spread = n - 1, 1 + n
            square = t[:, n - 1] ** 2
            log_e = -0.5 * np.log(spread) + (nu + 1) / 2 * (
                np.log1p(square / nu) - np.log1p(square / (nu * spread))
            )
            if not np.isclose(np.log(mixture_t(float(t[0, n - 1]), n)), log_e[0]):
                raise AssertionError("the quick e-value and the code disagree")
            crossed |= log_e >= np.log(20)
            if d and n == 20:
                truth = "d = 1, a look after every pair, up to 20"
                table.append(share("e-process, says different", truth, "power", crossed))
        if not np.isclose(e_value(values[0, :9]), mixture_t(float(t[0, 8]), 9)):
            raise AssertionError("e_value and mixture_t disagree")
        if not d:
            truth = "no difference, a look after every pair, up to 100"
            table.append(share("e-process, says different", truth, nominal, crossed, bounds))
    return table


def _stein_rows(rng: np.random.Generator) -> list[Row]:
    inside = []
    for _ in range(20_000):
        pilot = rng.normal(size=10)
        total = stein_total(10, float(pilot.std(ddof=1)), 0.4)
        more = rng.normal(size=total - 10)
        inside.append(abs((pilot.sum() + more.sum()) / total) <= 0.4)
    truth = "pilot of 10, h = .4 sd"
    return [share("Stein's interval", truth, "≥ .95", np.array(inside), (0.95, 0.99))]
