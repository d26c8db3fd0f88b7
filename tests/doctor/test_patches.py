"""Patches: they parse, mend their finding, bring no other, and leave every other byte alone."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings, strategies as st

from seedbed.cli.main import main
from seedbed.doctor.editing.edits import Edit
from seedbed.doctor.examine import examine
from seedbed.doctor.patch.plan import mend
from seedbed.doctor.patch.scripts import edited_script
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.source.find_files import decode, parse

from .test_doctor_tricky import read_cases

CORPUS = Path(__file__).parent / "corpus"
PLACE = Path("train.py")
UNSEEDED = "import keras\nm = keras.Sequential()\nm.compile('adam', 'mse')\nm.fit(x, y, epochs=3)\n"
SPLIT = "from sklearn.model_selection import train_test_split\na, b = train_test_split(x)\n"


def scripts() -> Iterator[tuple[str, str]]:
    """Every script of the corpora and every bad example of a page, by a name."""
    for path in sorted(CORPUS.rglob("*.py")):
        yield path.stem, path.read_text()
    for number, (code, _, text) in enumerate(read_cases()):
        yield f"{code}-{number}", text
    for code, rule in RULES.items():
        yield f"{code}-bad", rule.page.split("```python\n")[1].split("```")[0]


def counts(content: bytes) -> Counter[str]:
    return Counter(finding.code for finding in examine([PLACE], None, {PLACE: content}).findings)


SCRIPTS = list(scripts())


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_mended_script_parses_and_gains_nothing_and_is_mended_once(unsafe: bool) -> None:
    mended = 0
    for name, text in SCRIPTS:
        content = text.encode()
        done = mend([PLACE], None, {PLACE: content}, unsafe=unsafe)
        if PLACE not in done.after:
            continue
        mended += 1
        after = done.after[PLACE]
        parse(decode(after))
        old, new = counts(content), counts(after)
        assert not new - old, f"{name} gained {new - old}"
        assert all(new[code] < old[code] for code in done.counts), name
        again = mend([PLACE], None, {PLACE: after}, unsafe=unsafe)
        assert not again.after, f"{name} is mended again: {again.counts}"
    assert mended > 40


ROUNDS = (
    "import keras\nfrom sklearn.model_selection import train_test_split\nfor {loop}:\n"
    "    a, b, c, d = train_test_split(x, y)\n"
    "    m = keras.Sequential([keras.layers.Dense(1)])\n    m.compile('adam', 'mse')\n"
    "    m.fit(a, c)\n    m.evaluate(b, d)\n"
)


@pytest.mark.parametrize(
    ("loop", "seed"), [("r in range(5)", "r"), ("_ in range(5)", None), ("n in [32, 256]", "0")]
)
def test_rounds_keep_their_own_splits_and_settings_share_one(loop: str, seed: str | None) -> None:
    content = ROUNDS.format(loop=loop).encode()
    (split,) = (f for f in examine([PLACE], None, {PLACE: content}).findings if f.code == "SB204")
    after = edited_script(content, split.patch.edits).decode() if split.patch else None
    assert (after and f"train_test_split(x, y, random_state={seed})" in after) or seed is None
    assert (after is None) == (seed is None)


def test_each_safe_patch_alone_keeps_all_other_lines() -> None:
    for name, text in SCRIPTS:
        for finding in examine([PLACE], None, {PLACE: text.encode()}).findings:
            if finding.patch is None:
                continue
            after = edited_script(text.encode(), finding.patch.edits).decode()
            touched = {n for e in finding.patch.edits for n in range(e.start[0], e.end[0] + 1)}
            kept = [t for n, t in enumerate(text.split("\n"), 1) if n not in touched]
            lines = iter(after.split("\n"))
            if finding.code not in {"SB202", "SB302", "SB303"}:  # these move lines
                assert all(line in lines for line in kept), f"{name} {finding.code}"


@given(
    ends=st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=4, max_size=4),
    mark=st.booleans(),
    comment=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=9),
)
@settings(max_examples=60, deadline=None)
def test_line_ends_marks_and_other_alphabets_stay(
    ends: list[str], mark: bool, comment: str
) -> None:
    lines = UNSEEDED.splitlines()
    lines[1] += f"  # {comment}é"
    raw = (b"\xef\xbb\xbf" if mark else b"") + "".join(
        line + end for line, end in zip(lines, ends, strict=True)
    ).encode()
    done = mend([PLACE], None, {PLACE: raw})
    added = f"keras.utils.set_random_seed(42){ends[0]}".encode()
    assert added in done.after[PLACE]
    assert done.after[PLACE].replace(added, b"", 1) == raw


@given(
    text=st.text(st.sampled_from("aé€\t\n\r "), max_size=30),
    new=st.text(st.sampled_from("bß\n"), max_size=6),
    at=st.integers(0, 30),
)
def test_an_insertion_changes_nothing_else(text: str, new: str, at: int) -> None:
    first = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[0]
    column = len(first[:at].encode())
    after = edited_script(text.encode(), [Edit((1, column), (1, column), new)]).decode()
    assert after.startswith(first[:at])
    assert after.endswith(text[len(first[:at]) :])
    assert len(after) >= len(text) + len(new)


def test_the_coding_line_and_tabs_are_kept() -> None:
    text = "# -*- coding: latin-1 -*-\nimport keras\nkeras.utils.set_random_seed(1)\n# ä\n"
    text += "for run in range(3):\n\tm = keras.Sequential()\n\tm.compile('adam', 'mse')\n"
    raw = (text + "\tm.fit(x, y, epochs=3)\n").encode("latin-1")
    after = mend([PLACE], None, {PLACE: raw}).after[PLACE]
    assert b"# \xe4\n" in after
    assert b":\n\tkeras.utils.set_random_seed(run)\n\tm =" in after


def book(*cells: str, old: bool = False, indent: int | None = 1) -> bytes:
    name = "input" if old else "source"
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], name: c.splitlines(keepends=True)}
        for c in cells
    ]
    whole = {"worksheets": [{"cells": made}], "nbformat": 3} if old else {"cells": made}
    return json.dumps({**whole, "metadata": {}}, indent=indent).encode()


@pytest.mark.parametrize("old", [False, True], ids=["nbformat 4", "nbformat 3"])
@pytest.mark.parametrize("indent", [1, None])
def test_only_the_changed_lines_of_a_notebook_are_written_anew(
    old: bool, indent: int | None
) -> None:
    place = Path("book.ipynb")
    first, *rest = UNSEEDED.splitlines(keepends=True)
    raw = book(
        "%matplotlib inline\n" + first + "import os  # \u00e9\n",
        "".join(rest),
        old=old,
        indent=indent,
    )
    after = mend([place], None, {place: raw}).after[place]
    seed = "keras.utils.set_random_seed(42)"
    assert json.loads(after) != json.loads(raw)
    assert seed in "".join(_cells(after)[0])
    kept = [line for line in after.splitlines() if seed.encode() not in line]
    new = [line for line in kept if line not in raw.splitlines()]
    assert indent is None or [line.strip() for line in new] in ([], [b'"import os  # \\u00e9\\n",'])
    assert b"\\u00e9" in after


def _cells(raw: bytes) -> list[list[str]]:
    content = json.loads(raw)
    cells = content.get("cells") or content["worksheets"][0]["cells"]
    return [cell.get("source") or cell["input"] for cell in cells]


def test_a_line_with_a_command_of_ipython_is_left_with_a_sentence() -> None:
    place = Path("book.ipynb")
    raw = book(SPLIT.replace("a, b", "%time a, b"))
    done = mend([place], None, {place: raw})
    assert not done.after
    assert "holds a command of IPython" in done.left[0][1]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(SPLIT)
    return tmp_path


def doctor(*arguments: str, text: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["doctor", *arguments], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_diff_writes_nothing_and_fix_writes_once(folder: Path) -> None:
    shown = doctor("train.py", "--diff")
    assert shown.exit_code == 1
    assert "+a, b = train_test_split(x, random_state=0)\n" in shown.stdout
    assert (folder / "train.py").read_text() == SPLIT
    assert doctor("train.py", "--fix").exit_code == 0
    assert (folder / "train.py").read_text().endswith("train_test_split(x, random_state=0)\n")
    assert doctor("train.py", "--diff").stdout == ""


def test_unsafe_patches_need_consent(folder: Path) -> None:
    text = "import keras\nkeras.utils.set_random_seed(1)\nm = keras.Sequential()\n"
    text += "m.compile('adam', 'mse')\ns = keras.callbacks.EarlyStopping(patience=2)\n"
    text += "m.fit(x, y, epochs=9, validation_split=0.1, callbacks=[s])\nm.evaluate(a, b)\n"
    (folder / "train.py").write_text(text)
    assert doctor("train.py", "--fix").exit_code == 1
    assert (folder / "train.py").read_text() == text
    assert doctor("train.py", "--fix", "--unsafe-fixes").exit_code == 0
    assert "patience=2, restore_best_weights=True)" in (folder / "train.py").read_text()


def test_uncommitted_changes_are_refused_unless_told(folder: Path) -> None:
    git = ["git", "-c", "user.name=n", "-c", "user.email=e"]
    subprocess.run([*git, "init", "-q"], cwd=folder, check=True)
    refused = doctor("train.py", "--fix")
    assert refused.exit_code == 2
    assert "--allow-dirty" in refused.stderr
    assert (folder / "train.py").read_text() == SPLIT
    subprocess.run([*git, "add", "train.py"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "-qm", "first"], cwd=folder, check=True)
    assert doctor("train.py", "--fix").exit_code == 0
    (folder / "train.py").write_text(SPLIT)
    (folder / "train.py").write_text(SPLIT + "z = 1\n")
    assert doctor("train.py", "--fix").exit_code == 2
    assert doctor("train.py", "--fix", "--allow-dirty").exit_code == 0


def test_a_read_only_file_is_left_with_a_sentence(folder: Path) -> None:
    (folder / "train.py").chmod(0o444)
    result = doctor("train.py", "--fix")
    assert result.exit_code == 2
    assert "is read-only and is left unchanged" in result.stdout
    assert "1 left unchanged" in result.stdout
    assert "not read" not in result.stdout
    assert "SB204 is" in result.stdout  # the finding is still there
    assert "mended" not in result.stderr
    assert (folder / "train.py").read_text() == SPLIT


def test_python_2_is_left_with_a_sentence(folder: Path) -> None:
    (folder / "train.py").write_text("import random\nrandom.seed()\nprint 'x'\n")
    result = doctor("train.py", "--fix")
    assert result.exit_code == 2
    assert "is Python 2" in result.stdout
    assert (folder / "train.py").read_text().startswith("import random\nrandom.seed()\n")


def test_standard_input_is_read_and_mended(folder: Path) -> None:
    found = doctor("-", "--stdin-filename", "editor.py", "--format", "concise", text=SPLIT)
    assert found.stdout.startswith("editor.py:2:8 SB204 is: train_test_split has no random_state")
    assert doctor("-", "--fix", text=SPLIT).stdout.endswith("train_test_split(x, random_state=0)\n")
    assert doctor("train.py", "--stdin-filename", "a.py").exit_code == 2
    assert (folder / "train.py").read_text() == SPLIT


def test_add_ignore_silences_everything(folder: Path) -> None:
    assert doctor("train.py", "--add-ignore").exit_code == 0
    assert (folder / "train.py").read_text().endswith("split(x)  # doctor: ignore SB204\n")


@pytest.mark.parametrize(
    "arguments", [("--fix", "--diff"), ("--unsafe-fixes",), ("--watch", "--fix")]
)
@pytest.mark.usefixtures("folder")
def test_options_that_do_not_go_together_are_refused(arguments: tuple[str, ...]) -> None:
    result = doctor("train.py", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("doctor: ")


def test_a_patch_that_would_add_a_finding_says_what_it_finds() -> None:
    arm = (
        "{0} = keras.Sequential([keras.layers.Dense(10, activation='softmax')])\n"
        "{0}.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])\n"
        "{0}.fit(x, y, epochs=3)\ns{0} = {0}.evaluate(x_test, y_test)[1]\n"
    )
    text = f"import keras\n{arm.format('a')}{arm.format('b')}print(sa - sb)\n"
    ((_, why),) = mend([PLACE], None, {PLACE: text.encode()}).left
    assert why == (
        "line 4: SB102 is left, because the change would add SB502: the second arm draws from "
        "where the first one stopped"
    )
