"""A user without a home folder, as in many containers, is told what to set, or trains."""

import os
import pwd
from pathlib import Path

import pytest

from seedbed.system import paths
from seedbed.system.errors import StoreError
from seedbed.system.processes.library_folders import replace_missing_home

NAMES = ("HOME", "KERAS_HOME", "MPLCONFIGDIR", "XDG_DATA_HOME", "SEEDBED_STORE")


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Neither HOME nor an entry among the system's users; an installed copy."""

    def no_entry(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    for name in (*NAMES, "MLFLOW_TRACKING_URI"):
        monkeypatch.setenv(name, "/to-be-restored")
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", no_entry)
    monkeypatch.setattr(paths, "CLONE", None)
    return monkeypatch


@pytest.mark.usefixtures("no_home")
def test_without_a_home_the_variable_to_set_is_named() -> None:
    replace_missing_home()
    assert "HOME" not in os.environ
    for reader in (paths.store_path, paths.tracking_uri, paths.nothing_recorded_yet):
        with pytest.raises(StoreError, match=r"HOME is not set .* set XDG_DATA_HOME to a folder"):
            reader()


def test_with_a_named_store_libraries_get_folders_in_its_cache(
    no_home: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_home.setenv("XDG_DATA_HOME", str(tmp_path))
    replace_missing_home()
    cache = tmp_path / "seedbed" / "store" / "cache" / "libraries"
    assert Path.home() == cache
    assert Path(os.environ["KERAS_HOME"]).parent == cache
    assert Path(os.environ["MPLCONFIGDIR"]).parent == cache


def test_a_home_that_cannot_be_written_stays_and_shares_no_settings_of_keras(
    no_home: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_home.setenv("HOME", "/proc/nowhere")
    no_home.setenv("XDG_DATA_HOME", str(tmp_path))
    no_home.setenv("KERAS_HOME", "/mine")
    replace_missing_home()
    assert os.environ["HOME"] == "/proc/nowhere"
    assert os.environ["KERAS_HOME"] == "/mine"
    assert Path(os.environ["MPLCONFIGDIR"]).is_relative_to(tmp_path)


def test_a_writable_home_changes_nothing(no_home: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_home.setenv("HOME", str(tmp_path))
    replace_missing_home()
    assert [name for name in NAMES if name in os.environ] == ["HOME"]
