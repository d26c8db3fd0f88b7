"""Completion by the shells' own protocol, in a process of its own that loads nothing heavy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.cli.verbs import VERBS
from seedbed.runs.execution.catalog import NAMES

HEAVY = {"keras", "matplotlib", "mlflow", "optuna", "pandas", "scipy", "sklearn", "tensorflow"}
RUN = """
import json, sys
from seedbed.cli.main import run
try:
    run([])
finally:
    sys.stderr.write(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


def complete(words: str, **environment: str) -> tuple[list[str], set[str]]:
    """What bash is offered for the last of ``words``, and the modules that were loaded."""
    parts = words.split(" ")
    asked = {
        "COMP_WORDS": "\n".join(parts),
        "COMP_CWORD": str(len(parts) - 1),
        "_SEEDBED_COMPLETE": "bash_complete",
        **environment,
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN], env={**os.environ, **asked}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    offered = [line.partition(",")[2] for line in done.stdout.splitlines()]
    return offered, set(json.loads(done.stderr.splitlines()[-1]))


def test_verbs_without_importing_any() -> None:
    offered, loaded = complete("seedbed s")
    assert offered == [name for name in VERBS if name.startswith("s")]
    assert not loaded & {*HEAVY, "numpy", "pydantic", "rich"}


@pytest.mark.parametrize("verb", ["run", "describe", "verify"])
def test_experiments_and_files(verb: str) -> None:
    offered, loaded = complete(f"seedbed {verb} mnist")
    assert [name for name in offered if name != "mnist"] == [
        name for name in NAMES if name.startswith("mnist")
    ]
    assert not loaded & HEAVY


def test_options_of_an_experiment_and_of_a_users_file_that_is_not_run(tmp_path: Path) -> None:
    offered, loaded = complete("seedbed run mnist_cnn --ba")
    assert offered == ["--batch-size"]
    assert not loaded & {"keras", "tensorflow", "mlflow"}
    (tmp_path / "my_cnn.py").write_text("raise SystemExit('it was run')\n")
    offered, loaded = complete(f"seedbed run {tmp_path}/my_cnn.py --ba")
    assert offered == ["--batch-size"]
    assert not loaded & HEAVY


@pytest.mark.parametrize("verb", ["status", "stop", "cancel", "resume", "retry", "register"])
def test_sweeps_that_the_store_has(verb: str, tmp_path: Path) -> None:
    (tmp_path / "ledgers").mkdir()
    for name in ("first", "fine", "other"):
        (tmp_path / "ledgers" / f"{name}.journal").touch()
    offered, loaded = complete(f"seedbed {verb} fi", SEEDBED_STORE=str(tmp_path))
    assert [name for name in offered if name != "fi"] == ["fine", "first"]
    assert not loaded & HEAVY


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_asks_the_command(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_SEEDBED_COMPLETE={shell}_complete" in result.stdout


def test_bash_reads_the_script() -> None:
    script = CliRunner().invoke(main, ["completion", "bash"]).stdout
    done = subprocess.run(
        ["bash", "-c", f"{script}\ncomplete -p seedbed"], capture_output=True, text=True, check=True
    )
    assert "_seedbed_completion seedbed" in done.stdout
