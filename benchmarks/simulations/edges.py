"""Looks, small test sets, ties, heavy tails, shared variance: the edges of a comparison."""

from collections.abc import Callable

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Bools, Floats, Row, share
from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.many import compare_many
from seedbed.analysis.statistics.drift import WEIGHT, WIDTH, drift
from seedbed.analysis.statistics.published import against_published
from seedbed.analysis.statistics.stopping.looks import LookPlan, look_state

STUDIES = 600
SIZES = (100, 200, 1000, 10_000)


def _says(kind: str, a: Floats, b: Floats, *, paired: bool, margin: float | None = None) -> Bools:
    """Whether each study ``[study, run]`` gets this verdict."""
    compare = compare_paired if paired else compare_unpaired
    return np.array(
        [
            compare(first, second, margin=margin).verdict.verdict == kind
            for first, second in zip(a, b, strict=True)
        ]
    )


def _null_rows(rng: np.random.Generator) -> list[Row]:
    draws: dict[str, Callable[[int], Floats]] = {
        "heavy tails (t, 3 df)": lambda n: 0.9 + 0.01 * rng.standard_t(3, size=(STUDIES, n)),
        "coarse ties (two decimals)": lambda n: np.round(
            0.9 + 0.008 * rng.normal(size=(STUDIES, n)), 2
        ),
        "5 % of runs collapse to .1": lambda n: np.where(
            rng.random((STUDIES, n)) < 0.05, 0.1, 0.9 + 0.01 * rng.normal(size=(STUDIES, n))
        ),
        "near 100 % (.995, N = 1000)": lambda n: rng.binomial(1000, 0.995, (STUDIES, n)) / 1000,
    }
    table = []
    for truth, draw in draws.items():
        for n in (3, 10):
            for paired in (True, False):
                hits = _says("different", draw(n), draw(n), paired=paired)
                design = "paired" if paired else "unpaired"
                what = f"{design}, n={n}, {truth}, no difference"
                table.append(share("says different", what, "≤ .05", hits, (0.0, 0.06)))
    return table


def _alarms(nights: Floats, baseline: int) -> Bools:
    """Whether each study ``[study, night]`` alarms; nights without spread are not charted."""
    z, steps = np.zeros(len(nights)), np.zeros(len(nights))
    alarm = np.zeros(len(nights), dtype=bool)
    for night in range(baseline, nights.shape[1]):
        before = nights[:, :night]
        varies = np.ptp(before, axis=1) > 0
        sd = np.where(varies, before.std(axis=1, ddof=1), 1.0)
        t = (nights[:, night] - before.mean(axis=1)) / (sd * np.sqrt(1 + 1 / night))
        q = np.sign(t) * stats.norm.isf(stats.t.sf(np.abs(t), night - 1))
        z = np.where(varies, (1 - WEIGHT) * z + WEIGHT * q, z)
        steps += varies
        limit = np.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * np.maximum(steps, 1))))
        alarm |= varies & (np.abs(z) >= WIDTH * limit)
    for index in range(20):
        if (drift(nights[index], baseline=baseline).alarm is not None) != alarm[index]:
            raise AssertionError("the quick chart and the code disagree")
    return alarm


def _size_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for size in SIZES:
        a, b = (rng.binomial(size, 0.95, (STUDIES, 5)) / size for _ in range(2))
        hits = _says("different", a, b, paired=False)
        truth = f"unpaired, n=5, N = {size:,}, accuracy .95, no difference"
        table.append(share("says different", truth, "≤ .05", hits, (0.0, 0.06)))
    for size in (100, 200, 1000):
        hits = _alarms(rng.binomial(size, 0.95, (20_000, 35)) / size, 5)
        truth = f"stable, one run a night, N = {size:,}, 30 nights after 5"
        table.append(share("drift chart, false alarm", truth, ".083", hits, (0.06, 0.093)))
    return table


def _spread_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for n, m, ratio in ((3, 10, 3.0), (10, 3, 3.0), (5, 5, 4.0)):
        a, b = ratio * rng.normal(size=(STUDIES, n)), rng.normal(size=(STUDIES, m))
        hits = _says("different", a, b, paired=False)
        truth = f"{n} against {m} runs, sds {ratio:g} to 1, no difference"
        table.append(share("says different", truth, ".05", hits, (0.0, 0.06)))
    for rho in (0.5, 0.9):
        both = rng.normal(size=(STUDIES, 10)) * np.sqrt(rho)
        a, b = (both + np.sqrt(1 - rho) * rng.normal(size=both.shape) for _ in range(2))
        hits = _says("equivalent", a + 1, b, paired=True, margin=1.0)
        truth = f"paired, n=10, correlation {rho:g}, difference = the margin given"
        table.append(share("says equivalent", truth, "≤ .05", hits, (0.0, 0.05)))
    hits = np.array(
        [
            against_published(rng.normal(size=5), 1.0, margin=1.0).verdict.verdict == "equivalent"
            for _ in range(STUDIES)
        ]
    )
    truth = "n=5, one published run, a margin from the true mean"
    table.append(share("published number, says equivalent", truth, "≤ .05", hits, (0.0, 0.05)))
    return table


def _look_rows(rng: np.random.Generator) -> list[Row]:
    wrong = []
    for values in rng.normal(size=(STUDIES, 20)):
        said = compare_paired(values[:5], np.zeros(5)).verdict.verdict == "different"
        spent: tuple[int, ...] = (5,)
        for n in (10, 15, 20):
            state = look_state(values[:n], LookPlan(spent=spent))
            said = said or (state is not None and state.is_different)
            spent = (*spent, n)
        wrong.append(said)
    truth = "no difference, a person looks at 5, 10, 15 and 20 pairs"
    return [share("some look says different", truth, "≤ .06", np.array(wrong), (0.0, 0.06))]


def _shared_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    cases: list[tuple[int, float, str, Callable[[int], Floats], tuple[float, float] | None]] = [
        (4, 0.0, "equal sds", np.ones, (0.0, 0.055)),
        (8, 0.0, "equal sds", np.ones, (0.0, 0.055)),
        (4, 0.0, "prior 4 df", lambda k: np.sqrt(4 / rng.chisquare(4, k)), (0.0, 0.06)),
        (4, 0.0, "warned of: one arm 3 times", lambda k: np.array([3.0, *[1.0] * (k - 1)]), None),
        (4, 2.0, "equal sds", np.ones, None),
        (8, 2.0, "equal sds", np.ones, None),
    ]
    for arms, shift, truth, sds, bounds in cases:
        hits = []
        for _ in range(STUDIES):
            runs = sds(arms)[:, None] * rng.normal(size=(arms, 3))
            runs[0] += shift
            given = {str(place): one for place, one in enumerate(runs)}
            pair = compare_many(given, paired=False, control="1", share_variance=True).pairs[0]
            hits.append(pair.comparison.p is not None and pair.comparison.p < 0.05)
        what = f"{arms} arms, n=3, {truth}, {shift:g} sd apart"
        nominal = "power" if shift else "≤ .05"
        table.append(share("moderated t, p < .05", what, nominal, np.array(hits), bounds))
    return table


def rows(rng: np.random.Generator) -> list[Row]:
    """Measure error rates where a comparison's assumptions fail."""
    table = _null_rows(rng) + _size_rows(rng) + _spread_rows(rng)
    return table + _look_rows(rng) + _shared_rows(rng)
