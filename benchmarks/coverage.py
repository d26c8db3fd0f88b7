"""Coverage and error rates, measured on known truths.

    python -m benchmarks.coverage --write docs/coverage.md

Exits with 1 when a measured figure leaves its bounds by more than three Monte Carlo errors.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks.simulations import (
    choices,
    comparisons,
    decomposition,
    edges,
    failed_runs,
    intervals,
    nights,
    prior_sd,
    sequential,
    small_test_sets,
)
from benchmarks.simulations.row import Row

FAMILIES: dict[str, Callable[[np.random.Generator], list[Row]]] = {
    "Intervals from a few runs": intervals.rows,
    "A against B": comparisons.rows,
    "Stopping early": sequential.rows,
    "Genuine change, sources and other estimates": decomposition.rows,
    "Nights and searches": nights.rows,
    "Rare errors": decomposition.rare_error_rows,
    "Failed runs": failed_runs.rows,
    "Edges of a comparison": edges.rows,
    "Rounded scores, small test sets and two modes": small_test_sets.rows,
    "Power with one collapsed run": small_test_sets.collapse_rows,
    "The sd of earlier sweeps": prior_sd.rows,
    "Intervals after a choice": choices.rows,
}
STREAMS = {name: place for place, name in enumerate(FAMILIES, start=1)}
STREAMS |= {"Failed runs": 9, "Edges of a comparison": 10, "The sd of earlier sweeps": 11}
STREAMS |= {"Intervals after a choice": 12, "Rounded scores, small test sets and two modes": 13}
STREAMS["Power with one collapsed run"] = 14
"""The second part of each family's seed."""
HEAD = """# Coverage and error rates, measured

Every figure below comes from a simulation with a known truth. `python -m benchmarks.coverage
--write docs/coverage.md` repeats them (seed {seed}) and fails if a figure misses its bounds by more
than three Monte Carlo errors. *n* is the number of simulated studies, ± the Monte Carlo standard
error.

- Rows that begin with "not offered" show what a common shortcut would have given. Seedbed does
  not offer it.
- Rows without bounds are for information. Skewed scores and collapsed runs break the usual
  intervals. This is why reports draw every run as a dot and name outliers.
"""


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| what | truth | nominal | measured | ± | n | bounds |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        bounds = "" if row.low is None else f"{row.low:.3g} to {row.high:.3g}"
        if not row.passes:
            bounds += " **missed**"
        lines.append(
            f"| {row.what} | {row.truth} | {row.nominal} | {row.measured:.3f} | {row.error:.3f} "
            f"| {row.n} | {bounds} |"
        )
    return "\n".join(lines)


@click.command()
@click.option("--write", type=click.Path(path_type=Path), help="Markdown file to write.")
@click.option("--only", type=click.Choice(list(FAMILIES)), help="One part of the page alone.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all simulations.")
def main(write: Path | None, only: str | None, seed: int) -> None:
    """Simulate known truths and print nominal against measured."""
    parts = [HEAD.format(seed=seed)]
    missed = 0
    for name, family in FAMILIES.items():
        if only not in (None, name):
            continue
        start = time.perf_counter()
        rows = family(np.random.default_rng([seed, STREAMS[name]]))
        missed += sum(not row.passes for row in rows)
        parts.append(f"## {name}\n\n{table(rows)}\n")
        print(parts[-1], flush=True)
        print(f"({time.perf_counter() - start:.0f} s)", file=sys.stderr)
    if write is not None:
        write.parent.mkdir(parents=True, exist_ok=True)
        write.write_text("\n".join(parts), encoding="utf-8")
    if missed:
        print(f"{missed} figures left their bounds", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
