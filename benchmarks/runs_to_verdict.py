"""How many pairs of runs a verdict takes, by the way in which one looks.

    python -m benchmarks.runs_to_verdict --write docs/runs-to-verdict.md

Simulated normal differences, A − B in sds of a pair; 20 pairs at most.
"""

from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from scipy import stats

from benchmarks.simulations.prior_sd import GUARD_DRIFTS, PRIOR_DF, guards, runs_with_prior
from benchmarks.simulations.prior_sd_bound import DRIFTS, Allowed, most_power
from benchmarks.simulations.row import Bools, Floats, Ints
from benchmarks.simulations.sequential import rule, t_by_n
from benchmarks.simulations.shared_variance import runs_for_power
from seedbed.analysis.statistics.stopping.anytime import E_REJECT
from seedbed.analysis.statistics.stopping.spending import DEFAULT_SPENDING, SPENT

DIFFERENCES = (0.0, 0.7, 1.0, 1.5, 2.0, 3.0)
MOST = 20
FROM_THREE = (3, 5, 10, 15, 20)
HEAD = """# Runs to a verdict

Each cell shows the mean number of pairs (runs of A and B with the same seed) until the verdict
and, in brackets, the share of studies that say *different*. Columns give the true difference in
sds of a pair. Studies have at most 20 pairs and a type I error of 5 % over all looks; plans with
looks stop for futility if p > .5 from 10 pairs on. There are {n:,} studies per cell
(`python -m benchmarks.runs_to_verdict --write docs/runs-to-verdict.md`).

"""
FOOT = """
`stop: {{comparison: {{}}}}` uses `{default}` spending, which ends soonest if the difference is
one sd or more. The price: at 0.7 sd it finds a difference less often than late spending
(`spending: obrien_fleming`). A comparison that stops early overstates the difference under any
spending. The e-process needs no plan: you may look after every pair, as long as you like.
"""


def fixed(values: Floats) -> tuple[Bools, Ints]:
    """The paired t test of all pairs, once."""
    p = 2 * stats.t.sf(np.abs(t_by_n(values)[:, MOST - 1]), MOST - 1)
    return np.asarray(p < 0.05), np.full(len(values), MOST)


def e_process(values: Floats) -> tuple[Bools, Ints]:
    """The mixture t e-process, looked at after every pair."""
    t = t_by_n(values)
    at = np.full(len(values), MOST)
    over = np.zeros(len(values), dtype=bool)
    for n in range(2, MOST + 1):
        nu, spread = n - 1, 1 + n
        square = t[:, n - 1] ** 2
        ratio = np.log1p(square / nu) - np.log1p(square / (nu * spread))
        now = ~over & (-0.5 * np.log(spread) + (nu + 1) / 2 * ratio >= np.log(E_REJECT))
        at[now] = n
        over |= now
    return over, at


WAYS: dict[str, Callable[[Floats], tuple[Bools, Ints]]] = {
    "fixed 20 pairs": fixed,
    **{
        f"looks at 5, 10, 15, 20: {name}": lambda v, name=name: rule(v, name, futility=True)  # type: ignore[misc]
        for name in SPENT
    },
    "looks at 3, 5, 10, 15, 20: pocock": lambda v: rule(
        v, "pocock", looks=FROM_THREE, futility=True
    ),
    "e-process, every pair": e_process,
}


def table(studies: int, rng: np.random.Generator) -> str:
    """The ways to look in rows, the true differences in columns, as Markdown."""
    values = rng.normal(size=(studies, MOST))
    lines = [
        "| way | " + " | ".join(f"d = {d:g}" for d in DIFFERENCES) + " |",
        "|---" * (len(DIFFERENCES) + 1) + "|",
    ]
    for name, way in WAYS.items():
        cells = []
        for d in DIFFERENCES:
            different, at = way(values + d)
            cells.append(f"{at.mean():.1f} ({different.mean():.3f})")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


SHARED = """
## Three or more arms

Each cell shows the runs per arm, unpaired, at which .8 of studies find two of the arms different.
Columns give the true difference in sds of a run; all arms have the same sd ({n:,} studies per
cell). With three or more arms `compare --shared-variance` pools their variance.

"""


def shared_table(studies: int, rng: np.random.Generator) -> str:
    """Runs per arm by the number of arms, as Markdown."""
    lines = ["| arms | d = 1 | d = 1.5 | d = 2 | d = 3 |", "|---|---|---|---|---|"]
    for arms in (2, 3, 4, 8):
        cells = [str(runs_for_power(arms, d, studies, rng)) for d in (1.0, 1.5, 2.0, 3.0)]
        name = f"{arms}, Welch" if arms == 2 else f"{arms}, shared variance"
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


PRIOR = """
## The sd of earlier sweeps

The same for two arms whose sd of a run is known from earlier sweeps (`compare --unpaired
--prior-sd auto`); rows give the degrees of freedom of that sd. At a power of .8 the guard against
a wrong sd costs the runs that the sd saves; the gain is power with three or four runs
([figures](coverage.md)).

"""
GUARDS = """
Why four runs with a prior sd do not do what five do without: power at d = 2, and the type I error
where the true sd is now that of the earlier sweeps, or 1.2, 1.5 and 2 times it ({n:,} studies per
row). d₀ is the number of degrees of freedom that the prior counts. A prior of 9 df would need more
than any test has, even if its sd never drifted (last table); one of 20 df that is trusted in full
does it, and errs in {error:.3f} of cases if the sd has grown by half.

"""
BOUND = """
No test does much better than the one offered: one whose type I error stays at .06 where the sd is
up to twice that of the earlier sweeps, and at .05 where it is the same, has at most this power at
d = 2 (by duality, `benchmarks/simulations/prior_sd_bound.py`). Nor does a milder guard help: the
other rows guard at 1.5 times alone, and not at all.

"""


def prior_table(studies: int, rng: np.random.Generator) -> str:
    """Runs per arm by the degrees of freedom of the prior sd, as Markdown."""
    lines = ["| prior sd | d = 1 | d = 1.5 | d = 2 | d = 3 |", "|---|---|---|---|---|"]
    for df in PRIOR_DF:
        cells = [str(runs_with_prior(d, df, studies, rng)) for d in (1.0, 1.5, 2.0, 3.0)]
        lines.append(f"| {df} df | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def guard_table(studies: int, rng: np.random.Generator) -> tuple[str, float]:
    """Power and type I errors by guard, as Markdown; the error at 1.5 of a trusted prior."""
    heads = " | ".join(f"type I, {drift:g} ×" for drift in GUARD_DRIFTS)
    lines = [f"| prior sd | guard, n = 4 | power | {heads} |", "|---" * 7 + "|"]
    trusted = 0.0
    for df in PRIOR_DF:
        found = guards(4, df, studies, rng)
        lines += [
            f"| {df} df | {name} | {' | '.join(f'{one:.3f}' for one in numbers)} |"
            for name, numbers in found.items()
        ]
        trusted = found[f"d₀ = {df}, no guard"][1 + GUARD_DRIFTS.index(1.5)]
    five = guards(5, PRIOR_DF[0], studies, rng)["Welch's t, n = 5"]
    lines.append(f"| none | Welch's t, n = 5 | {' | '.join(f'{one:.3f}' for one in five)} |")
    return "\n".join(lines) + "\n", trusted


def bound_table() -> str:
    """The largest possible power by guard and degrees of freedom of the prior sd, as Markdown."""
    guarded: dict[str, Allowed] = {
        "≤ .06 up to 2 ×": DRIFTS,
        "≤ .06 at 1.5 ×": {1.0: 0.05, 1.5: 0.06},
        "none": {1.0: 0.05},
    }
    lines = ["| guard | prior sd | n = 3 | n = 4 | n = 5 |", "|---|---|---|---|---|"]
    for name, drifts in guarded.items():
        for df in PRIOR_DF:
            cells = [f"{most_power(n, df, drifts=drifts):.3f}" for n in (3, 4, 5)]
            lines.append(f"| {name} | {df} df | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--write", type=click.Path(path_type=Path), help="Markdown file to write.")
@click.option("--studies", type=int, default=100_000, show_default=True, help="Studies per cell.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the simulation.")
def main(write: Path | None, studies: int, seed: int) -> None:
    """Print how many pairs each way to look takes to a verdict."""
    found = table(studies, np.random.default_rng(seed))
    fewer = min(studies, 20_000)
    shared = SHARED.format(n=fewer) + shared_table(fewer, np.random.default_rng(seed))
    shared += PRIOR + prior_table(fewer, np.random.default_rng(seed))
    guarded, error = guard_table(studies, np.random.default_rng(seed))
    shared += GUARDS.format(n=studies, error=error) + guarded
    shared += BOUND + bound_table()
    print(found, shared, sep="")
    if write is not None:
        text = HEAD.format(n=studies) + found + FOOT.format(default=DEFAULT_SPENDING) + shared
        write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
