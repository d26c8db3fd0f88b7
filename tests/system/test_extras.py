"""A package that is not installed is one sentence, with the command that installs it."""

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from seedbed.cli.verbs import NEEDS, VERBS
from seedbed.system import extras
from seedbed.system.extras import EXTRAS
from seedbed.system.paths import IMPORT_ROOT as ROOT

HIDE = """
import sys
hidden = set({hidden!r})

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
"""

MAIN = "from seedbed.cli.main import run; run({arguments!r})"


def without(extra: str) -> set[str]:
    """The modules that are missing where an extra, and what builds on it, is not installed."""
    names = list(EXTRAS)
    return {module for name in names[names.index(extra) :] for module in EXTRAS[name]}


def python(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        cwd=cwd,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "SEEDBED_STORE": str(cwd / "store"),
            "MLFLOW_TRACKING_URI": f"sqlite:///{cwd}/mlflow.db",
        },
        check=False,
        capture_output=True,
        text=True,
    )


def seedbed(*arguments: str, lacking: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = HIDE.format(hidden=sorted(without(lacking))) + MAIN.format(arguments=arguments)
    return python(code, cwd)


@pytest.mark.parametrize(
    ("lacking", "command", "named"),
    [
        ("mlflow", "run mnist_cnn", "train"),
        ("mlflow", "sweep first", "train"),
        ("mlflow", "report first", "mlflow"),
        ("mlflow", "compare first", "mlflow"),
        ("train", "run mnist_cnn", "train"),
        ("train", "resume first", "train"),
        ("cluster", f"sweep {ROOT}/sweeps/first.yaml --cluster tcp://127.0.0.1:1", "cluster"),
        ("service", "service secrets", "service"),
    ],
)
def test_a_command_names_the_extra_that_it_lacks(
    lacking: str, command: str, named: str, tmp_path: Path
) -> None:
    done = seedbed(*command.split(), lacking=lacking, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(
        f"Error: This needs the extra {named!r} of Seedbed, but the package "
    )
    assert " is not installed: install it with " in sentence


@pytest.mark.parametrize(("verb", "extra"), [("run", "train"), ("report", "mlflow")])
def test_help_of_a_verb_tells_the_extra_that_it_lacks(
    verb: str, extra: str, tmp_path: Path
) -> None:
    done = seedbed(verb, "first", "-h", lacking="mlflow", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    shown = " ".join(done.stdout.split())
    assert f"{VERBS[verb].line} This needs the extra {extra!r} of Seedbed" in shown


def test_plain_seedbed_answers_about_numbers_and_reads_scripts(tmp_path: Path) -> None:
    (tmp_path / "t.py").write_text("import numpy as np\nnp.random.seed(1)\n")
    for command in ("spread 75.57 75.85 76.39", "doctor t.py", "--help"):
        done = seedbed(*command.split(), lacking="notebook", cwd=tmp_path)
        assert done.returncode in (0, 1), done.stderr
        assert done.stderr == ""


def test_plain_seedbed_writes_an_experiment_to_start_from(tmp_path: Path) -> None:
    done = seedbed("new", "my_cnn.py", lacking="notebook", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "def build(" in (tmp_path / "my_cnn.py").read_text(encoding="utf-8")


def test_a_word_among_numbers_is_named_before_the_extra_that_a_sweep_needs(tmp_path: Path) -> None:
    done = seedbed("spread", "7O.5", lacking="mlflow", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "Error: accuracies must be numbers, got '7O.5': write them as 75.57 or 0.7557. To read the "
        "recorded sweep of that name: This needs the extra 'mlflow' of Seedbed"
    )


@pytest.mark.parametrize(
    ("call", "named"),
    [
        ("sweep('first')", "train"),
        ("report('first')", "mlflow"),
        ("spread('first')", "mlflow"),
        ("spread([75.57, 75.85, 76.39]).figure()", "notebook"),
        ("spread([75.57, 75.85, 76.39]).to_frame()", "notebook"),
    ],
)
def test_a_function_names_the_extra_that_it_lacks(call: str, named: str, tmp_path: Path) -> None:
    code = HIDE.format(hidden=sorted(without("mlflow" if named != "notebook" else "notebook")))
    code += f"import seedbed\ntry: seedbed.{call}\nexcept ImportError as error: print(error)\n"
    done = python(code, tmp_path)
    assert done.stdout.startswith(f"This needs the extra {named!r} of Seedbed"), done.stderr


@pytest.mark.parametrize("hidden", [["tensorflow"], ["PIL", "alembic", "mlflow", "tensorflow"]])
def test_an_installed_copy_names_the_command_that_installs_the_extra(
    hidden: list[str], tmp_path: Path
) -> None:
    """Of all that is missing it names the package that a user knows."""
    code = HIDE.format(hidden=hidden) + (
        "from seedbed.system import extras\n"
        "extras.CLONE = None\n"
        "try: extras.require('train')\n"
        "except ImportError as error: print(error)\n"
    )
    assert python(code, tmp_path).stdout == (
        "This needs the extra 'train' of Seedbed, but the package tensorflow is not installed: "
        'install it with pip install "seedbed[train]"\n'
    )


@pytest.mark.parametrize(
    ("record", "source"),
    [
        (
            {
                "url": "https://git.example.org/seedbed.git",
                "vcs_info": {"vcs": "git", "commit_id": "0a1b", "requested_revision": "main"},
            },
            " @ git+https://git.example.org/seedbed.git@0a1b",
        ),
        (
            {"url": "https://example.org/seedbed.whl", "archive_info": {}},
            " @ https://example.org/seedbed.whl",
        ),
        ({"url": "file:///nowhere/seedbed", "dir_info": {}}, ""),
        (None, ""),
    ],
)
def test_the_extra_comes_from_where_the_installed_copy_comes_from(
    record: dict[str, object] | None, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return None if record is None else json.dumps(record)

    monkeypatch.setattr("importlib.metadata.distribution", lambda _: Installed())
    monkeypatch.setattr(extras, "CLONE", None)
    error = ModuleNotFoundError(name="distributed")
    monkeypatch.setattr(extras, "_is_missing", lambda _: True)
    said = extras.missing_extra(error)
    assert said is not None
    assert str(said).endswith(f'pip install "seedbed[cluster]{source}"')


def test_a_module_that_no_extra_brings_keeps_its_error(tmp_path: Path) -> None:
    code = (
        "from seedbed.system.extras import naming_the_extra\n"
        "with naming_the_extra():\n    import no_such_module"
    )
    assert "ModuleNotFoundError: No module named 'no_such_module'" in python(code, tmp_path).stderr


def test_what_a_verb_needs_is_an_extra_and_each_named_verb_exists() -> None:
    assert set(NEEDS) <= set(VERBS)
    assert set(NEEDS.values()) <= set(EXTRAS)


def imported() -> Iterator[str]:
    """Top-level names of what the package and the networks import."""
    for folder in ("seedbed", "experiments"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    yield node.module.partition(".")[0]


def test_every_package_that_is_imported_is_a_dependency_or_of_an_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {Requirement(text).name for text in project["dependencies"]}
    known = {*base, *(name for modules in EXTRAS.values() for name in modules)}
    foreign = {name for name in imported() if name not in sys.stdlib_module_names}
    of_the_users = {
        "_typeshed",  # stubs that the type checker brings; never imported at run time
        "git",  # GitPython, by which MLflow fetches projects, and which it brings
        "google",  # protobuf, in which TensorFlow's functions are written, and which it brings
        "pytest",  # loads seedbed.pytest_plugin by its entry point
        "sitecustomize",  # of a project's own environment
        "typing_extensions",  # for the type checker alone
        "torch",  # its generators are varied where a script uses it
        "wandb",  # asked for the runs of a project where the user has it
    }
    assert foreign - {"seedbed"} - of_the_users - known == set()


def test_the_table_of_extras_is_that_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    distributions = packages_distributions()
    programs = {"optuna-dashboard", "uvloop"}  # started or found by others, never imported
    for extra, texts in project["optional-dependencies"].items():
        declared = {canonicalize_name(Requirement(text).name) for text in texts} - {"seedbed"}
        named = {canonicalize_name(d) for m in EXTRAS[extra] for d in distributions[m]}
        if extra == "service":
            declared.discard("mlflow")  # again, with logins
        assert declared - programs <= named, extra
