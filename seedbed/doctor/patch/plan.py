"""Chooses the patches of a report, applies them in memory, and looks whether they help."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seedbed.doctor.editing.edits import Edit, Patch, overlap
from seedbed.doctor.examine import examine
from seedbed.doctor.patch.notebooks import edited_notebook
from seedbed.doctor.patch.scripts import edited_script
from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.module import Module

_MOST_ROUNDS = 40


@dataclass
class Mended:
    """Files after their patches, in memory.

    Attributes:
        before: Bytes of each file that changed, as they were read.
        after: Its bytes now.
        report: What is found in the files as they are now.
        by_file: Number of findings mended in each file, by code.
        left: Why patches were not made: (file, sentence).
    """

    report: Report
    before: dict[Path, bytes] = field(default_factory=dict)
    after: dict[Path, bytes] = field(default_factory=dict)
    by_file: dict[Path, Counter[str]] = field(default_factory=dict)
    left: list[tuple[Path, str]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Number of findings mended, by code."""
        return sum(self.by_file.values(), Counter())

    def count(self, findings: Iterable[Finding]) -> None:
        """Count findings as mended."""
        for finding in findings:
            self.by_file.setdefault(finding.path, Counter())[finding.code] += 1

    def withdraw(self, path: Path) -> None:
        """Forget the patches of a file that could not be written."""
        self.before.pop(path, None)
        self.after.pop(path, None)
        self.by_file.pop(path, None)


def mend(
    paths: Sequence[Path],
    settings: Settings | None = None,
    contents: Mapping[Path, bytes] | None = None,
    *,
    unsafe: bool = False,
) -> Mended:
    """Apply every patch that removes its finding and brings no other.

    Args:
        paths: Scripts, notebooks and folders.
        settings: Which rules to ask.
        contents: Bytes to read in place of what lies at a path.
        unsafe: Whether patches may change more than what varies.

    Returns:
        The files after their patches; nothing is written.
    """
    given = dict(contents or {})
    done = Mended(examine(paths, settings, given))
    tried: set[tuple[Path, str, tuple[Edit, ...]]] = set()
    for _ in range(_MOST_ROUNDS):
        chosen = _chosen(done.report, unsafe, tried)
        if not chosen:
            break
        for together in chosen.values():
            group = together
            if not _apply(together, paths, settings, given, done) and len(together) > 1:
                group = together[:1]  # the others are asked again in the next round
                _apply(group, paths, settings, given, done)
            tried.update(_identity(finding) for finding in group)
    return done


def _identity(finding: Finding) -> tuple[Path, str, tuple[Edit, ...]]:
    return finding.path, finding.code, finding.patch.edits if finding.patch else ()


def _chosen(
    report: Report, unsafe: bool, tried: set[tuple[Path, str, tuple[Edit, ...]]]
) -> dict[Path, list[Finding]]:
    """Findings whose patches are to be made now, by file: no two touch the same text."""
    chosen: dict[Path, list[Finding]] = {}
    taken: dict[Path, list[Edit]] = {}
    for finding in report.findings:
        patch = finding.patch
        if patch is None or patch.module.path != finding.path or _identity(finding) in tried:
            continue
        if not (patch.safe or unsafe):
            continue
        edits = taken.setdefault(finding.path, [])
        new = [edit for edit in patch.edits if edit not in edits]
        if any(overlap(edit, edits) for edit in new):
            continue
        edits.extend(new)
        chosen.setdefault(finding.path, []).append(finding)
    return chosen


def _apply(
    group: Sequence[Finding],
    paths: Sequence[Path],
    settings: Settings | None,
    given: dict[Path, bytes],
    done: Mended,
) -> bool:
    """Make the patches of one file if they help; True if they do."""
    path = group[0].path
    module = _module_of(group[0])
    current = given.get(path, module.raw)
    try:
        content = edited(module, [p for f in group if (p := f.patch) is not None])
    except ValueError as error:
        if len(group) == 1:
            done.left.append((path, _sentence(group[0], str(error))))
        return False
    report = examine(paths, settings, {**given, path: content})
    wrong = _made_worse(done.report, report, group, path)
    if wrong:
        if len(group) == 1:
            done.left.append((path, _sentence(group[0], wrong)))
        return False
    done.before.setdefault(path, current)
    given[path] = done.after[path] = content
    done.report = report
    done.count(group)
    return True


def _sentence(finding: Finding, why: str) -> str:
    cell = f"cell {finding.cell}, " if finding.cell else ""
    return f"{cell}line {finding.line}: {finding.code} is left, because {why}"


def _module_of(finding: Finding) -> Module:
    assert finding.patch is not None  # noqa: S101  (chosen by its patch)
    return finding.patch.module


def edited(module: Module, patches: Sequence[Patch]) -> bytes:
    """The bytes of a file after patches.

    Raises:
        ValueError: A change cannot be written into this file.
    """
    edits = sorted({edit for patch in patches for edit in patch.edits})
    if module.path.suffix == ".ipynb":
        return edited_notebook(module, edits)
    return edited_script(module.raw, edits)


def _made_worse(before: Report, after: Report, group: Sequence[Finding], path: Path) -> str:
    """Why patches do not help; empty if they do."""
    if len(after.problems) > len(before.problems):
        return "the file would no longer parse"
    old, new = _counts(before), _counts(after)
    for code in sorted({finding.code for finding in group}):
        if new[path, code] >= old[path, code]:
            return "the change would not fix it"
    more = sorted({(code, at) for (at, code), count in new.items() if count > old[at, code]})
    added = [_added(before, after, *one) for one in more]
    return f"the change would add {'; '.join(added)}" if added else ""


def _added(before: Report, after: Report, code: str, path: Path) -> str:
    """A rule that finds more than before, and the first thing that it finds anew."""
    known = {one.message for one in before.findings if (one.code, one.path) == (code, path)}
    found = [one.message for one in after.findings if (one.code, one.path) == (code, path)]
    new = [message for message in found if message not in known]
    return f"{code}: {(new or found)[0]}"


def _counts(report: Report) -> Counter[tuple[Path, str]]:
    return Counter((finding.path, finding.code) for finding in report.findings)
