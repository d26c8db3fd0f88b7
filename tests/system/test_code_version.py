"""The version, and the digest by which a checkpoint and a cluster know the code."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.system.paths import IMPORT_ROOT

PRINT = "from seedbed.system.code_version import code_digest; print(code_digest())"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its experiments as they lie in a clone."""
    root = tmp_path_factory.mktemp("clone")
    without_caches = shutil.ignore_patterns("__pycache__")
    for folder in ("seedbed", "experiments"):
        shutil.copytree(IMPORT_ROOT / folder, root / folder, ignore=without_caches)
    (root / "MLproject").touch()
    return root


def digest(root: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", PRINT], cwd=root, check=True, capture_output=True, text=True
    ).stdout


def test_an_installed_copy_has_the_digest_of_the_clone_it_was_built_from(
    clone: Path, tmp_path: Path
) -> None:
    shutil.copytree(clone / "seedbed", tmp_path / "seedbed")
    shutil.copytree(clone / "experiments", tmp_path / "seedbed" / "_shipped" / "experiments")
    assert digest(tmp_path) == digest(clone)


@pytest.mark.parametrize(
    "file", ["seedbed/runs/training/train.py", "seedbed/cli/main.py", "experiments/mnist_cnn.py"]
)
def test_a_change_anywhere_in_the_code_changes_the_digest(
    clone: Path, tmp_path: Path, file: str
) -> None:
    shutil.copytree(clone, tmp_path, dirs_exist_ok=True)
    with (tmp_path / file).open("a") as code:
        code.write("# changed\n")
    assert digest(tmp_path) != digest(clone)
