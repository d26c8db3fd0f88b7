"""The command line: exit codes, formats, settings, comments."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seedbed.cli.main import main
from seedbed.doctor.rules.registry import RULES

SCRIPT = "import numpy as np\nnp.random.seed()\n"
PERHAPS = "import pickle\nx = pickle.load(open('a.pkl', 'rb'))\n"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(SCRIPT)
    return tmp_path


def doctor(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["doctor", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_exit_codes(folder: Path) -> None:
    assert doctor("train.py").exit_code == 1
    (folder / "clean.py").write_text("x = 1\n")
    assert doctor("clean.py").exit_code == 0
    assert doctor("absent.py").exit_code == 2
    assert doctor().exit_code == 2
    (folder / "broken.py").write_text("def f(:\n")
    result = doctor("clean.py", "broken.py", "train.py")
    assert result.exit_code == 2
    assert "SB106" in result.stdout
    assert "broken.py does not parse" in result.stdout


@pytest.mark.usefixtures("folder")
def test_text_reads_like_a_linter() -> None:
    lines = doctor("train.py").stdout.splitlines()
    assert lines[0] == "train.py:2:1 SB106 is: np.random.seed() seeds from the system's entropy"
    assert all(len(line) <= 88 for line in lines)
    assert lines[-2] == "1 file read: 1 finding (1 is, 0 may be)"
    assert doctor("train.py", "--brief").stdout.splitlines()[:1] == lines[:1]


def test_meaning_is_told_once(folder: Path) -> None:
    (folder / "train.py").write_text(SCRIPT + "np.random.seed()\n")
    text = doctor("train.py").stdout
    assert text.count("SB106 is:") == 2
    assert text.count("nothing is repeatable") == 1


@pytest.mark.usefixtures("folder")
def test_json() -> None:
    content = json.loads(doctor("train.py", "--format", "json").stdout)
    (finding,) = content["findings"]
    assert (content["version"], content["read"]) == (1, 1)
    assert finding["path"] == "train.py"
    assert (finding["line"], finding["column"], finding["cell"]) == (2, 1, None)
    assert (finding["code"], finding["certainty"], finding["family"]) == ("SB106", "is", "Seeds")
    assert finding["fix"]


@pytest.mark.parametrize("code", sorted(RULES))
def test_explain(code: str) -> None:
    result = doctor("--explain", code.lower())
    assert result.exit_code == 0
    assert code in result.stdout


def test_wrong_input_is_one_sentence() -> None:
    for arguments in (
        ("--explain", "SB999"), ("--select", "XX1", "."), ("--config", "nowhere.toml", "."),
    ):  # fmt: skip
        result = doctor(*arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith("doctor: ")
        assert result.stderr.count("\n") == 1


def test_rules_are_listed() -> None:
    listed = doctor("--rules").stdout
    assert all(code in listed for code in RULES)


def test_certain_and_select_and_ignore(folder: Path) -> None:
    (folder / "load.py").write_text(PERHAPS)
    assert doctor("load.py").exit_code == 1
    assert doctor("load.py", "--certain").exit_code == 0
    assert doctor("load.py", "train.py", "--select", "SB6,SB2", "--brief").stdout.count("SB") == 2
    assert doctor("load.py", "train.py", "--ignore", "SB6,SB106").exit_code == 0


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("np.random.seed()  # doctor: ignore SB106", 0),
        ("np.random.seed()  # doctor: ignore SB101, SB106", 0),
        ("np.random.seed()  # doctor: ignore", 0),
        ("np.random.seed(  # doctor: ignore SB106\n)", 0),
        ("np.random.seed(\n)  # doctor: ignore SB106", 0),
        ("np.random.seed()  # doctor: ignore SB101", 1),
        ("np.random.seed(); x = '# doctor: ignore SB106'", 1),
        ("# doctor: ignore-file SB106\nnp.random.seed()", 0),
        ("# doctor: ignore SB106\nnp.random.seed()", 1),
    ],
)
def test_comments(line: str, found: int, folder: Path) -> None:
    (folder / "train.py").write_text(f"import numpy as np\n{line}\n")
    assert len(json.loads(doctor("train.py", "--format", "json").stdout)["findings"]) == found


def test_comment_with_an_unknown_code_is_named(folder: Path) -> None:
    (folder / "train.py").write_text("x = 1  # doctor: ignore SB998\n")
    result = doctor("train.py")
    assert result.exit_code == 0
    assert "ignores 'SB998', which is not a rule" in result.stdout


def settings(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text("[tool.seedbed.doctor]\n" + text)


@pytest.mark.parametrize(
    "text",
    [
        'ignore = ["SB106"]', 'select = ["SB2"]', 'per-file-ignores = { "train*" = ["SB1"] }',
        'exclude = ["train.py"]',
    ],
)  # fmt: skip
def test_pyproject_section(text: str, folder: Path) -> None:
    assert doctor(".").exit_code == 1
    settings(folder, text)
    assert doctor(".").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        'ignores = ["SB106"]', 'ignore = "SB106"', 'ignore = ["SB999"]', "certain-only = 1",
        "exclude = 3", "per-file-ignores = 4", 'per-file-ignores = { "a" = ["nothing"] }', "x = ",
    ],
)  # fmt: skip
def test_wrong_pyproject_section(text: str, folder: Path) -> None:
    settings(folder, text)
    result = doctor("train.py")
    assert result.exit_code == 2
    assert "pyproject.toml" in result.stderr


def sarif_problems(log: dict[str, Any]) -> list[str]:
    """What SARIF 2.1.0 (sections 3.13 to 3.52) requires of the parts that are written here."""
    wrong = []

    def need(condition: bool, what: str) -> None:
        if not condition:
            wrong.append(what)

    need(log["version"] == "2.1.0", "version")
    need(set(log) <= {"$schema", "version", "runs", "properties"}, "log properties")
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        need(isinstance(driver["name"], str) and driver["name"] != "", "driver.name")
        rules = driver["rules"]
        ids = [rule["id"] for rule in rules]
        need(len(set(ids)) == len(ids), "unique rule ids")
        for rule in rules:
            need(isinstance(rule["shortDescription"]["text"], str), "shortDescription")
            need(rule["name"].isalnum(), "rule name is an identifier")
            need(rule["defaultConfiguration"]["level"] in LEVELS, "level")
        need(run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}, "columnKind")
        for invocation in run["invocations"]:
            need(isinstance(invocation["executionSuccessful"], bool), "executionSuccessful")
            for note in invocation["toolExecutionNotifications"]:
                need(note["level"] in LEVELS and bool(note["message"]["text"]), "notification")
        for result in run["results"]:
            need(ids[result["ruleIndex"]] == result["ruleId"], "ruleIndex")
            need(result["level"] in LEVELS, "result level")
            need(bool(result["message"]["text"]), "message")
            need(len(result["locations"]) == 1, "one location")
            physical = result["locations"][0]["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            need(" " not in uri and "\\" not in uri, "uri is encoded")
            region = physical["region"]
            need(isinstance(region["startLine"], int) and region["startLine"] >= 1, "startLine")
            need(region.get("startColumn", 1) >= 1, "startColumn")
            need(all(isinstance(v, str) for v in result["partialFingerprints"].values()), "prints")
    return wrong


LEVELS = {"none", "note", "warning", "error"}


def test_sarif_keeps_to_its_structure(folder: Path) -> None:
    (folder / "load it.py").write_text(PERHAPS)
    (folder / "broken.py").write_text("def f(:\n")
    cell = {"cell_type": "code", "source": SCRIPT.splitlines(keepends=True), "metadata": {}}
    (folder / "book.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}, indent=1))
    result = doctor(".", "--format", "sarif", "--output", "out.sarif")
    assert result.exit_code == 2
    log = json.loads((folder / "out.sarif").read_text())
    assert sarif_problems(log) == []
    run = log["runs"][0]
    assert {r["id"] for r in run["tool"]["driver"]["rules"]} == set(RULES)
    found = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: (r["ruleId"], r["level"])
        for r in run["results"]
    }
    assert found == {
        "train.py": ("SB106", "warning"),
        "load%20it.py": ("SB601", "note"),
        "book.ipynb": ("SB106", "warning"),
    }
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "broken.py" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.usefixtures("folder")
def test_sarif_check_can_fail() -> None:
    log = json.loads(doctor("train.py", "--format", "sarif").stdout)
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert sarif_problems(log) == ["result level"]


def test_pre_commit_hook_runs_the_doctor() -> None:
    hooks = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text()
    assert "entry: seedbed doctor\n" in hooks
    assert "types_or: [python, jupyter]" in hooks
