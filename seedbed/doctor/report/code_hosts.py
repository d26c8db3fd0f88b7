"""The report as GitHub, GitLab and test servers read it, and in one line each."""

import hashlib
import json
from collections import Counter
from xml.sax.saxutils import escape, quoteattr

from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.rules.registry import RULES

_GITHUB = {"is": "warning", "may be": "notice"}
_GITLAB = {"is": "major", "may be": "minor"}
_NOT_IN_XML = dict.fromkeys(
    {*range(32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - {9, 10, 13}, "\ufffd"
)  # section 2.2 of XML 1.0


def as_concise(report: Report) -> str:
    """One line for each finding, then what could not be read."""
    lines = [f"{f.where} {f.code} {f.certainty}: {f.message}" for f in report.findings]
    return "\n".join([*lines, *(f"{p.path.as_posix()} {p.reason}" for p in report.problems)])


def as_github(report: Report) -> str:
    """Workflow commands that GitHub shows beside the changed lines."""
    lines = [
        f"::{_GITHUB[f.certainty]} file={_property(f.path.as_posix())},line={f.physical},"
        f"{'' if f.cell else f'col={f.column},'}title={_property(f.code)}::{_data(_message(f))}"
        for f in report.findings
    ]
    lines += [
        f"::{'error' if p.blocks else 'notice'} file={_property(p.path.as_posix())}::"
        f"{_data(p.reason)}"
        for p in report.problems
    ]
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _message(finding: Finding) -> str:
    cell = f"cell {finding.cell}, line {finding.line}: " if finding.cell else ""
    return f"{cell}{finding.certainty}: {finding.message}. {finding.meaning}"


def as_gitlab(report: Report) -> str:
    """A code quality report of GitLab: a JSON list, each entry with a print of its own."""
    seen: Counter[str] = Counter()
    entries = []
    for finding in report.findings:
        begin = {"line": finding.physical, "column": finding.column}
        if finding.cell:  # the line is that of the notebook's JSON, the column that of the cell
            del begin["column"]
        text = f"{finding.path.as_posix()}:{finding.code}:{finding.message}"
        seen[text] += 1
        entries.append(
            {
                "type": "issue",
                "check_name": finding.code,
                "description": f"{finding.code} {_message(finding)}",
                "categories": ["Bug Risk"],
                "severity": _GITLAB[finding.certainty],
                "fingerprint": hashlib.sha256(f"{text}:{seen[text]}".encode()).hexdigest(),
                "location": {
                    "path": finding.path.as_posix(),
                    "positions": {"begin": begin},
                },
            }
        )
    return json.dumps(entries, indent=2, ensure_ascii=False)


def as_junit(report: Report) -> str:
    """JUnit's XML: a finding is a failed test, an unread file an error, nothing found a pass."""
    cases = [
        _case(
            f"{f.code} {RULES[f.code].name}",
            f.path.as_posix(),
            f"<failure type={_attribute(f.code)} "
            f"message={_attribute(f'{f.certainty}: {f.message}')}>"
            f"{escape(_plain(f'{f.where}: {f.meaning}'))}</failure>",
        )
        for f in report.findings
    ]
    errors = [p for p in report.problems if p.blocks]
    cases += [
        _case(
            "read",
            p.path.as_posix(),
            f'<error type="unread" message={_attribute(p.reason)}/>',
        )
        for p in errors
    ]
    cases = cases or [_case("seedbed doctor", "doctor", "")]
    counts = f'tests="{len(cases)}" failures="{len(report.findings)}" errors="{len(errors)}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<testsuites name="seedbed doctor" {counts}>',
            f'  <testsuite name="seedbed doctor" {counts}>',
            *cases,
            "  </testsuite>",
            "</testsuites>",
        ]
    )


def _case(name: str, path: str, inner: str) -> str:
    head = f"classname={_attribute(path)} name={_attribute(name)}"
    return f"    <testcase {head}>{inner}</testcase>"


def _plain(text: str) -> str:
    return text.translate(_NOT_IN_XML)


def _attribute(text: str) -> str:
    return quoteattr(_plain(text))


def as_statistics(report: Report) -> str:
    """How often each rule was found, most often first."""
    counts = Counter(finding.code for finding in report.findings)
    certain = Counter(f.code for f in report.findings if f.certainty == "is")
    return "\n".join(
        f"{count:5} {code} {RULES[code].name} ({certain[code]} is, {count - certain[code]} may be)"
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
