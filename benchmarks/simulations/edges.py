"""Looks, small test sets, ties, heavy tails, shared variance: the edges of a comparison."""

from collections.abc import Callable

import numpy as np
from scipy import stats

from benchmarks.simulations.comparisons import verdicts
from benchmarks.simulations.row import Bools, Floats, Row, share
from benchmarks.simulations.sequential import t_by_n
from benchmarks.simulations.shared_variance import moderated
from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.comparison import FALSE_ALARMS
from seedbed.analysis.statistics.arms.resolution import resolution, rounding_variance
from seedbed.analysis.statistics.control_chart import WEIGHT, WIDTH
from seedbed.analysis.statistics.drift import drift
from seedbed.analysis.statistics.odd_runs import odd_runs
from seedbed.analysis.statistics.published import against_published
from seedbed.analysis.statistics.stopping.looks import LookPlan, look_state

STUDIES = 6000
CHECKED = 20
TWO = 2
UNEVEN = (
    (2, 3, 1.5),
    (2, 5, 3.0),
    (2, 20, 1.0),
    (3, 4, 3.0),
    (3, 10, 2.0),
    (3, 20, 1.0),
    (10, 3, 3.0),
    (4, 8, 2.0),
    (4, 20, 1.0),
    (5, 5, 4.0),
    (5, 20, 1.0),
)
"""Runs of A and of B, and A's sd in sds of B: about the worst ratio for each pair of sizes."""
SIZES = (100, 200, 1000, 10_000)


def different(a: Floats, b: Floats, *, paired: bool) -> Bools:
    """Whether each study ``[study, run]`` says different; odd ones are left to the code itself."""
    compare = compare_paired if paired else compare_unpaired
    both = np.concatenate([a, b], axis=1)
    least = np.array([rounding_variance(resolution(one)) for one in both])
    alone = np.array([bool(odd_runs(one)) for one in both])
    if a.shape[1] == b.shape[1] == TWO:
        widest = np.maximum(np.ptp(a, axis=1), np.ptp(b, axis=1))
        alone |= widest <= np.sqrt(12 * least) * (1 + 1e-6)
    if paired:
        variance = np.maximum((a - b).var(axis=1, ddof=1), 2 * least) / a.shape[1]
        df = np.full(len(a), a.shape[1] - 1.0)
        alone |= np.ptp(a - b, axis=1) < 1e-12
    else:
        parts = [np.maximum(arm.var(axis=1, ddof=1), least) / arm.shape[1] for arm in (a, b)]
        sizes = (a.shape[1] - 1, b.shape[1] - 1)
        alone |= (np.ptp(a, axis=1) < 1e-12) & (np.ptp(b, axis=1) < 1e-12)
        variance = parts[0] + parts[1]
        safe = np.where(alone, 1.0, variance)
        df = safe**2 / sum(part**2 / size + 1e-300 for part, size in zip(parts, sizes, strict=True))
    variance = np.where(alone, 1.0, variance)
    t = (a.mean(axis=1) - b.mean(axis=1)) / np.sqrt(variance)
    found = np.asarray(2 * stats.t.sf(np.abs(t), df) < 0.05)
    for index in [*np.flatnonzero(alone), *range(CHECKED)]:
        said = compare(a[index], b[index]).verdict.verdict == "different"
        if not alone[index] and said != found[index]:
            raise AssertionError("the quick rule and the code disagree")
        found[index] = said
    return found


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
                hits = different(draw(n), draw(n), paired=paired)
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
        hits = different(a, b, paired=False)
        truth = f"unpaired, n=5, N = {size:,}, accuracy .95, no difference"
        table.append(share("says different", truth, "≤ .05", hits, (0.0, 0.06)))
    for size in (100, 200, 1000):
        hits = _alarms(rng.binomial(size, 0.95, (20_000, 35)) / size, 5)
        truth = f"stable, one run a night, N = {size:,}, 30 nights after 5"
        table.append(share("drift chart, false alarm", truth, ".083", hits, (0.06, 0.093)))
    return table


def _spread_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for n, m, ratio in UNEVEN:
        a, b = ratio * rng.normal(size=(STUDIES, n)), rng.normal(size=(STUDIES, m))
        hits = different(a, b, paired=False)
        truth = f"{n} against {m} runs, sds {ratio:g} to 1, no difference"
        most = FALSE_ALARMS.get(min(n, m), 5) / 100
        nominal = "≤ .05" if most == 0.05 else f"≤ {most:.2f} (warned about)"
        table.append(share("says different", truth, nominal, hits, (0.0, most + 0.01)))
    for rho in (0.5, 0.9):
        both = rng.normal(size=(20_000, 10)) * np.sqrt(rho)
        a, b = (both + np.sqrt(1 - rho) * rng.normal(size=both.shape) for _ in range(2))
        _, hits = verdicts(a + 1, b, paired=True)
        truth = f"paired, n=10, correlation {rho:g}, true difference equal to the margin"
        table.append(share("says equivalent", truth, "≤ .05", hits, (0.0, 0.05)))
    runs = rng.normal(size=(20_000, 5))
    sd, gap = runs.std(axis=1, ddof=1), 1.0 - runs.mean(axis=1)
    half = stats.t.isf(0.05, 4) * sd / np.sqrt(5)
    consistent = np.abs(gap / sd) < stats.t.isf(0.025, 4) * np.sqrt(1.2)
    hits = np.asarray((np.abs(gap) + half < 1) & consistent)
    for index in range(CHECKED):
        said = against_published(runs[index], 1.0, margin=1.0).verdict.verdict == "equivalent"
        if said != hits[index]:
            raise AssertionError("the quick rule and the code disagree")
    truth = "n=5, one published run, published number one margin from the true mean"
    table.append(share("published number, says equivalent", truth, "≤ .05", hits, (0.0, 0.05)))
    return table


def _look_rows(rng: np.random.Generator) -> list[Row]:
    values = rng.normal(size=(20_000, 20))
    t = t_by_n(values)
    wrong = np.asarray(2 * stats.t.sf(np.abs(t[:, 4]), 4) < 0.05)
    for n in (10, 15, 20):
        square, nu, spread = t[:, n - 1] ** 2, n - 1, 1 + n
        ratio = np.log1p(square / nu) - np.log1p(square / (nu * spread))
        now = -0.5 * np.log(spread) + (nu + 1) / 2 * ratio >= np.log(20)
        for index in range(CHECKED):
            state = look_state(values[index, :n], LookPlan(spent=(5,)))
            if state is None or state.is_different != now[index]:
                raise AssertionError("the quick rule and the code disagree")
        wrong |= now
    truth = "no difference, a person looks at 5, 10, 15 and 20 pairs"
    return [share("any look says different", truth, "≤ .06", wrong, (0.0, 0.06))]


def _shared_rows(rng: np.random.Generator) -> list[Row]:
    table = []

    def equal(arms: int, studies: int) -> Floats:
        return np.ones((studies, arms))

    def wide(arms: int, studies: int) -> Floats:
        return np.tile([3.0, *[1.0] * (arms - 1)], (studies, 1))

    def prior(arms: int, studies: int) -> Floats:
        return np.asarray(np.sqrt(4 / rng.chisquare(4, (studies, arms))))

    cases: list[tuple[int, float, str, Callable[[int, int], Floats], tuple[float, float] | None]]
    cases = [
        (4, 0.0, "equal sds", equal, (0.0, 0.055)),
        (8, 0.0, "equal sds", equal, (0.0, 0.055)),
        (4, 0.0, "variances of prior 4 df", prior, (0.0, 0.06)),
        (4, 0.0, "one of the two with 3 times the sd (warned about)", wide, None),
        (4, 2.0, "equal sds", equal, None),
        (8, 2.0, "equal sds", equal, None),
    ]
    for arms, shift, truth, sds, bounds in cases:
        runs = rng.normal(size=(20_000, arms, 3)) * sds(arms, 20_000)[:, :, None]
        runs[:, 0] += shift
        hits = moderated(runs)
        what = f"{arms} arms, n=3, {truth}, {shift:g} sd apart"
        nominal = "power" if shift else "≤ .05"
        table.append(share("moderated t, p < .05", what, nominal, hits, bounds))
    return table


def rows(rng: np.random.Generator) -> list[Row]:
    """Measure error rates where a comparison's assumptions fail."""
    table = _null_rows(rng) + _size_rows(rng) + _spread_rows(rng)
    return table + _look_rows(rng) + _shared_rows(rng)
