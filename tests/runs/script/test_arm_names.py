"""Names of arms: by settings, by the script's own words, by layers."""

import pytest

from seedbed.runs.script.timeline.arm_names import arm_names


def of_layers(*layers: str) -> list[dict[str, object]]:
    return [{"layers": one} for one in layers]


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        (["Conv2D Dense", "RandomFlip Conv2D Dense"], ["without RandomFlip", "with RandomFlip"]),
        (["Dense Dropout Dense", "Dense Dense"], ["with Dropout", "without Dropout"]),
        (["LSTM Dense", "GRU Dense"], ["LSTM", "GRU"]),
        (["Dense", "Dense Dense"], ["1 layer", "2 layers"]),
        (["Dense", "Dropout Dense", "GaussianNoise Dense"], None),
    ],
)
def test_layers_that_only_some_have_name_them(layers: list[str], wanted: list[str] | None) -> None:
    wanted = wanted or ["without", "with Dropout", "with GaussianNoise"]
    assert arm_names(of_layers(*layers), [0.5] * len(layers), {}) == wanted


def test_settings_come_before_layers_and_before_what_is_printed() -> None:
    differs = [{"batch_size": 16, "layers": "a"}, {"batch_size": 256, "layers": "b"}]
    said = {"small": [0.5], "large": [0.6]}
    assert arm_names(differs, [0.5, 0.6], said) == ["batch_size=16", "batch_size=256"]


def test_the_names_under_which_a_script_prints_its_arms_name_them() -> None:
    differs = of_layers("Dense", "Dense Dense")
    said = {"plain": [0.5123], "deep": [51.9], "accuracy": [0.5123, 0.519], "mean": [0.6]}
    assert arm_names(differs, [0.51231, 0.519], said) == ["plain", "deep"]
    assert arm_names(differs, [0.51231, 0.7], said) == ["1 layer", "2 layers"]


def test_arms_without_a_name_of_their_own_are_counted() -> None:
    differs: list[dict[str, object]] = [{"layer 1 Dense units": 3}, {"layer 1 Dense units": 3}]
    assert arm_names(differs, [0.5, 0.6], {}) == ["training 1: units=3", "training 2: units=3"]
