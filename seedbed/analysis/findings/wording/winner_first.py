"""A decided comparison of two configurations as winner minus loser."""

from dataclasses import replace

from seedbed.analysis.findings.arm_findings import PairwiseComparison
from seedbed.analysis.findings.wording.settle_words import reason_in_words


def winner_first(duel: PairwiseComparison) -> PairwiseComparison:
    """The same comparison as winner minus loser, if it is decided and the second arm won."""
    single = duel.comparison
    if duel.verdict.verdict != "different" or single.difference.value >= 0:
        return duel
    turned = replace(single, difference=single.difference.negated(), n_a=single.n_b, n_b=single.n_a)
    reason = reason_in_words("different", turned, duel.p_adjusted, duel.equivalence_adjusted, 1)
    return replace(
        duel,
        a=duel.b,
        b=duel.a,
        differences=tuple(-gap for gap in duel.differences),
        comparison=turned,
        new_data=None if duel.new_data is None else duel.new_data.negated(),
        verdict=replace(duel.verdict, reason=reason),
    )
