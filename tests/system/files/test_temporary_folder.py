"""Where temporary files and sockets go."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from seedbed.system.files.temporary_folder import own_temporary_folder

SERVER = """
import multiprocessing
import tempfile
from multiprocessing import forkserver, util
from seedbed.system.files.temporary_folder import keep_sockets_short
keep_sockets_short()
print(util.get_temp_dir(), flush=True)
forkserver.ensure_running()
"""


def test_temporary_files_of_a_run_go_with_it(tmp_path: Path) -> None:
    before, folder = tempfile.gettempdir(), tmp_path / "tmp"
    with own_temporary_folder(folder):
        with tempfile.NamedTemporaryFile(delete=False) as file:
            assert Path(file.name).parent == folder
        child = subprocess.run(["mktemp"], capture_output=True, text=True, check=True)
        assert child.stdout.startswith(str(folder))
    assert not folder.exists()
    assert tempfile.gettempdir() == before


def test_a_temporary_folder_with_a_long_name_holds_no_sockets(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 150)
    long.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SERVER],
        env={**os.environ, "TMPDIR": str(long)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) < 60
    assert not Path(done.stdout.strip()).exists()
    assert list(long.iterdir()) == []
