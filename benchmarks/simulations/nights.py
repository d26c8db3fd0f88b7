"""Night to night, and searches."""

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Bools, Floats, Ints, Row, mean, share
from seedbed.analysis.statistics.control_chart import WEIGHT, WIDTH, ewma_limit
from seedbed.analysis.statistics.drift import drift, night_charts
from seedbed.analysis.statistics.search import summarize_search, winners_optimism

STUDIES = 50_000
CHECKED = 100


def first_alarm(nights: Floats, baseline: int) -> Ints:
    """First night that alarms in each study ``[study, night]``, from 1; 0 for none."""
    studies, count = nights.shape
    alarm = np.zeros(studies, dtype=np.int64)
    z = np.zeros(studies)
    for step, night in enumerate(range(baseline, count), 1):
        before = nights[:, :night]
        t = (nights[:, night] - before.mean(axis=1)) / (
            before.std(axis=1, ddof=1) * np.sqrt(1 + 1 / night)
        )
        q = np.sign(t) * stats.norm.isf(stats.t.sf(np.abs(t), night - 1))
        z = (1 - WEIGHT) * z + WEIGHT * q
        alarm[(alarm == 0) & (np.abs(z) >= ewma_limit(step))] = night + 1
    for index in range(CHECKED):
        if (drift(nights[index], baseline=baseline).alarm or 0) != alarm[index]:
            raise AssertionError("the quick chart and the code disagree")
    return alarm


def shipped_alarm(
    means: Floats, variances: Floats, log_seconds: Floats, seeds: int, baseline: int
) -> Ints:
    """First night on which the charts of one configuration alarm, all three under Holm.

    Args:
        means: ``[study, night]`` of the fresh runs.
        variances: ``[study, night]`` of the same.
        log_seconds: ``[study, night]`` logarithm of the time of a run.
        seeds: Fresh runs of a night.
        baseline: Nights before the charts speak.

    Returns:
        ``[study]`` the first night with an alarm, from 1; 0 for none.
    """
    studies, count = means.shape
    alarm = np.zeros(studies, dtype=np.int64)
    z = np.zeros((3, studies))
    point = 2 * stats.norm.sf(WIDTH)
    for step, night in enumerate(range(baseline, count), 1):
        q = np.stack(
            [
                _q(means, night),
                _q_of_spread(variances, night, seeds - 1),
                _q(log_seconds, night),
            ]
        )
        z = (1 - WEIGHT) * z + WEIGHT * q
        p = 2 * stats.norm.sf(np.abs(z) / ewma_limit(step, WEIGHT, 1.0))
        # the smallest p of three is held to a third of the point: Holm's first step
        news = (alarm == 0) & (p.min(axis=0) <= point / 3)
        alarm[news] = night + 1
    for index in range(CHECKED):
        charts = night_charts(
            {"mean": means[index], "run time": log_seconds[index]},
            {"spread": (variances[index], np.full(count, seeds - 1.0))},
            baseline=baseline,
        )
        raised = [
            night
            for points in charts.values()
            for night, found in enumerate(points, 1)
            if found is not None and found.alarm
        ]
        if min(raised, default=0) != alarm[index]:
            raise AssertionError("the quick charts and the code disagree")
    return alarm


def _q(nights: Floats, night: int) -> Floats:
    before = nights[:, :night]
    t = (nights[:, night] - before.mean(axis=1)) / (
        before.std(axis=1, ddof=1) * np.sqrt(1 + 1 / night)
    )
    found: Floats = np.sign(t) * stats.norm.isf(stats.t.sf(np.abs(t), night - 1))
    return found


def _q_of_spread(variances: Floats, night: int, degrees: int) -> Floats:
    ratio = variances[:, night] / variances[:, :night].mean(axis=1)
    found: Floats = stats.norm.isf(stats.f.sf(ratio, degrees, degrees * night))
    return found


def shipped_rows(rng: np.random.Generator) -> list[Row]:
    """Measure the charts of a nightly sweep together, as they are shipped."""
    seeds, baseline, table = 5, 5, []
    what = "nightly charts together (mean, spread, run time)"

    def simulated(
        shift: float = 0.0, wider: float = 1.0, slower: float = 0.0, tails: float = 0.0
    ) -> Ints:
        runs = rng.normal(size=(STUDIES, 35, seeds))
        runs[:, 15:] = wider * runs[:, 15:] - shift / np.sqrt(seeds)
        times = rng.standard_t(tails, (STUDIES, 35)) if tails else rng.normal(size=(STUDIES, 35))
        times[:, 15:] += slower
        return shipped_alarm(runs.mean(axis=2), runs.var(axis=2, ddof=1), times, seeds, baseline)

    alarm = simulated()
    truth = "stable, 5 fresh seeds, 30 nights after 5"
    table.append(share(f"{what}, false alarm", truth, ".083", alarm > 0, (0.07, 0.095)))
    alarm = simulated(tails=3.0)
    truth = "the same, run times with heavy tails (t, 3 df)"
    table.append(share(f"{what}, false alarm", truth, ".083", alarm > 0))
    for truth, fields in (
        ("nightly mean falls by 2 sd after night 15", {"shift": 2.0}),
        ("nightly mean falls by 3 sd after night 15", {"shift": 3.0}),
        ("spread doubles after night 15", {"wider": 2.0}),
        ("run time rises by 3 sd after night 15", {"slower": 3.0}),
    ):
        alarm = simulated(**fields)
        fair = (alarm == 0) | (alarm > 15)
        caught = (alarm[fair] > 15) & (alarm[fair] <= 25)
        table.append(share(f"{what}, alarm within 10 nights", truth, "power", caught))
    return table


def _plug_in(nights: Floats, baseline: int) -> Bools:
    """Whether an EWMA with the baseline's mean and sd taken for the truth ever alarms."""
    first = nights[:, :baseline]
    scaled = (nights - first.mean(axis=1, keepdims=True)) / first.std(axis=1, ddof=1, keepdims=True)
    z, hit = np.zeros(len(nights)), np.zeros(len(nights), dtype=bool)
    for step, night in enumerate(range(baseline, nights.shape[1]), 1):
        z = (1 - WEIGHT) * z + WEIGHT * scaled[:, night]
        hit |= np.abs(z) >= ewma_limit(step, WEIGHT, WIDTH)
    return hit


def drift_rows(rng: np.random.Generator) -> list[Row]:
    """Measure false alarms and detection of the drift chart."""
    table = []
    for baseline in (2, 5):
        stable = rng.normal(size=(STUDIES, baseline + 30))
        truth = f"stable, 30 nights after {baseline}"
        hit = first_alarm(stable, baseline) > 0
        table.append(share("drift chart, false alarm", truth, ".083", hit, (0.075, 0.090)))
        if baseline == 5:
            plug = _plug_in(stable, 5)
            table.append(share("not offered: EWMA with a plug-in baseline", truth, ".08", plug))
    skewed = (4 - rng.gamma(4, size=(STUDIES, 35))) / 2
    hit = first_alarm(skewed, 5) > 0
    table.append(
        share("drift chart, false alarm", "stable but skewed, 30 nights after 5", ".083", hit)
    )
    for shift in (1.0, 2.0, 3.0):
        nights = rng.normal(size=(STUDIES, 35))
        nights[:, 15:] -= shift
        alarm = first_alarm(nights, 5)
        fair = (alarm == 0) | (alarm > 15)
        caught = (alarm[fair] > 15) & (alarm[fair] <= 25)
        truth = f"mean falls by {shift:g} sd after night 15"
        table.append(share("drift chart, alarm within 10 nights", truth, "power", caught))
    return table


def search_rows(rng: np.random.Generator) -> list[Row]:
    """Measure the winner's optimism, with and without fresh seeds."""
    rows = np.arange(STUDIES)
    true = rng.normal(size=(STUDIES, 48))
    seen = true + rng.normal(size=true.shape)
    best = seen.argmax(axis=1)
    truth = "48 configurations × 1 seed, noise = true spread"
    formula = winners_optimism(1, 1, 48)
    gap = seen[rows, best] - true[rows, best]
    table = [
        mean("true value of the winner", truth, "1.59", true[rows, best], (1.54, 1.60)),
        mean(
            "optimism of the winner", truth, f"{formula:.2f}", gap, (formula - 0.02, formula + 0.02)
        ),
    ]
    true = rng.normal(size=(STUDIES, 36))
    seen = true + rng.normal(size=true.shape)
    top = np.argsort(-seen, axis=1)[:, :4]
    worth = np.take_along_axis(true, top, axis=1)
    fresh = worth + rng.normal(size=worth.shape) / np.sqrt(3)
    pick = fresh.argmax(axis=1)
    truth = "36 × 1, then the best 4 × 3 fresh seeds"
    table.append(
        mean(
            "true value of the winner, fresh seeds only",
            truth,
            "1.82",
            worth[rows, pick],
            (1.78, 1.86),
        )
    )
    gap = fresh[rows, pick] - worth[rows, pick]
    table.append(mean("optimism of the winner, fresh seeds only", truth, "less", gap, (0.0, 0.44)))
    pooled = (3 * fresh + np.take_along_axis(seen, top, axis=1)) / 4
    pick = pooled.argmax(axis=1)
    gap = pooled[rows, pick] - worth[rows, pick]
    table.append(
        mean("true value, picked on all 4 seeds", truth, "1.82", worth[rows, pick], (1.8, 1.84))
    )
    table.append(mean("not offered: optimism on all 4 seeds", truth, ".44", gap, (0.42, 0.46)))
    return table


def estimate_rows(rng: np.random.Generator) -> list[Row]:
    """Measure the estimate of the winner's optimism from a search's own seeds."""
    table = []
    for kind in ("none differs", "noise = true spread", "a quarter fail to learn"):
        told, true = [], []
        for _ in range(2000):
            worth = np.zeros(24) if kind == "none differs" else rng.normal(size=24)
            noise = np.ones(24)
            if kind == "a quarter fail to learn":
                worth[:6], noise[:6] = worth[:6] - 30, 5
            seen = worth[:, None] + noise[:, None] * rng.normal(size=(24, 3))
            best = int(seen.mean(axis=1).argmax())
            true.append(float(seen[best].mean() - worth[best]))
            found = summarize_search({str(at): row for at, row in enumerate(seen)})
            told.append(found.optimism or 0.0)
        truth = f"24 configurations × 3 seeds, {kind}"
        goal = float(np.mean(true))
        table.append(
            mean(
                "estimate of the winner's optimism",
                truth,
                f"{goal:.2f}",
                told,
                (goal - 0.15, goal + 0.15),
            )
        )
    return table


def rows(rng: np.random.Generator) -> list[Row]:
    """All of this file."""
    return drift_rows(rng) + search_rows(rng) + estimate_rows(rng) + shipped_rows(rng)
