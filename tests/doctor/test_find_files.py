"""Files that cannot be read are named, and the others are still read."""

import json
from pathlib import Path

import pytest

from seedbed.doctor.examine import examine
from seedbed.doctor.source.find_files import MOST_BYTES, find_files
from seedbed.system.errors import InputError

SCRIPT = "import numpy as np\nnp.random.seed()\n"

UNREADABLE = {
    "python2.py": (b"print 'hello'\nfor i in xrange(3):\n    print i\n", "Python 2"),
    "python2_except.py": (b"try:\n    pass\nexcept ValueError, e:\n    pass\n", "Python 2"),
    "broken.py": (b"def f(:\n", "does not parse: line 1"),
    "binary.py": (b"\x7fELF\x00\x00\x01", "binary"),
    "latin.py": (b"# -*- coding: utf-8 -*-\nx = '\xe9'\n", "own encoding"),
    "codec.py": (b"# -*- coding: no-such -*-\nx = 1\n", "own encoding"),
    "wide.py": ("x = 1\n".encode("utf-16"), "UTF-16"),
    "huge.py": (b"x = 1\n" * (MOST_BYTES // 6 + 1), "MB"),
    "deep.py": (b"x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n", ""),
    "json.ipynb": (b"{not json", "not a notebook"),
    "list.ipynb": (b"[]", "not an object"),
    "cells.ipynb": (b"{}", "no cells"),
}


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_unreadable_file_is_named_and_the_others_are_read(name: str, tmp_path: Path) -> None:
    content, reason = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.py").write_text(SCRIPT)
    report = examine([tmp_path])
    assert [problem.path.name for problem in report.problems] == [name]
    assert reason in report.problems[0].reason
    assert report.read == 1
    assert {finding.code for finding in report.findings} == {"SB106"}
    assert report.exit_code == 2


def test_empty_file_is_named_and_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("\n\n")
    (tmp_path / "good.py").write_text("x = 1\n")
    report = examine([tmp_path])
    assert report.problems[0].reason == "is empty"
    assert report.exit_code == 0


def test_latin_1_with_its_coding_line_and_a_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(
        b"# -*- coding: latin-1 -*-\nname = '\xe9'\r\n" + SCRIPT.encode()
    )
    (tmp_path / "b.py").write_bytes(b"\xef\xbb\xbf" + SCRIPT.encode())
    report = examine([tmp_path])
    assert report.problems == []
    assert [finding.line for finding in report.findings] == [4, 2]


def test_deep_expression_is_not_fatal(tmp_path: Path) -> None:
    (tmp_path / "sum.py").write_text("x = " + " + ".join(["y"] * 3000) + "\n" + SCRIPT)
    (tmp_path / "good.py").write_text(SCRIPT)
    report = examine([tmp_path])
    assert "good.py" in {finding.path.name for finding in report.findings}


def test_folders_skip_environments_hidden_and_excluded(tmp_path: Path) -> None:
    for name in (".venv/a.py", "venv/b.py", "tool/pyvenv.cfg", "tool/c.py", "old/d.py", "src/e.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [p.name for p in find_files([tmp_path], ["old"])] == ["e.py"]
    assert [p.name for p in find_files([tmp_path / "venv" / "b.py"])] == ["b.py"]


def test_missing_path_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not"):
        find_files([tmp_path / "nothing.py"])


def notebook(*cells: str, language: str = "python") -> str:
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"language": language, "name": "k", "display_name": "k"}},
            "cells": [
                {"cell_type": "markdown", "source": ["# title"], "metadata": {}},
                *(
                    {"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []}
                    for cell in cells
                ),
            ],
        },
        indent=1,
    )


def test_notebook_findings_name_cell_and_line(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(
        notebook(
            "%matplotlib inline\nimport numpy as np\n!pip install x", "x = 1\nnp.random.seed()\nx"
        )
    )
    (finding,) = examine([path]).findings
    assert (finding.cell, finding.line, finding.code) == (2, 2, "SB106")
    assert finding.where.endswith("book.ipynb:cell 2:2:1")
    assert "np.random.seed()" in path.read_text().splitlines()[finding.physical - 1]


def test_last_line_of_a_cell_is_shown_and_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    layer = "from keras import layers\nlayers.BatchNormalization()"
    path.write_text(notebook(layer))
    assert examine([path]).findings == []
    path.write_text(notebook(layer + "\nx = 1"))
    assert [f.code for f in examine([path]).findings] == ["SB401"]


def test_magics_other_languages_and_broken_cells(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(
        notebook(
            "%%bash\nrm -rf $HOME", "%%time\nimport numpy as np", "files = !ls", "def f(:", "np?",
            "await thing()\nnp.random.seed()",
        )
    )  # fmt: skip
    report = examine([path])
    assert [problem.reason for problem in report.problems] == [
        "cell 4 does not parse as Python 3 and is left out"
    ]
    assert [(f.cell, f.line, f.code) for f in report.findings] == [(6, 2, "SB106")]


def test_notebook_of_another_language_is_named(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(notebook("x <- 1", language="R"))
    report = examine([path])
    assert "another language (R)" in report.problems[0].reason
    assert report.exit_code == 0


def test_old_notebook_format(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": "import numpy\nnumpy.random.seed()\n", "outputs": []}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [cell]}]}))
    assert [finding.code for finding in examine([path]).findings] == ["SB106"]


FIT = "model.fit(x, y, epochs=3)"
BUILT = (
    "import numpy as np, keras\nnp.random.seed(2)\n"
    "model = keras.Sequential([keras.layers.Dense(3, activation='softmax')])\n"
    "model.compile('adam', 'sparse_categorical_crossentropy')"
)


@pytest.mark.parametrize(
    "cell",
    [
        f"%time {FIT}",
        f"%time history = {FIT}",
        f"%timeit -n 1 -r 1 {FIT}",
        f"history = %time {FIT}",
        f"%%time\n{FIT}",
        f"%%capture out\n{FIT}",
        f"if True:\n    %time {FIT}",
        f"pip install keras\n!ls\nfiles = !ls data\nmodel.summary?\n{FIT}",
    ],
)
def test_code_in_a_magic_is_read(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(notebook(BUILT, cell))
    report = examine([path])
    assert report.problems == []
    assert [(f.cell, f.line, f.code) for f in report.findings] == [(1, 2, "SB101")]


def test_a_file_that_a_magic_runs_is_read(tmp_path: Path) -> None:
    (tmp_path / "prepare.py").write_text("import keras\nkeras.utils.set_random_seed(1)\n")
    path = tmp_path / "book.ipynb"
    path.write_text(notebook("%run prepare.py", BUILT.replace("np.random.seed(2)\n", ""), FIT))
    assert [f.certainty for f in examine([path]).findings if f.code == "SB102"] == ["may be"]
    assert examine([tmp_path]).findings == []


def test_a_module_that_a_cell_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    seeds = "import keras\ndef prepare():\n    keras.utils.set_random_seed(1)"
    write, use = f"%%writefile own_seeds.py\n{seeds}", "import own_seeds\nown_seeds.prepare()"
    path.write_text(notebook(write, use, BUILT, FIT))
    assert examine([path]).findings == []
    path.write_text(notebook(write, BUILT, FIT))
    assert [finding.code for finding in examine([path]).findings] == ["SB101"]


def test_a_finding_in_a_module_that_is_not_written_yet_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    write = "%%writefile own.py\nimport numpy as np\nnp.random.seed()"
    path.write_text(notebook(write, "import own"))
    assert examine([path]).findings == []
