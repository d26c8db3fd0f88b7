"""A sweep file that comes with Seedbed is found by its name alone."""

from pathlib import Path

import pytest

from seedbed.sweeps.spec.shipped_sweeps import SWEEPS, locate
from seedbed.sweeps.spec.yaml_file import YamlFile
from seedbed.system.errors import InputError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_name_alone_is_the_file_that_comes_with_seedbed() -> None:
    assert YamlFile.read(Path("first")).path == SWEEPS / "first.yaml"


def test_a_user_s_file_of_the_name_and_every_path_are_the_user_s(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("experiment: mnist_cnn\n")
    assert locate(Path("first")) == Path("first")
    assert locate(Path("first.yaml")) == Path("first.yaml")
    assert locate(Path("sweeps/first")) == Path("sweeps/first")


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        (
            "frist",
            "give its path (did you mean 'first'?), the name of a sweep that comes with Seedbed (",
        ),
        ("sweeps/first.yaml", "to take the one that comes with Seedbed, give first alone."),
    ],
)
def test_a_file_that_is_not_there_is_answered_with_what_is(given: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        YamlFile.read(Path(given))
    assert hint in str(caught.value)
