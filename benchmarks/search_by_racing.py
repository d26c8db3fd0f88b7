"""A search by racing against k seeds for each configuration: runs, and regret of the winner.

    python -m benchmarks.search_by_racing --write docs/search-by-racing.md

Five simulated landscapes of 24 configurations (true values with sd 1) and a real one: 24 learning
rates of a small network of scikit-learn on its 8×8 digits, 16 seeds each, whose races draw from
these runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from benchmarks.simulations.row import Floats, Ints
from seedbed.analysis.statistics.racing import may_be_best

CONFIGURATIONS = 24
SEEDS = 5
BEST = 4
FRESH = 3
REAL_SEEDS = 16
HEAD = """# Search by racing

The table compares two searches over {configurations} configurations by their mean number of runs
and their mean regret (the true value of the best configuration minus that of the chosen one, in
the unit of the landscape). *Today* runs {seeds} seeds of each configuration, then the best {best}
on {fresh} fresh seeds. *Race* runs `race: {{}}` with `seeds: {seeds}`, then the same fresh seeds.
There are {n} searches of each simulated landscape and {real_n} of the real one; ± is the Monte
Carlo error (`python -m benchmarks.search_by_racing --write docs/search-by-racing.md`).

"""
FOOT = """
*Kept* is the share of races in which the truly best configuration reaches the end. If it is
dropped, the winner is close to it, as the regret shows.
"""
Draw = Callable[[int], Floats]


@dataclass(frozen=True)
class Landscape:
    """True values, and how runs of all configurations are drawn.

    Attributes:
        true: ``[configuration]``.
        draw: Number of seeds → ``[configuration, seed]`` scores, common seeds.
    """

    true: Floats
    draw: Draw


def simulated(name: str, rng: np.random.Generator) -> Landscape:
    """One landscape of a kind."""
    true = rng.normal(size=CONFIGURATIONS)
    sd = np.full(CONFIGURATIONS, {"quiet": 0.3, "loud": 2.0}.get(name, 1.0))
    if name == "a quarter fails to learn":
        true[: CONFIGURATIONS // 4], sd[: CONFIGURATIONS // 4] = -8.0, 0.1
    if name == "one peak, noisier away from it":
        true = 2 - np.abs(np.linspace(-3, 3, CONFIGURATIONS) - rng.uniform(-2, 2))
        sd = 0.4 + 0.4 * (2 - true)

    def draw(seeds: int) -> Floats:
        common = rng.normal(size=seeds)
        return true[:, None] + common + sd[:, None] * rng.normal(size=(CONFIGURATIONS, seeds))

    return Landscape(true, draw)


KINDS = ("noise = true spread", "quiet", "loud", "a quarter fails to learn",
         "one peak, noisier away from it")  # fmt: skip


def digits_table() -> Floats:
    """``[configuration, seed]`` accuracies in points of networks trained on the digits."""
    import warnings

    from sklearn.datasets import load_digits
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    images, labels = load_digits(return_X_y=True)
    images = images / 16
    found = np.empty((CONFIGURATIONS, REAL_SEEDS))
    for row, rate in enumerate(np.logspace(-4, -0.5, CONFIGURATIONS)):
        for seed in range(REAL_SEEDS):
            network = MLPClassifier(
                (16,), learning_rate_init=float(rate), max_iter=8, random_state=seed
            )
            network.fit(images[:600], labels[:600])
            found[row, seed] = 100 * network.score(images[600:], labels[600:])
    return found


def real(table: Floats, rng: np.random.Generator) -> Landscape:
    """The digits' landscape: seeds are drawn without replacement from those that were trained."""
    order = iter(rng.permutation(table.shape[1]))

    def draw(seeds: int) -> Floats:
        return table[:, [next(order) for _ in range(seeds)]]

    return Landscape(table.mean(axis=1), draw)


def _retested(here: Landscape, ranked: Ints) -> tuple[float, int]:
    """Regret of the best on fresh seeds, and the runs that these took."""
    top = ranked[:BEST]
    winner = top[int(here.draw(FRESH)[top].mean(axis=1).argmax())]
    return float(here.true.max() - here.true[winner]), top.size * FRESH


def today(here: Landscape) -> tuple[float, int]:
    """Regret and runs of every seed for every configuration."""
    means = here.draw(SEEDS).mean(axis=1)
    regret, again = _retested(here, np.argsort(-means))
    return regret, CONFIGURATIONS * SEEDS + again


def race(here: Landscape) -> tuple[float, int, bool]:
    """Regret and runs of a race, and whether the truly best one is in it to the end."""
    scores, alive, runs, used = here.draw(SEEDS), np.arange(CONFIGURATIONS), 0, 0
    while used < SEEDS and (used < 2 or alive.size > 1):
        runs, used = runs + alive.size, used + 1
        if used > 1:
            alive = alive[may_be_best(scores[alive, :used])]
    ranked = alive[np.argsort(-scores[alive, :used].mean(axis=1))]
    regret, again = _retested(here, ranked)
    return regret, runs + again, int(here.true.argmax()) in alive


def line(name: str, make: Callable[[], Landscape], studies: int) -> str:
    """One landscape as a row of the table."""
    both = [(today(make()), race(make())) for _ in range(studies)]
    now, raced = np.array([one for one, _ in both]), np.array([one for _, one in both], float)
    error = np.hypot(now[:, 0].std(), raced[:, 0].std()) / studies**0.5
    runs = now[:, 1].mean(), raced[:, 1].mean()
    return (
        f"| {name} | {runs[0]:.0f} | {runs[1]:.0f} | {runs[1] / runs[0]:.2f} "
        f"| {now[:, 0].mean():.3f} | {raced[:, 0].mean():.3f} | {error:.3f} "
        f"| {raced[:, 2].mean():.2f} |"
    )


@click.command()
@click.option("--write", type=click.Path(path_type=Path), help="Markdown file to write.")
@click.option("--studies", type=int, default=2000, show_default=True, help="Searches of each.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the simulation.")
def main(write: Path | None, studies: int, seed: int) -> None:
    """Print the runs and the regret of both searches on every landscape."""
    rng = np.random.default_rng(seed)
    lines = [
        "| landscape | runs today | runs of a race | ratio | regret today | regret of a race | ± "
        "| kept |",
        "|---" * 8 + "|",
    ]
    lines += [line(kind, lambda kind=kind: simulated(kind, rng), studies) for kind in KINDS]  # type: ignore[misc]
    table = digits_table()
    lines.append(line("real: digits, learning rate, points", lambda: real(table, rng), studies))
    found = "\n".join(lines) + "\n"
    print(found)
    if write is not None:
        said = HEAD.format(configurations=CONFIGURATIONS, seeds=SEEDS, best=BEST, fresh=FRESH,
                           n=f"{studies:,}", real_n=f"{studies:,}")  # fmt: skip
        write.write_text(said + found + FOOT, encoding="utf-8")


if __name__ == "__main__":
    main()
