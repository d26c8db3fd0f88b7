"""What the split of the spread says, in sentences."""

from collections.abc import Sequence

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.wording import (
    count,
    fixed,
    numbered,
    span,
    width,
)


def split_sentences(arms: Sequence[Arm]) -> tuple[str, ...]:
    """One sentence per configuration whose spread could be split."""
    named = len(arms) > 1
    return tuple(sentence for arm in arms for sentence in split_sentence(arm, named=named))


def _split_overview(arms: Sequence[Arm]) -> tuple[str, ...]:
    known = [arm.split for arm in arms if arm.split is not None and arm.split.F is not None]
    if not known:
        return ()
    shown = sum((found.genuine.low or 0.0) > 0 for found in known)
    return (
        f"In {shown} of {count(len(known), 'configuration')} the models themselves vary from run "
        "to run, beyond the sampling noise of the finite test set (95 % interval above zero, not "
        "adjusted for multiple comparisons).",
    )


def split_sentence(arm: Arm, *, named: bool = False) -> list[str]:
    """Split a spread into test-set noise and the models' own variation; empty if unknown."""
    found = arm.split
    if found is None or found.F is None or arm.examples is None:
        return []
    of = f"{arm.label}: of" if named else "Of"
    genuine = found.genuine
    start = (
        f"{of} the {fixed(100 * found.observed)}-point spread (sd), "
        f"{fixed(100 * found.finite_test_set)} is sampling noise of "
        f"{numbered(arm.examples)}-example test set"
    )
    low, high = genuine.low or 0.0, genuine.high or 0.0
    if low > 0:
        return [
            f"{start}; the models themselves vary by {width(genuine.value)} "
            f"(95 % interval {span(genuine)})."
        ]
    return [
        f"{start}; no variation of the models themselves is detectable: "
        f"at most {width(max(high, 0.0))}."
    ]
