"""What a user says about runs of another tool; what is not said is assumed, and named."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """How runs of another tool are read.

    Attributes:
        by: Parameters or tags whose values make the arms; empty: all that vary.
        seed: Parameters or tags that number the repeats; empty: those that look like it.
        metric: Name of the metric; None: the one that looks most like a final score.
        maximize: Whether higher is better; None: as the metric's name says.
        where: Conditions such as ``optimizer=adam`` or ``epochs>=10`` that a run must meet.
        filter_string: MLflow's own filter.
        store: Tracking URI, database or folder of MLflow.
    """

    by: tuple[str, ...] = ()
    seed: tuple[str, ...] = ()
    metric: str | None = None
    maximize: bool | None = None
    where: tuple[str, ...] = ()
    filter_string: str = ""
    store: str | None = None


EVERYTHING = Selection()
