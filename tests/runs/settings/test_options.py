"""Options: one dataclass, the same names everywhere, and one sentence for a wrong value."""

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given, strategies as st

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import RunOptions, as_params, cell_id, parse, specs
from seedbed.runs.settings.seeds import derive
from seedbed.system.errors import InputError

Options = find("mnist_cnn").options


def test_every_option_is_explained() -> None:
    for spec in specs(Options):
        assert spec.meaning, spec.name
        assert spec.kind, spec.name


def test_specs_follow_the_dataclass() -> None:
    assert [spec.name for spec in specs(Options)] == [field.name for field in fields(Options)]
    assert specs(Options)[0].flag == "--seed"


@given(
    seed=st.integers(0, 2**32 - 1),
    rate=st.floats(1e-12, 1e3),
    size=st.one_of(st.just("all"), st.integers(1, 10**6)),
    flag=st.booleans(),
)
def test_options_survive_their_text(seed: int, rate: float, size: int | str, flag: bool) -> None:
    given_options = {"seed": seed, "learning_rate": rate, "train_size": size, "onednn": flag}
    options = parse(Options, given_options)
    assert parse(Options, as_params(options)) == options


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("batch_size", "0", "batch_size must be greater than or equal to 1, got '0'"),
        ("batch_size", "abc", "batch_size must be a valid integer, got 'abc'"),
        ("batch_size", 2.5, "batch_size must be a valid integer"),
        ("learning_rate", "nan", "learning_rate must be a finite number, got 'nan'"),
        ("learning_rate", math.inf, "learning_rate must be a finite number"),
        ("learning_rate", "-1", "learning_rate must be greater than 0, got '-1'"),
        ("epochs", -1, "epochs must be greater than or equal to 1, got -1"),
        ("seed", -1, "seed must be greater than or equal to 0, got -1"),
        ("seed", 2**32, "seed must be less than or equal to 4294967295"),
        ("init_seed", "x", "init_seed must be a valid integer or auto, got 'x'"),
        ("dataset", "cifar", "dataset must be mnist5k, digits, fashion_mnist or mnist"),
        ("onednn", "maybe", "onednn must be a valid boolean"),
    ],
)
def test_a_wrong_value_gets_rule_value_and_fix(name: str, value: object, rule: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Options, {name: value})
    assert str(caught.value).startswith(rule)
    assert f": give --{name.replace('_', '-')} a " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no option 'batchsize' \(did you mean 'batch_size'\?\)"):
        parse(Options, {"batchsize": 3})


def test_a_cell_is_its_options_and_the_seeds_as_used() -> None:
    options = Options(seed=7)
    seeds = derive(options).asdict()
    given = {f"{k}_seed": v for k, v in seeds.items()}
    same = replace(options, seed=9, **given)
    assert derive(same).asdict() == seeds
    assert cell_id("mnist_cnn", same, seeds) == cell_id("mnist_cnn", options, seeds)
    assert cell_id("other", options, seeds) != cell_id("mnist_cnn", options, seeds)
    changes: list[dict[str, object]] = [{"batch_size": 33}, {"threads": 2}, {"onednn": False}]
    cells = {cell_id("mnist_cnn", replace(options, **c), seeds) for c in changes}
    assert len(cells | {cell_id("mnist_cnn", options, seeds)}) == 4


def test_a_plain_annotation_is_an_option_too() -> None:
    from dataclasses import dataclass

    @dataclass(frozen=True, kw_only=True)
    class Mine(RunOptions):
        width: int | str = 3

    assert specs(Mine)[-1].kind == "whole number | str"
    assert parse(Mine, {"width": "4"}).width in (4, "4")


def test_an_option_without_a_default_is_a_mistake_of_the_experiment() -> None:
    from dataclasses import dataclass

    @dataclass(frozen=True, kw_only=True)
    class Bad(RunOptions):
        width: int

    with pytest.raises(TypeError, match="option width of Bad needs a default"):
        specs(Bad)
