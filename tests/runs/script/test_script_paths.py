"""What a script reads beside its folder is there, and what is missing is named before any run."""

import json
import re
from contextlib import nullcontext
from pathlib import Path

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.script.options import Options, check
from seedbed.runs.script.paths.left_over import left_over
from seedbed.runs.script.paths.outside import read_outside
from seedbed.runs.script.script_files import read
from seedbed.runs.script.workspace import Workspace
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from tests.support.cells import folder_of, in_store


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with data beside the folder of its scripts."""
    root = tmp_path / "project"
    for name in ("src", "data/raw", "input", "other", "tools"):
        (root / name).mkdir(parents=True)
    for name in ("data/raw/x.csv", "data/y.csv", "input/train.csv", "labels.csv", "other/z.csv"):
        (root / name).write_text("1,2\n")
    (root / "tools" / "helper.py").write_text("VALUE = 4\n")
    return root


OUTSIDE = {
    "literal": ("open('../data/raw/x.csv')", ["data/raw"]),
    "joined": ("import os\nD = '../input'\nopen(os.path.join(D, 'train.csv'))", ["input"]),
    "pattern": ("import glob\nglob.glob('../data/*/*.csv')", ["data"]),
    "folder with an unknown file": ("for n in 'ab': open(f'../data/raw/{n}.csv')", ["data/raw"]),
    "file above": ("open('../labels.csv')", ["labels.csv"]),
    "by __file__": (
        "from pathlib import Path\nopen(Path(__file__).resolve().parent.parent / 'data' / 'y.csv')",
        ["data"],
    ),
    "by dirname": (
        "import os\nopen(os.path.join(os.path.dirname(__file__), '..', 'data', 'y.csv'))",
        ["data"],
    ),
    "two, one in the other": ("open('../data/y.csv')\nopen('../data/raw/x.csv')", ["data"]),
    "modules above": ("import sys\nsys.path.append('..')\nfrom tools import helper", ["tools"]),
    "inside": ("open('../src/a.csv')", []),
    "not there": ("open('../nowhere/a.csv')", []),
    "a text": ("print('...and so on')\nprint('..')", ["tools"]),
}
"""What a script in ``src`` says, and what a run gets beside it."""


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_smallest_folder_that_holds_what_is_read(project: Path, name: str) -> None:
    text, expected = OUTSIDE[name]
    (project / "src" / "a.py").write_text(text)
    home = project / "src"
    found = read_outside([read(home / "a.py")], home, home, "")
    assert [str(one.relative_to(project)) for one in found] == expected


def test_a_flag_names_a_folder_too(project: Path) -> None:
    home = project / "src"
    (home / "a.py").write_text("import sys\nopen(sys.argv[1])")
    found = read_outside([read(home / "a.py")], home, home, "--data=../data -x ../other/z.csv")
    assert found == [project / "data", project / "other"]


def test_a_run_finds_it_and_changes_nothing(
    project: Path, pool: LocalPool, store_path: Path
) -> None:
    (project / "src" / "a.py").write_text(
        "import os, sys\nsys.path.append('..')\nfrom tools import helper\n"
        "print('accuracy: 0.' + str(len(os.listdir('../data')) + helper.VALUE))\n"
        "open('../data/y.csv', 'w').write('changed')\n"
        "open('../data/new.csv', 'w').write('new')\n"
        "from multiprocessing import util\nopen(util.get_temp_dir() + '/listener', 'w').close()\n"
    )
    given = {"folder": str(project / "src"), "script": "a.py"}
    folder = folder_of("script", store_path, given)
    outcome = pool.submit(in_store, str(store_path), run_cell, "script", given, folder).result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["printed_accuracy"] == 0.6
    assert not any("outside" in one for one in outcome.warnings)
    assert sorted(one.name for one in (project / "data").iterdir()) == ["raw", "y.csv"]
    assert (project / "data" / "y.csv").read_text() == "1,2\n"
    kept = Path(folder) / "artifacts" / "files" / "data"
    assert sorted(one.name for one in kept.iterdir()) == ["new.csv", "y.csv"]


def test_a_folder_of_very_many_files_is_one_link(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedbed.runs.script.workspace.walk.__defaults__", (1, None))
    (project / "src" / "a.py").write_text("")
    space = Workspace.make(project / "src", tmp_path / "work", tmp_path, [project / "data"])
    assert (space.path.parent / "data").is_symlink()


def test_a_copy_inside_the_scripts_own_folder_does_not_copy_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "another"))
    record = tmp_path / "mine" / "runs" / "x"
    (tmp_path / "a.py").write_text("")
    (record / "work").mkdir(parents=True)
    (record.parent / "y").mkdir()
    (record.parent / "y" / "run.json").write_text("{}")
    space = Workspace.make(tmp_path, record / "work", record)
    assert [one.name for one in space.path.rglob("*") if one.is_file()] == ["a.py"]


MISSING = {
    "in a function": (
        "import pandas as pd\ndef load():\n    return pd.read_csv('train.csv')\nload()",
        r"train\.csv \(line 3\)",
    ),
    "several": (
        "import numpy as np\nx = np.load('x.npy')\ny = np.load('data/y.npy')",
        r"x\.npy \(line 2\), data/y\.npy \(line 3\)",
    ),
    "Kaggle": (
        "import pandas as pd\npd.read_csv('/kaggle/input/digits/train.csv')",
        "/kaggle is a folder of Kaggle's: put the files beside the script",
    ),
    "a folder": (
        "from keras.preprocessing.image import ImageDataGenerator as G\n"
        "G().flow_from_directory('data/train', batch_size=4)",
        r"data/train \(line 2\)",
    ),
    "beside another file that it saves": (
        "import pandas as pd\nx = pd.read_csv('x.csv')\nm.save(name)\nplt.savefig(f'{k}.png')",
        "x.csv",
    ),
}
PRESENT = {
    "written": "import numpy as np\nnp.save('x.npy', [1])\nnp.load('x.npy')",
    "written at a computed name": "import numpy as np\nnp.savez(name, a)\nnp.load('x.npz')",
    "a checkpoint": "ModelCheckpoint('best.h5')\nmodel.load_weights('best.h5')",
    "fetched": "import urllib.request\nurllib.request.urlretrieve(u, n)\nopen('x.zip')",
    "by a process": "import subprocess\nsubprocess.run(['unzip', 'x'])\nopen('x.csv')",
    "asked for": "import os\nif os.path.exists('x.csv'):\n    open('x.csv')",
    "tried": "try:\n    open('x.csv')\nexcept OSError:\n    pass",
    "never called": "def old():\n    return open('x.csv')\nprint(1)",
    "written by hand": "with open('log.txt', 'w') as f:\n    f.write('a')\nopen('log.txt').read()",
    "from the web": "import pandas as pd\npd.read_csv('https://example.org/a.csv')",
    "another load": "import yaml\nyaml.load('a: 1')\nmodel.load('x')",
}


@pytest.mark.parametrize("name", MISSING)
def test_files_that_are_not_there_are_named(tmp_path: Path, name: str) -> None:
    text, words = MISSING[name]
    (tmp_path / "a.py").write_text(text)
    with pytest.raises(InputError, match=words):
        check(Options(folder=str(tmp_path), script="a.py"))


@pytest.mark.parametrize(
    ("command", "is_named"),
    [
        ("!pip install -q keras", True),
        ("!nvidia-smi", True),
        ("!ls", True),
        ("%cd /content/drive", True),
        ("!unzip x.zip", False),
    ],
)
def test_a_notebook_may_bring_files_only_by_commands_that_write(
    tmp_path: Path, command: str, is_named: bool
) -> None:
    source = [f"{command}\n", "import numpy as np\n", "x = np.load('x.npy')\n"]
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    options = Options(folder=str(tmp_path), script="a.ipynb")
    with pytest.raises(InputError, match=r"x\.npy") if is_named else nullcontext():
        check(options)


@pytest.mark.parametrize("name", PRESENT)
def test_files_that_may_be_there_are_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text(PRESENT[name])
    (tmp_path / "yaml.py").write_text("")
    check(Options(folder=str(tmp_path), script="a.py"))


def test_the_folder_that_it_is_started_from_is_advised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "x.csv").write_text("1\n")
    (tmp_path / "src" / "a.py").write_text("open('x.csv')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"give --folder \. to start it from"):
        check(Options(folder=str(tmp_path / "src"), script="a.py"))


CHECKPOINT = """
import os
if os.path.exists('best.h5'):
    model.load_weights('best.h5')
model.fit(x, y, callbacks=[ModelCheckpoint('best.h5', save_best_only=True)])
"""
PICKLED = (
    "import pickle\nm = pickle.load(open('m.pkl', 'rb'))\npickle.dump(m, open('m.pkl', 'wb'))\n"
)
TUNED = "import keras_tuner\ntuner = keras_tuner.RandomSearch(build, directory='d')\n"
SAVED_FIRST = "ModelCheckpoint('best.h5')\nmodel.load_weights('best.h5')\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CHECKPOINT, "best.h5 was left by an earlier run .* line 4 may load it before line 5"),
        (PICKLED, "m.pkl was left by an earlier run .* line 2 may load it before line 3"),
        (TUNED, "d/p holds a Keras Tuner search"),
        (SAVED_FIRST, None),
        (TUNED.replace("'d'", "'d', overwrite = True"), None),
        ("print(1)\n", None),
    ],
)
def test_what_an_earlier_run_left_is_warned_of(
    tmp_path: Path, text: str, words: str | None
) -> None:
    for name in ("best.h5", "m.pkl", "d/p/oracle.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "a.py").write_text(text)
    told = left_over([read(tmp_path / "a.py")], tmp_path)
    assert [bool(re.search(words, one)) for one in told] == [True] if words else told == []


def test_what_an_earlier_run_left_is_named_by_the_cells_of_a_notebook(tmp_path: Path) -> None:
    (tmp_path / "m.pkl").write_text("")
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": line}
        for line in PICKLED.splitlines()
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    (told,) = left_over([read(tmp_path / "a.ipynb")], tmp_path)
    assert "cell 2 line 1 may load it before cell 3 line 1 saves it" in told
