"""Rounded scores, 100 test examples and two modes: shapes on which t is not made for scores."""

from itertools import product

import numpy as np
from scipy import stats

from benchmarks.simulations.edges import STUDIES, different
from benchmarks.simulations.row import Floats, Row, share
from seedbed.analysis.statistics.arms.comparison import TWO_GROUPS

ROUNDED = ((2, 3.0), (3, 1.0), (4, 0.7), (5, 0.5), (10, 0.35))
"""Runs, and the sd of a run beside what its seed gives to both arms, in steps of the scores."""
SEED_SD = 5.0
BOUNDS = (0.0, 0.06)
COLLAPSED = 1000
"""Studies with a collapsed run; the code itself judges each of them."""


def rows(rng: np.random.Generator) -> list[Row]:
    """Type I errors; each study's verdict is that of the code or of a rule checked against it."""
    table = []
    for n, sd in ROUNDED:
        seeds = rng.normal(70, SEED_SD, (STUDIES, n))
        a, b = (np.round(seeds + sd * rng.normal(size=seeds.shape)) for _ in range(2))
        truth = f"paired, n={n}, whole points, sd of a run beside its seed {sd:g}, no difference"
        table.append(share("says different", truth, "≤ .05", different(a, b, paired=True), BOUNDS))
    shapes = (
        (_hundred, (3, 5, 10), "N = 100, accuracy .9 with sd .01"),
        (_two_modes, (5, 10), "a fifth of runs in a mode 5 points lower"),
        (_stuck, (2, 3, 5), "half of runs stuck at .10, the others at .91"),
    )
    for draw, sizes, shape in shapes:
        for n, paired in product(sizes, (True, False)):
            a, b = (draw(rng, n) for _ in range(2))
            design = "paired" if paired else "unpaired"
            truth = f"{design}, n={n}, {shape}, no difference"
            hits = different(a, b, paired=paired)
            table.append(share("says different", truth, "≤ .05", hits, BOUNDS))
    return table + _two_groups(rng)


def _two_groups(rng: np.random.Generator) -> list[Row]:
    """Scores in two groups, .1 and .91, that vary by a step or by more within each."""
    table = []
    shapes = [(n, sd, 2) for n in (2, 3) for sd in (0.001, 0.002, 0.003, 0.01)]
    for n, sd, decimals in (*shapes, (2, 0.01, 8), (3, 0.01, 8)):
        for paired in (True, False):
            a, b = (
                np.round(_stuck(rng, n) + sd * rng.normal(size=(STUDIES, n)), decimals)
                for _ in range(2)
            )
            design = "paired" if paired else "unpaired"
            truth = (
                f"{design}, n={n}, half of runs near .10, the others near .91, sd {sd:g}, "
                f"{decimals} decimals, no difference"
            )
            warned = n == 2 and sd == 0.01
            most = TWO_GROUPS / 100 if warned else 0.05
            nominal = f"≤ {most:.2f} (warned about)" if warned else "≤ .05"
            hits = different(a, b, paired=paired)
            table.append(share("says different", truth, nominal, hits, (0.0, most + 0.01)))
    return table


def collapse_rows(rng: np.random.Generator) -> list[Row]:
    """What one collapsed run, of the better arm or of the other, leaves of the power."""
    found = []
    for n, gap in product((10, 20), (0.01, 0.02)):
        a, b = 0.9 + 0.01 * rng.normal(size=(2, COLLAPSED, n))
        a += gap
        for number, arm in enumerate((a, b)):
            arm[number::2, 0] = 0.1
        for paired in (True, False):
            design = "paired" if paired else "unpaired"
            truth = f"{design}, n={n}, {gap / 0.01:g} sd apart, one run collapsed to .1"
            hits = different(a, b, paired=paired)
            found.append(share("says different", truth, "power", hits))
            test = stats.ttest_rel(a, b, axis=1) if paired else stats.ttest_ind(a, b, axis=1)
            t = np.asarray(test.pvalue < 0.05)
            found.append(share("not offered: t, p < .05", truth, "power", t))
            if paired:
                ranks = np.asarray(stats.wilcoxon(a - b, axis=1).pvalue < 0.05)
                found.append(share("not offered: signed ranks, p < .05", truth, "power", ranks))
    return found


def _hundred(rng: np.random.Generator, n: int) -> Floats:
    accuracy = np.clip(rng.normal(0.9, 0.01, (STUDIES, n)), 0, 1)
    return np.asarray(rng.binomial(100, accuracy) / 100)


def _stuck(rng: np.random.Generator, n: int) -> Floats:
    return np.where(rng.random((STUDIES, n)) < 0.5, 0.10, 0.91)


def _two_modes(rng: np.random.Generator, n: int) -> Floats:
    lower = 0.05 * (rng.random((STUDIES, n)) < 0.2)
    return np.asarray(rng.normal(0.9, 0.005, (STUDIES, n)) - lower)
