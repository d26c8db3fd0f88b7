"""Commands name files as a person would type them."""

from pathlib import Path

import pytest

from seedbed.system.text.typed_path import typed_path


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("here/train.py", "train.py"),
        ("here/a/b/train.py", "a/b/train.py"),
        ("train.py", "../train.py"),
        ("beside/train.py", "../beside/train.py"),
        ("here", "."),
    ],
)
def test_a_path_near_the_current_folder_is_relative(
    path: str, typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert typed_path(tmp_path / path) == typed


def test_a_path_further_up_begins_at_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    path = str(tmp_path / "train.py")
    assert typed_path(path) == path
    assert typed_path("../../train.py") == path
