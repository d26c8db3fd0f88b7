"""A against B when runs failed: the worst of one arm, or any."""

from itertools import product

import numpy as np

from benchmarks.simulations.row import Row, share
from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.failures import compare_tried

STUDIES = 1000


def rows(rng: np.random.Generator) -> list[Row]:
    """Equal arms, one of which loses its worst fifth, or a fifth at random."""
    table = []
    for paired, n in product((True, False), (5, 10, 20)):
        hits: dict[str, list[bool]] = {"alone": [], "worst": [], "chance": [], "power": []}
        for _ in range(STUDIES):
            shared = rng.normal(0.9, 0.01, n) if paired else 0.9
            a, b = (shared + rng.normal(0, 0.01, n) for _ in range(2))
            lost = np.argsort(a)[: n // 5]
            kept = np.setdiff1d(np.arange(n), lost)
            one = compare_paired if paired else compare_unpaired
            alone = one(a[kept], b[kept] if paired else b)
            hits["alone"].append(alone.verdict.verdict == "different")
            for name, gap, places in (
                ("worst", 0.0, lost),
                ("chance", 0.0, np.arange(n // 5)),
                ("power", 0.03, np.arange(1)),
            ):
                tried = a + gap
                tried[places] = np.nan
                found = compare_tried(tried, b, paired=paired)
                hits[name].append(found.verdict.verdict == "different")
        design = f"{'paired' if paired else 'unpaired'}, n={n}"
        worst = f"{design}, equal arms, one loses its worst fifth"
        chance = f"{design}, equal arms, one loses a fifth at random"
        power = f"{design}, 3 sd apart, one run failed"
        table += [
            share(
                "not offered: says different, finished runs alone",
                worst,
                ".05",
                np.array(hits["alone"]),
            ),
            share("says different", worst, "≤ .05", np.array(hits["worst"]), (0.0, 0.05)),
            share("says different", chance, "≤ .05", np.array(hits["chance"]), (0.0, 0.05)),
            share("says different", power, "power", np.array(hits["power"])),
        ]
    return table
