"""The first sentence of ``why`` names a source without reserve only if nothing rivals it."""

import dataclasses

import pytest

from seedbed.analysis.answers.chosen_number import Number
from seedbed.analysis.answers.why.sentences import headline
from seedbed.analysis.answers.why.source import WhySource
from seedbed.analysis.statistics.estimate import Estimate

ACCURACY = Number("test_accuracy", "accuracy of evaluate 1 (line 9)")
Share = tuple[float, float | None, float | None]


def source(name: str, share: Share | None) -> WhySource:
    known = None if share is None else Estimate(share[0], share[1], share[2], n=20, method="test")
    return WhySource(name, known, None, None, resolved=True, lines=(), pin="")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (
            [(0.2, 0.1, 0.3)],
            "The first weights make most of the difference: alone, they leave 70 %",
        ),
        ([(0.2, 0.1, 0.65)], "No source stands out: the first weights make the most, 70 % (60 to "),
        ([(0.2, 0.1, 0.3), None], "but the share of what line 2 draws is unknown."),
        ([(0.2, None, None)], "but the share of what line 1 draws is unknown."),
        ([], "The first weights make all of the difference that this script shows."),
    ],
)
def test_a_source_is_most_only_if_every_other_share_is_known_and_below(
    others: list[Share | None], said: str
) -> None:
    varying = [source("init", (0.7, 0.6, 0.8))]
    varying += [source(f"line {n}", share) for n, share in enumerate(others, 1)]
    assert said in headline(varying, ACCURACY, "accuracy")


def test_the_largest_of_small_shares_is_no_majority() -> None:
    varying = [source("order", (0.4, 0.35, 0.45)), source("init", (0.3, 0.25, 0.34))]
    assert headline(varying, ACCURACY, "accuracy").startswith(
        "The order of the examples makes the largest part of the difference: alone, it leaves 40 %"
    )


@pytest.mark.parametrize(
    ("needed", "end"),
    [(60, "; about 60 runs would tell."), (4000, "overlap."), (None, "overlap.")],
)
def test_few_runs_are_said_to_be_too_few(needed: int | None, end: str) -> None:
    wide = dataclasses.replace(source("init", (0.99, 0.1, 1.0)), resolved=False)
    said = headline([wide, source("order", (0.2, 0.1, 0.65))], ACCURACY, "accuracy", needed)
    assert said.startswith("Too few runs to tell: so far the first weights lead with 99 % (10 to ")
    assert said.endswith(end)
    assert "No source stands out" not in said
