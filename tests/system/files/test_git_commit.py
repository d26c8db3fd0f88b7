"""The commit of somebody's script: their repository's, and nothing in their folder changes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from seedbed.system.files.git_commit import commit_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    command = ["git", *who, "-C", str(folder), *words]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=clean
    ).stdout.strip()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A script that is committed, with a file beside it."""
    git(tmp_path, "init", "-q")
    (tmp_path / "train.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("x = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    return tmp_path / "train.py"


def test_the_commit_and_whether_a_file_differs_from_it(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, helper = git(script.parent, "rev-parse", "HEAD"), script.parent / "helper.py"
    monkeypatch.setenv("GIT_DIR", str(script.parent / "nowhere"))  # as in a hook of another one
    assert commit_of(script, [helper]) == (head, False)
    (script.parent / "notes.txt").write_text("of no interest")
    index = (script.parent / ".git" / "index").stat().st_mtime_ns
    helper.write_text("x = 2\n")
    assert commit_of(script, [helper]) == (head, True)
    assert commit_of(script) == (head, False)
    assert (script.parent / ".git" / "index").stat().st_mtime_ns == index


def test_a_file_that_no_repository_holds_has_no_commit(
    script: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = script.parent / "other.py"
    other.write_text("")
    assert commit_of(other) == ("", False), "not added"
    alone = tmp_path_factory.mktemp("alone") / "train.py"
    alone.write_text("")
    assert commit_of(alone) == ("", False)


def test_without_git_there_is_no_commit(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(script.parent / "empty"))
    assert commit_of(script) == ("", False)
