"""The words of a sweep's display: how far a run is, means with intervals, lengths of time."""

from collections.abc import Mapping

from seedbed.analysis.wording import percent
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.driver.score_tally import ScoreTally
from seedbed.tracking.schema import VAL_ACCURACY


def interval_words(scores: ScoreTally, *, brief: bool = False) -> str:
    """Mean and half width of its 95 % interval, as far as n allows.

    Args:
        scores: The scores so far.
        brief: Whether to leave out n and level, which stand elsewhere or have no room.
    """
    if not scores:
        return "no run yet"
    estimate = scores.interval()
    if estimate.low is None or estimate.high is None:
        alone = f"{estimate.value:.2f} %"
        return alone if brief else f"mean {alone} (n={len(scores)}, no interval)"
    half = (estimate.high - estimate.low) / 2
    if brief:
        return f"{estimate.value:.2f} % ± {half:.2f}"
    return f"mean {estimate.value:.2f} % ± {half:.2f} points (95 %, n={len(scores)})"


def epoch_words(epoch: int, cell: Cell) -> str:
    """How far a run is; the total is unknown for a script."""
    epochs = getattr(cell.options, "epochs", None)
    return f"epoch {epoch}/{epochs}" if epochs else f"epoch {epoch}"


def validation_words(metrics: Mapping[str, float], *, brief: bool = False) -> str:
    """The validation accuracy of an epoch; empty if it has none."""
    accuracy = metrics.get(VAL_ACCURACY)
    if accuracy is None:
        return ""
    return f"{'validation' if brief else 'validation accuracy'} {percent(accuracy)}"


def duration(seconds: float) -> str:
    """A length of time in its largest fitting unit."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
