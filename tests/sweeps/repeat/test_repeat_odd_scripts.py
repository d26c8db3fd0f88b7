"""``sweeps repeat`` of scripts that do what a training script should not, from the command line."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seedbed.cli.main import main
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import RunRecord
from seedbed.tracking.store import Store


@dataclass(frozen=True)
class Odd:
    """A script, and what a run of it must come to.

    Attributes:
        text: The script.
        state: How its run ends.
        said: What must be said of it.
    """

    text: str
    state: str
    said: str


ODD = {
    "never_fits": Odd("print('accuracy: 0.5')\n", "finished", "never calls fit"),
    "asks": Odd(
        "print('accuracy: 0.5')\ninput('Which GPU? ')\n", "failed", "line 2: it asks for input"
    ),
    "window": Odd(
        "print('accuracy: 0.5')\nimport tkinter\ntkinter.Tk()\n",
        "failed",
        "line 3: it needs a display",
    ),
    "exits": Odd(
        "import sys\nprint('accuracy: 0.5')\nsys.exit(3)\n", "failed", "line 3 calls sys.exit(3)"
    ),
    "ends": Odd(
        "import sys\nprint('accuracy: 0.5')\nsys.exit(0)\nprint('accuracy: 0.9')\n",
        "finished",
        "never calls fit",
    ),
    "spawns": Odd(
        "import subprocess\nsubprocess.run(['true'])\nprint('accuracy: 0.5')\n",
        "finished",
        "starts processes",
    ),
    "moves": Odd(
        "import os\nos.makedirs('out')\nos.chdir('out')\nopen('own.txt', 'w').write('x')\n"
        "print('accuracy: 0.5')\nassert os.path.exists('../moves.py')\n",
        "finished",
        "never calls fit",
    ),
    "sleeps": Odd(
        "import time\nprint('accuracy: 0.5', flush=True)\ntime.sleep(600)\n",
        "failed",
        "it ran longer than the limit of 8 s per run",
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of these scripts."""
    folder = tmp_path_factory.mktemp("odd")
    for name, odd in ODD.items():
        (folder / f"{name}.py").write_text(odd.text)
    return folder


def repeat(*words: object) -> Result:
    return CliRunner().invoke(main, ["repeat", *map(str, words), "--no-report"])


def kept(run: RunRecord) -> float | None:
    return run.metrics.get("printed_accuracy")


@pytest.mark.long
def test_each_is_reported_plainly_and_what_was_measured_is_kept(
    home: Path, store_path: Path, pool: LocalPool
) -> None:
    del store_path, pool
    scripts = [home / f"{name}.py" for name in ODD]
    done = repeat(*scripts, "--seeds", 1, "--name", "odd", "--time-limit", 8)
    assert done.exit_code == 1
    assert "Traceback" not in done.output, done.output
    runs = {
        str(run.options["script"]).removesuffix(".py"): run
        for run in read_sweep("odd", Store()).runs
    }
    assert set(runs) == set(ODD)
    for name, odd in ODD.items():
        assert (name, runs[name].state) == (name, odd.state)
        assert kept(runs[name]) == 0.5, name
        if odd.state == "failed":
            assert odd.said in str(runs[name].reason)
            (line,) = [line for line in done.stderr.splitlines() if f"{name}.py seed" in line]
            assert odd.said in line
        else:
            assert odd.said in done.stdout
    assert sorted(path.name for path in home.iterdir()) == sorted(f"{name}.py" for name in ODD)


@pytest.mark.parametrize("limit", ["0", "-3", "soon"])
def test_a_limit_that_is_none_is_refused(home: Path, store_path: Path, limit: str) -> None:
    done = repeat(home / "sleeps.py", "--time-limit", limit)
    assert done.exit_code == 2
    assert "--time-limit" in done.stderr
    assert not (store_path / "runs").exists()
