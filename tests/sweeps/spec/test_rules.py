"""Rules that exclude configurations: what they mean, and that they are never run as code."""

import contextlib

import pytest
from hypothesis import given, settings, strategies as st

from seedbed.sweeps.spec.exclude_rules import ExcludeRule
from seedbed.system.errors import InputError

OPTIONS = {"batch_size": 256, "learning_rate": 0.0005, "dataset": "digits", "onednn": True}


@pytest.mark.parametrize(
    ("text", "applies"),
    [
        ("batch_size > 128 and learning_rate < 0.001", True),
        ("batch_size > 128 and learning_rate < 0.0001", False),
        ("batch_size <= 128 or not onednn", False),
        ("not (batch_size == 256)", False),
        ("128 < batch_size <= 256", True),
        ("128 < batch_size < 256", False),
        ("dataset in ['digits', 'mnist']", True),
        ("dataset not in ('digits', 'mnist')", False),
        ("onednn == true and dataset != 'mnist'", True),
        ("onednn", True),
        ("batch_size > -1", True),
    ],
)
def test_meaning(text: str, applies: bool) -> None:
    assert ExcludeRule.parse(text, OPTIONS).applies(OPTIONS) is applies


@pytest.mark.parametrize(
    "text",
    [
        *("__import__('os').system('true')", "batch_size.bit_length()", "[b for b in [1]]"),
        *("batch_size if onednn else 3", "lambda: 1", "batch_size + 1 > 3", "dataset[0] == 'd'"),
        *("f'{batch_size}' == '3'", "(b := 3) > 2", "dataset is 'x'", "'a'", "3", "[1, 2]"),
        *("batch_size ** 99 > 1", "batch_size > None", "batch_size > 1j", "{1: 2}"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="rule must"):
        ExcludeRule.parse(text, OPTIONS)


@pytest.mark.parametrize("text", ["", "batch_size >", "(", "batch size > 3", "(" * 500, "x" * 1001])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="rule must"):
        ExcludeRule.parse(text, OPTIONS)


def test_an_unknown_name_is_refused_with_the_near_one() -> None:
    with pytest.raises(InputError, match="did you mean 'batch_size'"):
        ExcludeRule.parse("batchsize > 3", OPTIONS)


def test_a_number_is_not_compared_with_a_text() -> None:
    with pytest.raises(InputError, match="dataset='digits'"):
        ExcludeRule.parse("dataset > 3", OPTIONS).applies(OPTIONS)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_whatever_does_anything_but_answer_or_be_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        ExcludeRule.parse(text, OPTIONS).applies(OPTIONS)


@settings(deadline=None)
@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.booleans())
def test_agrees_with_python(batch: int, bound: int, flag: bool) -> None:
    values = {"batch_size": batch, "onednn": flag}
    rule = ExcludeRule.parse(f"batch_size >= {bound} and not onednn or batch_size == 7", values)
    assert rule.applies(values) == ((batch >= bound and not flag) or batch == 7)
