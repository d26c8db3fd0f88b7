"""Where temporary files and sockets go."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from seedbed.system.files.temporary_folder import own_temporary_folder

SERVER = """
import multiprocessing
import tempfile
from multiprocessing import forkserver, util
from seedbed.system.files.temporary_folder import process_folder
process_folder()
print(util.get_temp_dir(), flush=True)
forkserver.ensure_running()
"""
KILLED = """
import os, signal
from seedbed.system.files.temporary_folder import process_folder
print(process_folder(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
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


def said_by(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.stdout.strip()


def test_the_folder_of_a_killed_process_is_removed_by_the_next_one() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        folder = Path(short)
        left = Path(said_by(KILLED, folder))
        assert list(folder.iterdir()) == [left]
        said_by(SERVER, folder)
        assert list(folder.iterdir()) == []


def test_the_folder_of_a_living_process_stays() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        folder = Path(short)
        waits = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "input()")
        living = subprocess.Popen(
            [sys.executable, "-c", waits],
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with living:
            assert living.stdout is not None
            mine = Path(living.stdout.readline().strip())
            said_by(SERVER, folder)
            assert list(folder.iterdir()) == [mine]
            living.communicate("\n")
        assert list(folder.iterdir()) == []
