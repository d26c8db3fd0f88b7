"""Writes the comments that silence what is found: ``# doctor: ignore SB301``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from seedbed.doctor.editing.edits import Edit
from seedbed.doctor.examine import examine
from seedbed.doctor.patch.notebooks import edited_notebook
from seedbed.doctor.patch.plan import Mended
from seedbed.doctor.patch.scripts import edited_script
from seedbed.doctor.report.findings import Finding
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.find_files import read_module
from seedbed.doctor.source.module import Module


def with_ignore_comments(
    paths: Sequence[Path],
    settings: Settings | None = None,
    contents: Mapping[Path, bytes] | None = None,
) -> Mended:
    """Silence every finding by a comment on its line.

    Args:
        paths: Scripts, notebooks and folders.
        settings: Which rules to ask.
        contents: Bytes to read in place of what lies at a path.

    Returns:
        The files with their comments; nothing is written.
    """
    given = dict(contents or {})
    done = Mended(examine(paths, settings, given))
    by_file: dict[Path, list[Finding]] = {}
    for finding in done.report.findings:
        by_file.setdefault(finding.path, []).append(finding)
    for path, findings in by_file.items():
        module = read_module(path, given.get(path))[0]
        try:
            content = _commented(module, findings)
        except ValueError as error:
            done.left.append((path, f"is left, because {error}"))
            continue
        done.before[path], done.after[path] = module.raw, content
        done.count(findings)
    done.report = examine(paths, settings, {**given, **done.after})
    return done


def _commented(module: Module, findings: Sequence[Finding]) -> bytes:
    """The bytes of a file with a comment for each line that has findings."""
    codes: dict[int, set[str]] = {}
    for finding in findings:
        first, last = finding.lines
        line = last if _ends_plainly(module, last) else first
        codes.setdefault(line, set()).add(finding.code)
    edits = [_comment(module, line, found) for line, found in codes.items()]
    if module.path.suffix == ".ipynb":
        return edited_notebook(module, edits)
    return edited_script(module.raw, edits)


def _ends_plainly(module: Module, line: int) -> bool:
    return not module.source_lines[line - 1].rstrip().endswith("\\")


def _comment(module: Module, line: int, codes: set[str]) -> Edit:
    text = module.source_lines[line - 1]
    at = (line, len(text.rstrip().encode()))
    marker = text.find("# doctor: ignore ")
    if marker >= 0:
        return Edit(at, at, ", " + ", ".join(sorted(codes)))
    return Edit(at, at, f"  # doctor: ignore {', '.join(sorted(codes))}")
