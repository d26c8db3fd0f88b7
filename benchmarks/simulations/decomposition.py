"""Genuine change against finite test set, sources, the best epoch and the rest."""

import numpy as np
import numpy.typing as npt
from scipy import stats

from benchmarks.simulations.row import Floats, Row, mean, share
from seedbed.analysis.statistics.answers.calibration import expected_calibration_error
from seedbed.analysis.statistics.answers.churn import pairwise_disagreement
from seedbed.analysis.statistics.answers.classification import macro_f1
from seedbed.analysis.statistics.answers.verification import error_rates, hter_by_subject, hter_sd
from seedbed.analysis.statistics.epochs import cross_fit
from seedbed.analysis.statistics.proportions import mover_sum, wilson
from seedbed.analysis.statistics.variance.crossed import crossed_shares
from seedbed.analysis.statistics.variance.decompose import bounded_split, split
from seedbed.analysis.statistics.variance.radial_effects import radial_effects
from seedbed.analysis.statistics.variance.sources import disagreement_shares

CROSSES = 500


def _errors(rng: np.random.Generator, runs: int, size: int, sd: float) -> Floats:
    """0/1 errors whose true rate varies between runs by ``sd``; examples differ in hardness."""
    chance = rng.uniform(0.15, 0.45, (1, size)) + sd * rng.normal(size=(runs, 1))
    return np.asarray(rng.random((runs, size)) < chance, dtype=np.float64)


def split_rows(rng: np.random.Generator) -> list[Row]:
    """Measure the F interval of the genuine variance on 0/1 errors."""
    table = []
    for runs in (3, 5, 10, 20):
        for sd in (0.0, 0.02):
            held, values, bound = [], [], []
            for _ in range(1000):
                errors = _errors(rng, runs, 400, sd)
                found = split(errors).genuine_variance
                low, high = found.low or 0.0, found.high or 0.0
                held.append(low <= sd**2 <= high)
                values.append(1e4 * found.value)
                wide = bounded_split(1 - errors.mean(axis=1), 400).genuine
                bound.append((wide.low or 0.0) <= sd <= (wide.high or 0.0))
            truth = f"{runs} runs × 400 examples, genuine sd {sd:g}"
            kept = np.array(held)
            table.append(share("genuine variance, 95 % F", truth, ".95", kept, (0.93, 0.97)))
            goal = 1e4 * sd**2
            nominal = f"{goal:g} (unbiased)"
            table.append(mean("genuine variance × 10⁴", truth, nominal, values, (goal, goal)))
            table.append(
                share("from accuracies alone", truth, "≥ .95", np.array(bound), (0.94, 1.0))
            )
    return table


def _crossed(rng: np.random.Generator, levels: int, size: int) -> Floats:
    """Return crossed runs: first source .5, second .2, interaction .3 of an example's variance."""
    return np.asarray(
        np.sqrt(0.5) * rng.normal(size=(levels, 1, size))
        + np.sqrt(0.2) * rng.normal(size=(1, levels, size))
        + np.sqrt(0.3) * rng.normal(size=(levels, levels, size))
    )


def source_rows(rng: np.random.Generator) -> list[Row]:
    """Measure source shares of crossed designs and of the radial plan."""
    return _crossed_rows(rng, 6) + _crossed_rows(rng, 10) + _radial_rows(rng)


def _crossed_rows(rng: np.random.Generator, levels: int) -> list[Row]:
    many, one, kept, narrow, resolved = [], [], [], [], []
    for _ in range(CROSSES):
        found = crossed_shares(_crossed(rng, levels, 2000))
        many.append(found.first.value)
        kept.append((found.first.low or 0) <= 0.5 <= (found.first.high or 0))
        alone = crossed_shares(_crossed(rng, levels, 1))
        one.append(alone.first.value)
        narrow.append((alone.first.low or 0) <= 0.5 <= (alone.first.high or 0))
        resolved.append(alone.resolved)
    truth = f"crossed {levels} × {levels}, shares .5/.2/.3, 2000 examples"
    table = [
        mean("share of the first source", truth, ".5", many, (0.49, 0.51)),
        _sd_row("sd of that share", truth, ".003 to .005", many, (0.0, 0.006)),
        share("95 % interval of that share", truth, ".95", np.array(kept), (0.94, 1.0)),
    ]
    truth = f"crossed {levels} × {levels}, on accuracy alone"
    return [
        *table,
        _sd_row("sd of that share", truth, ".11 to .19", one, (0.08, 0.35)),
        share("95 % interval of that share", truth, ".95", np.array(narrow)),
        share("called resolved", truth, "rare", np.array(resolved), (0.0, 0.2)),
    ]


def _sd_row(
    what: str, truth: str, nominal: str, values: list[float], bounds: tuple[float, float]
) -> Row:
    n, sd = len(values), float(np.std(values, ddof=1))
    return Row(what, truth, nominal, sd, sd / np.sqrt(2 * n), n, *bounds)


def _radial_rows(rng: np.random.Generator) -> list[Row]:
    inside, frozen, told = [], [], []
    for _ in range(60):
        runs, labels = _radial_study(rng)
        seeds = {name: [run[i] for run in runs] for i, name in enumerate(("a", "b", "c"))}
        table = disagreement_shares(seeds, pairwise_disagreement(labels, 2))
        truths = zip(table.shares, TRUE_LEFT, TRUE_REMOVED, strict=True)
        for item, true_left, true_removed in truths:
            left, removed = item.left, item.removed
            if left is None or removed is None:
                raise AssertionError("the plan has pairs that differ in, and share, one source")
            inside.append((left.low or 0.0) <= true_left <= (left.high or 0.0))
            frozen.append((removed.low or 0.0) <= true_removed <= (removed.high or 0.0))
            told.append(item.resolved)
    plan = "attribution plan, 3 sources, 28 runs, 1000 examples"
    pairs, n6 = [], 500
    for _ in range(n6):
        base, changed = rng.normal(size=6), rng.normal(size=6)
        (effect,) = radial_effects(base, {"x": changed}, rng.normal(size=10))
        pairs.append(effect.resolved)
    return [
        share("left, D_s/D_all, 95 % interval", plan, ".95", np.array(inside), (0.92, 1.0)),
        share("removed by freezing, 95 % interval", plan, ".95", np.array(frozen), (0.92, 1.0)),
        share("called resolved", plan, "high", np.array(told), (0.9, 1.0)),
        share(
            "called resolved", "6 baselines on accuracy alone", "rare", np.array(pairs), (0, 0.05)
        ),
    ]


WEIGHTS = np.array([0.6, 0.3, 0.1])


def _true_left() -> tuple[float, ...]:
    """D_s/D_all of signs of a Gaussian sum: arccos of the correlation that is left, over π/2."""
    return tuple(float(np.arccos(1 - w) / (np.pi / 2)) for w in WEIGHTS)


TRUE_LEFT = _true_left()
TRUE_REMOVED = tuple(float(1 - np.arccos(w) / (np.pi / 2)) for w in WEIGHTS)


def _radial_study(
    rng: np.random.Generator,
) -> tuple[list[tuple[int, int, int]], npt.NDArray[np.int64]]:
    """28 runs whose label is the sign of a weighted sum of one Gaussian per source and example.

    Ten in which every source varies, and six of them with each source in turn as in the next run.
    """
    runs = [(k, k, k) for k in range(10)]
    for k in range(6):
        for source in range(3):
            changed = [k, k, k]
            changed[source] = k + 1
            runs.append((changed[0], changed[1], changed[2]))
    effects: dict[tuple[int, int], Floats] = {}
    labels = []
    for run in runs:
        total = np.zeros(1000)
        for source, seed in enumerate(run):
            key = (source, seed)
            if key not in effects:
                effects[key] = np.sqrt(WEIGHTS[source]) * rng.normal(size=1000)
            total += effects[key]
        labels.append(total > 0)
    return runs, np.array(labels, dtype=np.int64)


def other_rows(rng: np.random.Generator) -> list[Row]:
    """Measure the best epoch's optimism, HTER intervals, and the ECE of a perfect model."""
    runs = [(rng.random((50, 1000)) < 0.7).astype(np.uint8) for _ in range(600)]
    found = cross_fit(runs)
    true = [100 * (run.mean(axis=1).max() - 0.7) for run in runs]
    truth = "50 equal epochs, N = 1000, 600 runs"
    optimism = found.optimism
    half = 100 * ((optimism.high or 0) - optimism.value) / 1.964
    table = [
        mean("true optimism of the best epoch, points", truth, "–", true),
        Row(
            "cross-fitted optimism, points",
            truth,
            f"{np.mean(true):.2f}",
            100 * optimism.value,
            half,
            600,
            float(np.mean(true)) - 0.3,
            float(np.mean(true)) + 0.3,
        ),
    ]
    eces = []
    for _ in range(300):
        confidence = np.clip(rng.beta(4, 1.2, 2000), 0.1, 1)
        eces.append(expected_calibration_error(confidence, rng.random(2000) < confidence))
    truth = "perfectly calibrated, N = 2000, 15 bins"
    table.append(mean("ECE", truth, ".022, not 0", eces, (0.018, 0.026)))
    return table + _hter_rows(rng)


def _f1_rows(rng: np.random.Generator) -> list[Row]:
    """Macro-F1 of one run near 1, three classes of .4, .3 and .3 of the examples."""
    table = []
    for right, size in ((0.97, 100), (0.99, 100), (0.97, 1000)):
        shares = np.full((3, 3), (1 - right) / 2)
        np.fill_diagonal(shares, right)
        shares *= np.array([0.4, 0.3, 0.3])[:, None]
        true = float(np.mean(2 * np.diag(shares) / (shares.sum(axis=0) + shares.sum(axis=1))))
        kept = []
        for _ in range(1500):
            found = macro_f1(rng.multinomial(size, shares.ravel()).reshape(3, 3))
            if found.low is None or found.high is None:
                raise AssertionError("macro-F1 of one run has an interval")
            kept.append(found.low <= true <= found.high)
        truth = f"accuracy {right}, {size} examples, 3 classes"
        table.append(share("macro-F1 of one run", truth, ".95", np.array(kept), (0.94, 0.97)))
    return table


def _hter_rare_rows(rng: np.random.Generator) -> list[Row]:
    """HTER of independent trials where errors are rare."""
    table = []
    for far, frr, impostors, genuine in (
        (0.001, 0.01, 2000, 100),
        (0.001, 0.005, 1000, 100),
        (0.0005, 0.002, 5000, 200),
    ):
        kept, wald = [], []
        for _ in range(3000):
            a, b = int(rng.binomial(impostors, far)), int(rng.binomial(genuine, frr))
            found = mover_sum([(0.5, wilson(a, impostors)), (0.5, wilson(b, genuine))], "HTER")
            kept.append((found.low or 0) <= (far + frr) / 2 <= (found.high or 0))
            sd = hter_sd(a / impostors, b / genuine, impostors, genuine)
            wald.append(abs(found.value - (far + frr) / 2) <= 1.96 * sd)
        truth = f"FAR {far}, FRR {frr}, {impostors} and {genuine} trials"
        table += [
            share("HTER, MOVER on Wilson", truth, ".95", np.array(kept), (0.92, 1.0)),
            share("not offered: HTER ± 1.96 sd", truth, ".95", np.array(wald)),
        ]
    return table


def _hter_rows(rng: np.random.Generator) -> list[Row]:
    subjects, threshold, spread = 40, 1.25, 0.7
    far = float(stats.norm.sf(threshold / np.sqrt(1 + 2 * spread**2)))
    frr = float(stats.norm.cdf((threshold - 2.5) / np.sqrt(1 + 4 * spread**2)))
    true = (far + frr) / 2
    grid = np.meshgrid(np.arange(subjects), np.arange(subjects))
    claimed, shown = (np.tile(a.ravel(), 8) for a in grid)
    genuine = claimed == shown
    formula, boot = [], []
    for _ in range(600):
        offset = rng.normal(0, spread, subjects)
        noise = rng.normal(size=claimed.size)
        scores = 2.5 * genuine + offset[claimed] + offset[shown] + noise
        a, b = error_rates(scores[~genuine], scores[genuine], threshold)
        sd = hter_sd(a, b, int((~genuine).sum()), int(genuine.sum()))
        formula.append(abs((a + b) / 2 - true) <= 1.96 * sd)
        by = hter_by_subject(scores, genuine, claimed, threshold, others=shown, resamples=400)
        boot.append((by.low or 0) <= true <= (by.high or 0))
    truth = "40 subjects, all cross pairs, 8 visits"
    return [
        share(
            "HTER, formula for independent trials", truth, ".95 (warned about)", np.array(formula)
        ),
        share("HTER, bootstrap of subjects", truth, ".95", np.array(boot), (0.92, 1.0)),
    ]


def rare_error_rows(rng: np.random.Generator) -> list[Row]:
    """Macro-F1 and HTER where errors are rare."""
    return _f1_rows(rng) + _hter_rare_rows(rng)


def rows(rng: np.random.Generator) -> list[Row]:
    """The split, the sources and the rest."""
    return split_rows(rng) + source_rows(rng) + other_rows(rng)
