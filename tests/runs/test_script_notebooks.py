"""Notebooks as scripts: which commands run, what stands in, and what a missing thing is due to."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from seedbed.doctor.source.module import Module
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.script.missing_packages import missing_packages
from seedbed.runs.script.notebook.commands import is_run, missed, runnable
from seedbed.runs.script.script_files import read
from seedbed.sweeps.executors.local_pool import LocalPool
from tests.support.cells import folder_of, in_store

Start = Callable[..., "Future[Outcome]"]


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of these cells."""
    code = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    path.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def read_cells(folder: Path, *cells: str) -> Module:
    return read(notebook(folder / "book.ipynb", *cells))


@pytest.fixture
def start(pool: LocalPool, store_path: Path, tmp_path: Path) -> Start:
    """Starts a file of ``home``."""

    def begin(name: str) -> Any:
        given = {"folder": str(tmp_path / "home"), "script": name}
        folder = folder_of("script", store_path, given)
        return pool.submit(in_store, str(store_path), run_cell, "script", given, folder)

    return begin


RUN = (
    "%matplotlib inline\n%load_ext autoreload\n%env UNITS=3\n"
    "!mkdir -p out/models\n!pip install -q keras\nimport os"
)
WRITE = "%%writefile settings.py\nEPOCHS = 2\nNAME = 'a\\tb'"
CAPTURED = "%%capture out\nimport settings\nprint('epochs:', settings.EPOCHS)"
TIMED = "%time units = int(os.environ['UNITS'])\n%timeit -n1 -r1 units + 1\nprint('units:', units)"
SHELL = "folder = 'out'\nfound = !ls {folder}\nprint('found:', len(found))"
HELPER = "%run helper.py 7\nprint('helped:', helped)"
SHOWN = (
    "from IPython.display import display, clear_output\nclear_output(wait=True)\ndisplay('x')\n"
    "from google.colab import drive\ndrive.mount('/content/drive')\n%cd /content/drive/MyDrive"
)
MISSED = "data = !curl -s https://example.org/x.csv\nprint('rows:', len(data))"
FETCHED = "!wget -q https://example.org/digits.csv\nopen('digits.csv')"
UPLOAD = "from google.colab import files\nfiles.upload()"


def test_commands_run_and_what_is_missing_names_the_one_that_is_left_out(
    start: Start, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    notebook(home / "runs.ipynb", RUN, WRITE, CAPTURED, TIMED, SHELL, HELPER, SHOWN)
    (home / "helper.py").write_text("import sys\nhelped = int(sys.argv[1])\n")
    notebook(home / "missed.ipynb", "print('a: 1')", MISSED)
    notebook(home / "fetched.ipynb", "print('a: 1')", FETCHED)
    notebook(home / "upload.ipynb", UPLOAD)
    (home / "kaggle.py").write_text("import os\nopen('/kaggle/' + 'input/train.csv')\n")
    names = ("runs.ipynb", "missed.ipynb", "fetched.ipynb", "upload.ipynb", "kaggle.py")
    tasks = {name: start(name) for name in names}
    outcome = tasks["runs.ipynb"].result()
    assert outcome.state == "finished", outcome.reason
    printed = {key: value for key, value in outcome.metrics.items() if "printed" in key}
    assert printed == {
        "printed_epochs": 2, "printed_units": 3, "printed_found": 1, "printed_helped": 7
    }  # fmt: skip
    assert any("mounts Google Drive at /content/drive" in one for one in outcome.warnings)
    assert not any("starts processes" in one for one in outcome.warnings)
    reasons = {name: tasks[name].result().reason or "" for name in names[1:]}
    assert "cell 2 line 2: LeftOutError" in reasons["missed.ipynb"]
    assert "leaves out: cell 2 line 1 data = !curl" in reasons["missed.ipynb"]
    assert "leaves out cell 2 line 1 !wget -q https://example.org" in reasons["fetched.ipynb"]
    assert "google.colab.files.upload" in reasons["upload.ipynb"]
    assert "/kaggle is a folder of Kaggle's: put the files beside" in reasons["kaggle.py"]


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        ("ls -l", True),
        ("ls *.png | wc -l", True),
        ("mkdir -p a/b", True),
        ("mkdir /content/a", False),
        ("unzip -q faces.zip -d data", True),
        ("cp a ../b", False),
        ("find . -delete", False),
        ("cat a > b", False),
        ("ls; rm -r a", False),
        ("pip install x", False),
        ("rm -rf a", False),
        ("echo 'unbalanced", False),
    ],
)
def test_only_commands_that_stay_in_the_copy_run(command: str, runs: bool) -> None:
    assert is_run(command) == runs


def test_each_line_stays_in_its_place(tmp_path: Path) -> None:
    module = read_cells(
        tmp_path,
        "%%time\nx = 1\nfiles, n = !ls \\\n  -l\ny = %timeit -o -n2 x",
        "%%bash\nrm -rf data\nls",
        "x?\n%matplotlib inline\nimport settings",
        "%%writefile -a settings.py\nA = 1",
    )
    text, left_out = runnable(module)
    assert text.split("\n") == [
        "", "x = 1", "files, n = get_ipython().getoutput('ls   -l')".replace("   ", " "), "",
        "y = x", "", "", "", "pass", "pass", "import settings",
        "get_ipython().write_file('settings.py', 'A = 1\\n', True)", "",
    ]  # fmt: skip
    assert [str(one) for one in left_out] == ["cell 2 line 1 %%bash"]
    assert missing_packages([module], [tmp_path]) == ""


def test_a_missing_file_is_due_to_what_fetches_and_a_name_to_what_mentions_it(
    tmp_path: Path,
) -> None:
    _, left_out = runnable(read_cells(tmp_path, "!pip install bar\n!wget http://example.org/a.zip"))
    assert "!wget" in missed("x/y.csv", left_out, is_file=True)
    assert "!pip install bar" in missed("bar", left_out, is_file=False)
    assert missed("other", left_out, is_file=False) == ""
