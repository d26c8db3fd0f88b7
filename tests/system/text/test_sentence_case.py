"""A sentence begins with a capital, a name of code as it is written."""

import pytest

from seedbed.system.text.sentence_case import sentence_case


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("the mean of folds", "The mean of folds"),
        ("é first", "É first"),
        ("fit 2 of the loop (line 11)", "Fit 2 of the loop (line 11)"),
        ("a library.", "A library."),
        ("", ""),
        ("accuracy_score 1 of scikit-learn", "accuracy_score 1 of scikit-learn"),
        ("batch_size=32 wins", "batch_size=32 wins"),
        ("train.py, line 3", "train.py, line 3"),
        ("os.listdir gives", "os.listdir gives"),
    ],
)
def test_first_letter(text: str, begun: str) -> None:
    assert sentence_case(text) == begun
