"""A lock on a folder that leaves no file."""

from pathlib import Path

import pytest

from seedbed.system.errors import LockedError
from seedbed.system.files.file_lock import folder_locked


def test_a_folder_is_locked_by_one_at_a_time_and_gets_no_file(tmp_path: Path) -> None:
    another = pytest.raises(LockedError, match="another process")
    with folder_locked(tmp_path), another, folder_locked(tmp_path, wait_s=0.05):
        pass
    with folder_locked(tmp_path, wait_s=0):
        assert not list(tmp_path.iterdir())


def test_a_folder_that_may_only_be_read_can_be_locked(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with folder_locked(tmp_path, wait_s=0):
            pass
    finally:
        tmp_path.chmod(0o700)
