"""The report as programs read it: JSON, and SARIF 2.1.0 for code hosts."""

import hashlib
import json
from pathlib import Path
from urllib.parse import quote

from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.rules.registry import RULES

JSON_VERSION = 1
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"is": "warning", "may be": "note"}


def as_json(report: Report) -> str:
    """The report as one JSON object.

    Args:
        report: What was found.

    Returns:
        ``{"version", "read", "ignored", "findings": [...], "problems": [...]}``.
    """
    content = {
        "version": JSON_VERSION,
        "read": report.read,
        "ignored": report.ignored,
        "findings": [_finding(finding) for finding in report.findings],
        "problems": [
            {"path": p.path.as_posix(), "reason": p.reason, "unread": p.blocks}
            for p in report.problems
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "path": finding.path.as_posix(),
        "cell": finding.cell or None,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "name": RULES[finding.code].name,
        "family": RULES[finding.code].family,
        "certainty": finding.certainty,
        "message": finding.message,
        "meaning": finding.meaning,
        "fix": list(finding.fix),
        "patch": finding.mends or None,
    }


def as_sarif(report: Report) -> str:
    """The report as a SARIF 2.1.0 log with one run.

    Args:
        report: What was found.

    Returns:
        JSON; "is" has the level ``warning``, "may be" the level ``note``; a notebook's findings
        point to the line of its JSON, and name the cell in their message.
    """
    codes = sorted(RULES)
    run = {
        "tool": {
            "driver": {
                "name": "seedbed-doctor",
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(p.blocks for p in report.problems),
                "toolExecutionNotifications": [
                    {
                        "level": "error" if p.blocks else "note",
                        "message": {"text": f"{p.path.as_posix()} {p.reason}"},
                        "locations": [{"physicalLocation": _artifact(p.path)}],
                    }
                    for p in report.problems
                ],
            }
        ],
        "results": [_result(finding, codes.index(finding.code)) for finding in report.findings],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _rule(code: str) -> dict[str, object]:
    rule = RULES[code]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": rule.meaning},
        "help": {"text": "Write instead:\n" + "\n".join(rule.fix)},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": [rule.family]},
    }


def _artifact(path: Path) -> dict[str, object]:
    """A location by path; absolute paths become file URIs."""
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    return {"artifactLocation": {"uri": uri}}


def _result(finding: Finding, index: int) -> dict[str, object]:
    cell = f"cell {finding.cell}, line {finding.line}: " if finding.cell else ""
    certain = "" if finding.certainty == "is" else "may be: "
    region = {"startLine": finding.physical}
    if not finding.cell:
        region["startColumn"] = finding.column
    print_of = f"{finding.path.as_posix()}:{finding.code}:{finding.message}"
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.certainty],
        "message": {"text": f"{cell}{certain}{finding.message}. {finding.meaning}"},
        "locations": [
            {"physicalLocation": {**_artifact(finding.path), "region": region}},
        ],
        "partialFingerprints": {
            "seedbedDoctor/v1": hashlib.sha256(print_of.encode()).hexdigest(),
        },
        "properties": {"certainty": finding.certainty},
    }
