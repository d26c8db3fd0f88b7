"""Which configurations a picture shows where there are more than it has room for."""

from collections.abc import Sequence

from seedbed.analysis.findings.arm_findings import Arm


def best_arms(arms: Sequence[Arm], most: int) -> list[Arm]:
    """The arms with the highest means, in their own order.

    Args:
        arms: Those that the picture can show.
        most: How many it has room for.
    """
    best = sorted(arms, key=lambda arm: -arm.mean)[:most]
    return [arm for arm in arms if arm in best]


def drawn_of(shown: Sequence[Arm], arms: Sequence[Arm]) -> str:
    """A sentence for the caption if arms are left out, after a space; empty if none are."""
    if len(shown) == len(arms):
        return ""
    return f" The {len(shown)} best of {len(arms)} configurations are drawn."
