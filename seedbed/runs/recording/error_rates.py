"""Scores of a verification (genuine or impostor?): FAR, FRR, equal error rates, HTER, pictures.

A trial is accepted when its score is at least the threshold. FAR is the share of impostors
accepted, FRR the share of genuine trials rejected. The analysis has the same definitions with
intervals; a test holds the two together.
"""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.wording import percent
from seedbed.runs.recording.charts import BLUE, GREY, ORANGE, Axis, Chart, Panel

Floats = npt.NDArray[np.float64]
CHOSEN = "threshold (devel)"
DET_TICKS = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8])


def operating_points(
    scores: npt.ArrayLike, genuine: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """FAR (rising), FRR (falling) and threshold (falling) of every operating point.

    Args:
        scores: ``[trial]``, higher is more likely genuine.
        genuine: ``[trial]`` bool.
    """
    from sklearn.metrics import roc_curve

    far, accepted, thresholds = roc_curve(
        np.asarray(genuine), np.asarray(scores, np.float64), drop_intermediate=False
    )
    return far, 1 - accepted, thresholds


def choose_threshold(scores: npt.ArrayLike, genuine: npt.ArrayLike) -> float:
    """τ = argmin |FAR − FRR|; of equally good ones, that with the lower FAR + FRR."""
    far, frr, thresholds = operating_points(scores, genuine)
    chosen = float(thresholds[np.lexsort((far + frr, np.abs(far - frr)))[0]])
    return chosen if np.isfinite(chosen) else float(np.nextafter(thresholds[1:].max(), np.inf))


def rates(scores: Floats, genuine: npt.NDArray[np.bool_], threshold: float) -> tuple[float, float]:
    """FAR and FRR at a threshold."""
    accepted = scores >= threshold
    return float(accepted[~genuine].mean()), float((~accepted[genuine]).mean())


def eer(scores: npt.ArrayLike, genuine: npt.ArrayLike) -> float:
    """Equal error rate, linear between neighbouring operating points (Martin et al. 1997)."""
    far, frr, _ = operating_points(scores, genuine)
    return _crossing(far, frr)


def eer_hull(scores: npt.ArrayLike, genuine: npt.ArrayLike) -> float:
    """Equal error rate on the convex hull of the ROC (Provost and Fawcett 2001)."""
    far, frr, _ = operating_points(scores, genuine)
    hull: list[tuple[float, float]] = []
    for x, y in zip(far.tolist(), frr.tolist(), strict=True):
        while len(hull) > 1:
            (x1, y1), (x2, y2) = hull[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                break
            hull.pop()
        hull.append((x, y))
    return _crossing(*np.array(hull).T)


def _crossing(far: Floats, frr: Floats) -> float:
    gap = far - frr
    after = int(np.argmax(gap >= 0))
    if after == 0 or gap[after] == 0:
        return float(far[after])
    share = gap[after - 1] / (gap[after - 1] - gap[after])
    return float(far[after - 1] + share * (far[after] - far[after - 1]))


def verification_scores(
    devel: Floats,
    devel_genuine: npt.NDArray[np.bool_],
    test: Floats,
    test_genuine: npt.NDArray[np.bool_],
) -> dict[str, float]:
    """Threshold from the development set, and what it gives on the test set.

    Args:
        devel: ``[trial]`` scores of the development set.
        devel_genuine: ``[trial]``.
        test: ``[trial]`` scores of the test set.
        test_genuine: ``[trial]``.

    Source: Bengio and Mariéthoz (2004).
    """
    threshold = choose_threshold(devel, devel_genuine)
    far, frr = rates(test, test_genuine, threshold)
    return {
        "threshold": threshold,
        "devel_eer": eer(devel, devel_genuine),
        "eer": eer(test, test_genuine),
        "eer_hull": eer_hull(test, test_genuine),
        "far": far,
        "frr": frr,
        "hter": (far + frr) / 2,
        "accuracy_at_threshold": float(((test >= threshold) == test_genuine).mean()),
    }


def write_trials(
    path: Path,
    scores: Floats,
    genuine: npt.NDArray[np.bool_],
    subjects: npt.NDArray[np.str_] | None = None,
) -> None:
    """A CSV file as ``seedbed verification --dev FILE --test FILE`` reads it.

    Args:
        path: The file.
        scores: ``[trial]``.
        genuine: ``[trial]``.
        subjects: ``[trial]``, who each shows; None where nobody knows.
    """
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["score", "label"] if subjects is None else ["score", "label", "subject"])
        columns = [scores.tolist(), genuine.astype(int).tolist()]
        if subjects is not None:
            columns.append(subjects.tolist())
        table.writerows(zip(*columns, strict=True))


def write_pictures(
    scores: Floats, genuine: npt.NDArray[np.bool_], threshold: float, title: str, folder: Path
) -> None:
    """``far_frr.png``, ``roc.png`` and ``det.png`` of the test set."""
    from scipy import stats

    far, frr, thresholds = operating_points(scores, genuine)
    here = rates(scores, genuine, threshold)

    unit = Axis("", -0.02, 1.02, [(tick, f"{tick:.1f}") for tick in np.linspace(0, 1, 6)])
    chosen = ("dot", ORANGE, CHOSEN)

    chart, panel = _square(title, replace(unit, label="threshold"), replace(unit, label="rate"))
    rising = np.concatenate([[0], thresholds[:0:-1], [1]])  # each rate holds up to its threshold
    panel.upright(threshold)
    for rate, colour in ((far, BLUE), (frr, ORANGE)):
        panel.steps(rising, np.append(rate[::-1], rate[0]), colour)
    rows = [("line", BLUE, "FAR"), ("line", ORANGE, "FRR"), ("dotted", GREY, CHOSEN)]
    panel.legend(rows)
    chart.write(str(folder / "far_frr.png"))

    chart, panel = _square(title, replace(unit, label="FAR"), replace(unit, label="1 − FRR"))
    panel.steps(far, 1 - frr, BLUE)
    panel.point(here[0], 1 - here[1], ORANGE)
    panel.legend([chosen])
    chart.write(str(folder / "roc.png"))

    edge = 0.5 / len(scores)  # rates of 0 and 1 lie at infinity on normal deviates
    ends = float(_deviate(0.0, edge)), float(_deviate(1.0, edge))
    ticks = [
        (float(t), percent(s, 0)) for t, s in zip(stats.norm.ppf(DET_TICKS), DET_TICKS, strict=True)
    ]
    deviates = Axis("FAR", ends[0] - 0.1, ends[1] + 0.1, [t for t in ticks if t[0] > ends[0]])
    chart, panel = _square(title, deviates, replace(deviates, label="FRR"))
    panel.line(_deviate(far, edge), _deviate(frr, edge), BLUE)
    panel.point(float(_deviate(here[0], edge)), float(_deviate(here[1], edge)), ORANGE)
    panel.legend([chosen])
    chart.write(str(folder / "det.png"))


def _square(title: str, x: Axis, y: Axis) -> tuple[Chart, Panel]:
    chart = Chart(460, 460, title)
    return chart, Panel(chart, (68, 54, 440, 405), x, y)


def _deviate(rate: npt.ArrayLike, edge: float) -> Floats:
    """Normal deviates of rates, as a DET curve has them (Martin et al. 1997)."""
    from scipy import stats

    return np.asarray(stats.norm.ppf(np.clip(rate, edge, 1 - edge)), dtype=np.float64)
