"""Flags of scripts by their names."""

import pytest

from seedbed.analysis.findings.script_flags import with_flags_named
from seedbed.analysis.wording import apart, label


def named(*lines: str) -> list[str]:
    return [label(one) for one in with_flags_named([(("arguments", line),) for line in lines])]


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (("--lr 0.001", "--lr=0.01"), ["lr=0.001", "lr=0.01"]),
        (("--lr 0.1 --epochs 5", "--lr 0.2 --epochs 5"), ["lr=0.1", "lr=0.2"]),
        (("-b 32", "-b 32 --wide"), ["wide=default", "wide=yes"]),
        (("--shift -1", "--shift 2"), ["shift=-1", "shift=2"]),
        (("0.001", "0.01"), ["argument 1=0.001", "argument 1=0.01"]),
        (("", "--lr 1"), ["lr=default", "lr=1"]),
    ],
)
def test_flags_that_differ_are_named(lines: tuple[str, ...], labels: list[str]) -> None:
    assert named(*lines) == labels


def test_a_difference_names_the_flag_once() -> None:
    a, b = with_flags_named([(("arguments", "--lr 0.001"),), (("arguments", "--lr 0.01"),)])
    assert apart(a, b) == "lr=0.001 − 0.01"


def test_what_names_alone_cannot_tell_apart_stays() -> None:
    assert named("--a 1 --a 2", "--a 2") == ["arguments=--a 1 --a 2", "arguments=--a 2"]
    assert named("--lr 'x", "--lr 1")[0].startswith("arguments=")
    other = [(("batch_size", 32),), (("batch_size", 256),)]
    assert with_flags_named(other) == other
