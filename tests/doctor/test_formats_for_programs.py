"""What code hosts, test servers and editors read: GitHub, GitLab, JUnit, SARIF, counts, --watch."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from seedbed.cli.main import main
from seedbed.doctor.patch.files import write_mended

SPLIT = "from sklearn.model_selection import train_test_split\na, b = train_test_split(x)\n"
CELLS = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": SPLIT.splitlines(True)}]
COMMAND = re.compile(r"::(?:error|warning|notice) ((?:\w+=[^:,\r\n]*,?)+)::([^\r\n]+)")


def doctor(*arguments: str, text: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["doctor", *arguments], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finding of each certainty, a notebook, a broken file, and names that need escapes."""
    monkeypatch.chdir(tmp_path)
    odd = tmp_path / 'a, "b" & 100% <c>'
    odd.mkdir()
    (odd / "train.py").write_text(SPLIT)
    (tmp_path / "load.py").write_text("import pickle\nx = pickle.load(open('a.pkl', 'rb'))\n")
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": CELLS, "metadata": {}}, indent=1))
    (tmp_path / "broken.py").write_text("def f(:\n")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_github_gets_one_workflow_command_a_line() -> None:
    lines = doctor(".", "--format", "github").stdout.splitlines()
    parsed = [COMMAND.fullmatch(line) for line in lines]
    assert all(parsed), lines
    properties = [dict(p.split("=", 1) for p in m[1].split(",")) for m in parsed if m is not None]
    assert [p["file"] for p in properties] == [
        'a%2C "b" & 100%25 <c>/train.py', "book.ipynb", "load.py", "broken.py",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines] == ["::warning", "::warning", "::notice", "::error"]
    assert properties[0] | {"file": ""} == {"file": "", "line": "2", "col": "8", "title": "SB204"}
    assert "col" not in properties[1]  # the line is the notebook's, the column is the cell's
    assert parsed[1] is not None
    assert parsed[1][2].startswith("cell 1, line 2: is: train_test_split has no random_state")


@pytest.mark.usefixtures("folder")
def test_gitlab_gets_a_code_quality_report(folder: Path) -> None:
    (folder / "load.py").write_text((folder / "load.py").read_text() * 2)
    entries = json.loads(doctor(".", "--format", "gitlab").stdout)
    assert [entry["check_name"] for entry in entries] == ["SB204", "SB204", "SB601", "SB601"]
    assert len({entry["fingerprint"] for entry in entries}) == 4
    for entry in entries:
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["description"]
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert entry["location"]["positions"]["begin"]["line"] >= 1
    assert [entry["severity"] for entry in entries] == ["major", "major", "minor", "minor"]


def test_a_gitlab_entry_keeps_its_print_when_lines_are_added_above(folder: Path) -> None:
    before = json.loads(doctor("load.py", "--format", "gitlab").stdout)
    (folder / "load.py").write_text("# a comment\n" + (folder / "load.py").read_text())
    after = json.loads(doctor("load.py", "--format", "gitlab").stdout)
    assert after[0]["location"] != before[0]["location"]
    assert after[0]["fingerprint"] == before[0]["fingerprint"]


def test_junit_counts_findings_as_failures_and_unread_files_as_errors(folder: Path) -> None:
    (folder / "broken.py").write_text("x = 1\n")
    (folder / "bad\x01.py").write_text("def f(:\n")
    suites = ElementTree.fromstring(doctor(".", "--format", "junit").stdout)
    (suite,) = suites
    assert suites.tag == "testsuites"
    for element in (suites, suite):
        counts = [element.get(name) for name in ("tests", "failures", "errors")]
        assert counts == ["4", "3", "1"]
    cases = list(suite)
    assert {case.tag for case in cases} == {"testcase"}
    assert all(set(case.attrib) == {"name", "classname"} for case in cases)
    assert cases[0].get("classname") == 'a, "b" & 100% <c>/train.py'
    assert [child.tag for case in cases for child in case] == ["failure"] * 3 + ["error"]
    assert all(child.get("message") for case in cases for child in case)
    kinds = [child.get("type") for case in cases for child in case]  # required by Ant's XSD
    assert kinds == ["SB204", "SB204", "SB601", "unread"]
    assert cases[-1].get("classname") == "bad\ufffd.py"
    passed = ElementTree.fromstring(doctor("broken.py", "--format", "junit").stdout)
    assert (passed[0].get("tests"), passed[0].get("failures"), len(passed[0][0])) == ("1", "0", 0)


@pytest.mark.usefixtures("folder")
def test_sarif_names_each_file_by_an_encoded_path() -> None:
    log = json.loads(doctor(".", "--format", "sarif").stdout)
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+", place) for place in places)
    assert unquote(places[0]) == 'a, "b" & 100% <c>/train.py'


@pytest.mark.usefixtures("folder")
def test_statistics_count_each_rule_and_its_certainty() -> None:
    result = doctor(".", "--statistics")
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["2", "SB204"], ["1", "SB601"],
    ]  # fmt: skip
    assert "(2 is, 0 may be)" in result.stdout
    assert "(0 is, 1 may be)" in result.stdout
    assert "broken.py does not parse" in result.stderr


@pytest.mark.usefixtures("folder")
def test_json_names_how_certain_a_finding_is_and_how_safe_its_patch() -> None:
    content = json.loads(doctor(".", "--format", "json").stdout)
    found = [(f["code"], f["certainty"], f["patch"]) for f in content["findings"]]
    assert found == [("SB204", "is", "safe"), ("SB204", "is", "safe"), ("SB601", "may be", None)]


@pytest.mark.usefixtures("folder")
def test_a_concise_line_names_file_line_column_rule_and_certainty(folder: Path) -> None:
    lines = doctor(".", "--format", "concise").stdout.splitlines()
    form = re.compile(r"(?P<file>.+?):(cell \d+:)?\d+:\d+ (?P<code>SB\d{3}) (is|may be): .+")
    parsed = [form.fullmatch(line) for line in lines[:-1]]
    assert [match and match["code"] for match in parsed] == ["SB204", "SB204", "SB601"]
    assert lines[-1].startswith("broken.py does not parse")
    (folder / "broken.py").write_text("x = 1\n")
    assert doctor(".", "--output-format", "concise").stdout.splitlines() == lines[:-1]
    for form_of_nothing in ("concise", "github"):
        assert doctor("broken.py", "--format", form_of_nothing).stdout == ""


def test_a_diff_names_files_that_cannot_be_read() -> None:
    result = doctor("-", "--diff", text='print "accuracy"\n')
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("doctor: stdin.py is Python 2 (line 1)")


def test_standard_input_that_cannot_be_read_is_given_back_with_a_sentence() -> None:
    result = doctor("-", "--fix", text="def f(:\n")
    assert (result.exit_code, result.stdout) == (2, "def f(:\n")
    assert result.stderr == "doctor: stdin.py does not parse: line 1: invalid syntax\n"


def test_a_file_that_changed_while_it_was_read_is_left(folder: Path) -> None:
    path = folder / "load.py"
    path.write_text("mine = 1\n")
    reason = write_mended(path, SPLIT.encode(), b"theirs = 1\n")
    assert reason == "changed while it was read and is left unchanged"
    assert path.read_text() == "mine = 1\n"
    assert [p.name for p in folder.iterdir() if p.name.startswith(".doctor-")] == []


@pytest.mark.usefixtures("folder")
def test_a_second_run_prints_the_same_with_and_without_the_cache() -> None:
    printed = {doctor(".", *more).stdout for more in ((), (), ("--no-cache",))}
    assert len(printed) == 1


def test_watch_examines_again_when_a_file_changes_and_ends_at_ctrl_c(folder: Path) -> None:
    path, told = folder / "load.py", folder / "told.txt"
    with told.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "seedbed", "doctor", "load.py", "--watch", "--brief"],
            stdout=stream,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        try:
            _wait_for(told, "SB601", 1)
            path.unlink()  # as editors do while they save
            time.sleep(0.7)
            path.write_text(SPLIT)
            _wait_for(told, "SB204", 1)
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def _wait_for(path: Path, word: str, count: int) -> None:
    end = time.monotonic() + 120
    while path.read_text().count(f"{word} ") < count:
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.05)
