"""MLproject: the same names and defaults as the options, and every parameter passed on."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import as_params, parse, specs

Options = find("mnist_cnn").options

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def main() -> dict[str, Any]:
    """The entry point."""
    content: dict[str, Any] = YAML(typ="safe").load(ROOT / "MLproject")
    entry: dict[str, Any] = content["entry_points"]["main"]
    return entry


def test_parameters_are_the_options_with_their_defaults(main: dict[str, Any]) -> None:
    declared = {k: v["default"] for k, v in main["parameters"].items()}
    assert declared.pop("experiment") == "mnist_cnn"
    assert list(declared) == [spec.name for spec in specs(Options)]
    assert parse(Options, declared) == Options()
    assert {k: str(v) for k, v in declared.items()} == as_params(Options())


def test_every_parameter_is_passed_on_under_its_own_flag(main: dict[str, Any]) -> None:
    passed = dict(re.findall(r"(--\S+) \{(\w+)\}", main["command"]))
    assert passed == {spec.flag: spec.name for spec in specs(Options)}
    assert "seedbed run {experiment} " in main["command"]


def test_types_are_mlflows_names_for_ours(main: dict[str, Any]) -> None:
    kinds = {"whole number": "int", "number": "float"}
    for spec in specs(Options):
        assert main["parameters"][spec.name]["type"] == kinds.get(spec.kind, "string")
