"""What a person asks about a script."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AskedOfScript:
    """The number, and what is compared.

    Attributes:
        metric: Name of the number that it is about; None for the one that stands for a run.
        arms: Names of the numbers, or of their evaluations, that are compared; empty for those
            that differ in a setting.
        published: A published number that the runs are set against; None without.
    """

    metric: str | None = None
    arms: tuple[str, ...] = ()
    published: float | None = None


DEFAULT = AskedOfScript()
