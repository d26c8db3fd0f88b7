"""SARIF 2.1.0: every object of the log has the properties that its specification asks for.

``SHAPES`` is the part of the specification (OASIS, 2020, section 3) that the doctor writes: a name
with an exclamation mark is required, and a name that is not listed is refused.
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main

Shape = object
LEVELS = {"none", "note", "warning", "error"}
SHAPES: dict[str, dict[str, Shape]] = {
    "sarifLog": {"version!": {"2.1.0"}, "$schema": str, "runs!": ["run"]},
    "run": {
        "tool!": "tool",
        "invocations": ["invocation"],
        "results": ["result"],
        "columnKind": {"utf16CodeUnits", "unicodeCodePoints"},
    },
    "tool": {"driver!": "toolComponent"},
    "toolComponent": {"name!": str, "rules": ["reportingDescriptor"]},
    "reportingDescriptor": {
        "id!": str,
        "name": str,
        "shortDescription": "multiformatMessageString",
        "fullDescription": "multiformatMessageString",
        "help": "multiformatMessageString",
        "defaultConfiguration": "reportingConfiguration",
        "properties": "propertyBag",
    },
    "reportingConfiguration": {"level": LEVELS},
    "multiformatMessageString": {"text!": str},
    "propertyBag": {"tags": [str], "certainty": str},
    "invocation": {"executionSuccessful!": bool, "toolExecutionNotifications": ["notification"]},
    "notification": {"message!": "message", "level": LEVELS, "locations": ["location"]},
    "message": {"text!": str},
    "location": {"physicalLocation": "physicalLocation"},
    "physicalLocation": {"artifactLocation!": "artifactLocation", "region": "region"},
    "artifactLocation": {"uri!": str},
    "region": {"startLine!": int, "startColumn": int},
    "result": {
        "message!": "message",
        "ruleId": str,
        "ruleIndex": int,
        "level": LEVELS,
        "locations": ["location"],
        "partialFingerprints": "fingerprints",
        "properties": "propertyBag",
    },
    "fingerprints": {"seedbedDoctor/v1!": str},
}


def faults(value: object, shape: Shape, at: str = "$") -> list[str]:
    """Where a value has not the shape that the specification gives it."""
    if isinstance(shape, set):
        return [] if value in shape else [f"{at}: {value!r} is none of {sorted(shape)}"]
    if isinstance(shape, type):
        return [] if type(value) is shape else [f"{at}: {value!r} is no {shape.__name__}"]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at}: {value!r} is no array"]
        pairs = enumerate(value)
        return [fault for n, item in pairs for fault in faults(item, shape[0], f"{at}[{n}]")]
    assert isinstance(shape, str)
    if not isinstance(value, dict):
        return [f"{at}: {value!r} is no {shape}"]
    kinds = {name.rstrip("!"): kind for name, kind in SHAPES[shape].items()}
    found = [f"{at}: {name[:-1]} is missing" for name in SHAPES[shape]
             if name.endswith("!") and name[:-1] not in value]  # fmt: skip
    for name, item in value.items():
        here = f"{at}.{name}"
        known = name in kinds
        found += faults(item, kinds[name], here) if known else [f"{here} is not of {shape}"]
    return found


@pytest.fixture(name="log")
def _log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, object]]]:
    """A log with findings of a script and a notebook, certain and not, and an unread file."""
    monkeypatch.chdir(tmp_path)
    split = "from sklearn.model_selection import train_test_split\na, b = train_test_split(x)\n"
    Path("train.py").write_text(split + "import pickle\nx = pickle.load(open('a.pkl', 'rb'))\n")
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": split}]
    Path("book.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}}, indent=1))
    Path("broken.py").write_text("def f(:\n")
    log = json.loads(CliRunner().invoke(main, ["doctor", ".", "--format", "sarif"]).stdout)
    assert isinstance(log, dict)
    return log


def test_a_log_has_the_shape_of_sarif(log: dict[str, list[dict[str, object]]]) -> None:
    assert faults(log, "sarifLog") == []


def test_results_name_rules_by_index_and_lines_from_one(
    log: dict[str, list[dict[str, object]]],
) -> None:
    run = json.loads(json.dumps(log["runs"][0]))
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["region"].get("startColumn", 1) >= 1
    assert run["invocations"][0]["executionSuccessful"] is False
    (unread,) = run["invocations"][0]["toolExecutionNotifications"]
    assert unread["level"] == "error"


def test_a_wrong_log_is_told_from_a_right_one() -> None:
    wrong = {"version": "2.0.0", "runs": [{"results": [{"ruleIndex": "1", "kindOf": 1}]}]}
    assert faults(wrong, "sarifLog") == [
        "$.version: '2.0.0' is none of ['2.1.0']",
        "$.runs[0]: tool is missing",
        "$.runs[0].results[0]: message is missing",
        "$.runs[0].results[0].ruleIndex: '1' is no int",
        "$.runs[0].results[0].kindOf is not of result",
    ]
