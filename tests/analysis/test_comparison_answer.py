"""The headline, the numbers and the verdict of one comparison say the same."""

import numpy as np

from seedbed.analysis.answers.comparison.comparison_answer import Terms, compare_scores


def test_pairs_with_equal_weights_are_said_to_be_equal() -> None:
    scores = np.array([0.9, 0.91, 0.92])
    found = compare_scores(scores, scores, Terms(paired=True), same_bits=True)
    assert found.verdicts == ("equivalent",)
    assert found.sentences[0] == "Every pair is equal bit for bit: check that A and B do differ."
