"""A against B: the three-way verdict, families of configurations, and new data."""

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Bools, Floats, Row, share
from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.new_data import compare_on_new_data
from seedbed.analysis.statistics.published import against_published

STUDIES = 50_000
CHECKED = 100
MARGIN = 1.0
"""The margin that the user gives, in sds of a run."""


def _paired(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """P and equivalence p of many paired studies ``[study, pair]``."""
    n = a.shape[1]
    diff = a - b
    se = diff.std(axis=1, ddof=1) / np.sqrt(n)
    gap = diff.mean(axis=1)
    p = 2 * stats.t.sf(np.abs(gap / se), n - 1)
    return p, stats.t.sf((MARGIN - np.abs(gap)) / se, n - 1)


def _unpaired(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Likewise unpaired, arms of equal size."""
    n = a.shape[1]
    va, vb = a.var(axis=1, ddof=1) / n, b.var(axis=1, ddof=1) / n
    se = np.sqrt(va + vb)
    df = (va + vb) ** 2 * (n - 1) / (va**2 + vb**2)
    gap = a.mean(axis=1) - b.mean(axis=1)
    p = 2 * stats.t.sf(np.abs(gap / se), df)
    return p, stats.t.sf((MARGIN - np.abs(gap)) / se, df)


def verdicts(a: Floats, b: Floats, *, paired: bool) -> tuple[Bools, Bools]:
    """Whether each study is ``different`` and ``equivalent``; checked against the code itself."""
    p, q = _paired(a, b) if paired else _unpaired(a, b)
    different = np.asarray(p < 0.05)
    equivalent = np.asarray(~different & (q < 0.05))
    one = compare_paired if paired else compare_unpaired
    for index in range(CHECKED):
        said = one(a[index], b[index], margin=MARGIN).verdict.verdict
        quick = "undecided"
        if different[index]:
            quick = "different"
        elif equivalent[index]:
            quick = "equivalent"
        if said != quick:
            raise AssertionError(f"the quick rule and the code disagree: {quick} and {said}")
    return different, equivalent


def _verdict_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for paired in (True, False):
        design = "paired" if paired else "unpaired"
        for n in (3, 5, 10, 20):
            for shift in (0.0, 0.5, 1.0, 2.0):
                shared = rng.normal(size=(STUDIES, n)) * np.sqrt(0.5) * paired
                own = np.sqrt(0.5) if paired else 1.0
                a = shared + own * rng.normal(size=(STUDIES, n)) + shift
                b = shared + own * rng.normal(size=(STUDIES, n))
                different, equivalent = verdicts(a, b, paired=paired)
                truth = f"{design}, n={n}, true difference {shift:g} sd"
                if shift == 0:
                    bounds = (0.049, 0.051) if paired else (0.030, 0.052)
                    table.append(share("says different", truth, ".05", different, bounds))
                else:
                    table.append(share("says different", truth, "power", different))
                if shift in (0.0, 1.0):
                    bounds2 = (0.0, 0.05) if shift == 1.0 else None
                    nominal = "≤ .05" if shift == 1.0 else "power"
                    table.append(
                        share("says equivalent, margin 1 sd", truth, nominal, equivalent, bounds2)
                    )
    return table


def _skew_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for n in (3, 10):
        a, b = ((4 - rng.gamma(4, size=(STUDIES, n))) / 2 for _ in range(2))
        different, _ = verdicts(a, b, paired=False)
        truth = f"unpaired, skewed runs, n={n}, no difference"
        table.append(share("says different", truth, ".05", different, (0.02, 0.06)))
    return table


def _family_rows(rng: np.random.Generator) -> list[Row]:
    scores = rng.normal(size=(20_000, 20, 3))
    diff = scores[:, 1:] - scores[:, :1]
    t = diff.mean(axis=2) / (diff.std(axis=2, ddof=1) / np.sqrt(3))
    p = 2 * stats.t.sf(np.abs(t), 2)
    smallest = p.min(axis=1)
    pooled = (scores[:, 1:].var(axis=2, ddof=1) + scores[:, :1].var(axis=2, ddof=1)) / 3
    raw = 2 * stats.t.sf(np.abs(diff.mean(axis=2)) / np.sqrt(pooled), 4)
    some = np.asarray((raw < 0.05).any(axis=1))
    truth = "20 configurations, n=3 paired, none differs"
    apart = "20 configurations, n=3 unpaired, none differs"
    return [
        share("not offered: some raw p < .05 against the first", apart, ".40", some, (0.36, 0.42)),
        share("not offered: some raw p < .05", truth, "–", smallest < 0.05),
        share("some p < .05 after Holm", truth, "≤ .05", smallest * 19 < 0.05, (0.0, 0.05)),
    ]


def _new_data_rows(rng: np.random.Generator) -> list[Row]:
    table = []
    for runs, size in ((3, 100), (5, 100), (10, 300)):
        for paired in (True, False):
            kept = []
            for _ in range(1000):
                hard = rng.normal(size=(1, size))
                a, b = (
                    hard
                    + 0.5 * rng.normal(size=(1, size))
                    + 0.1 * rng.normal(size=(runs, 1))
                    + rng.normal(size=(runs, size))
                    for _ in range(2)
                )
                p = compare_on_new_data(a, b, paired=paired).p
                kept.append(p is not None and p > 0.05)
            design = "paired" if paired else "unmatched"
            truth = f"{design}, {runs} runs × {size} examples, none differs"
            table.append(share("on new data, 95 %", truth, ".95", np.array(kept), (0.94, 0.98)))
    return table


def _other_rows(rng: np.random.Generator) -> list[Row]:
    kept, naive = [], []
    for _ in range(2000):
        # Re-splits share training data: correlation n_test/(n_train + n_test) between differences
        rho = 100 / 1000
        shared = rng.normal() * np.sqrt(rho)
        values = shared + np.sqrt(1 - rho) * rng.normal(size=10)
        p = compare_paired(values, np.zeros(10), resplits=(900, 100)).p
        kept.append(p is not None and p < 0.05)
        naive.append(float(stats.ttest_1samp(values, 0).pvalue) < 0.05)
    truth = "10 re-splits 900/100, none differs"
    paper = []
    for _ in range(400):
        difference = rng.normal(scale=np.hypot(1, 1.5))
        p2 = against_published(
            [float(x) for x in rng.normal(size=3)], float(difference), test_set_sd=1.5
        ).p
        paper.append(p2 is not None and p2 < 0.05)
    return [
        share("re-splits, Nadeau–Bengio p < .05", truth, ".05", np.array(kept), (0.03, 0.06)),
        share("not offered: naive paired t", truth, ".05", np.array(naive)),
        share(
            "published number, p < .05",
            "n=3, one published run, test sets add 1.5 sd",
            "≤ .05",
            np.array(paper),
            (0.0, 0.05),
        ),
    ]


def rows(rng: np.random.Generator) -> list[Row]:
    """Measure error rates and power of comparisons."""
    table = _verdict_rows(rng) + _skew_rows(rng) + _family_rows(rng)
    return table + _new_data_rows(rng) + _other_rows(rng)
