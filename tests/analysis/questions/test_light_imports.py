"""What is not imported for a question about numbers: whole libraries that take seconds."""

import subprocess
import sys

import pytest

HEAVY = {
    "tensorflow",
    "keras",
    "mlflow",
    "pandas",
    "matplotlib",
    "sklearn",
    "statsmodels",
    "optuna",
}
CALLS = [
    "seedbed.spread([75.57, 75.85, 76.39], test_size=6488)",
    "seedbed.paper([75.57, 75.85, 76.39], published=74.5)",
    "seedbed.seeds([75.57, 75.85, 76.39])",
    "seedbed.compare(a=[75.57, 75.85, 76.39], b=[74, 75, 75.5])",
]
COMMANDS = [
    "spread 75.57 75.85 76.39 --test-size 6488",
    "paper 75.57 75.85 76.39 --published 74.5",
    "seeds 75.57 75.85 76.39",
    "compare --a 75.57 75.85 76.39 --b 74 75 75.5",
]


def loaded(code: str) -> set[str]:
    """Top-level modules that a fresh process has after some code."""
    told = f"{code}\nimport sys\nprint('LOADED', *{{name.split('.')[0] for name in sys.modules}})"
    out = subprocess.run(
        [sys.executable, "-c", told], check=True, capture_output=True, text=True
    ).stdout
    return set(out.splitlines()[-1].removeprefix("LOADED ").split())


def test_importing_seedbed_imports_no_library() -> None:
    found = loaded("import seedbed")
    assert "seedbed" in found
    assert found & (HEAVY | {"scipy", "numpy", "click"}) == set()


@pytest.mark.parametrize("call", CALLS)
def test_a_function_on_numbers_imports_no_heavy_library(call: str) -> None:
    found = loaded(f"import seedbed\nassert {call}.answer")
    assert "scipy" in found
    assert found & HEAVY == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_on_numbers_imports_no_heavy_library(command: str) -> None:
    code = (
        "from seedbed.cli.main import main\n"
        f"try:\n    main({command.split()!r})\nexcept SystemExit as end:\n    assert not end.code"
    )
    found = loaded(code)
    assert "scipy" in found
    assert found & HEAVY == set()
