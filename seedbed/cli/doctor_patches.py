"""``--fix``, ``--diff`` and ``--add-ignore`` of the doctor."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seedbed.doctor.examine import examine
from seedbed.doctor.patch.diffs import diff_of
from seedbed.doctor.patch.files import refuse_uncommitted, write_mended
from seedbed.doctor.patch.ignore_comments import with_ignore_comments
from seedbed.doctor.patch.plan import Mended, mend
from seedbed.doctor.report.findings import Report
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.parse import Problem
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_as_is, print_text


@dataclass(frozen=True)
class PatchOptions:
    """What is changed.

    Attributes:
        fix: Whether to write the patches into the files.
        diff: Whether to print them instead.
        unsafe_fixes: Whether they may change more than what varies.
        add_ignore: Whether to write comments that silence what is found.
        allow_dirty: Whether to change files that are not committed.
    """

    fix: bool
    diff: bool
    unsafe_fixes: bool
    add_ignore: bool
    allow_dirty: bool

    def check(self) -> None:
        """Refuse options that do not go together.

        Raises:
            InputError: Two of the three were asked for, or consent for nothing.
        """
        if self.fix + self.diff + self.add_ignore > 1:
            raise InputError("Give one of --fix, --diff and --add-ignore.")
        if self.unsafe_fixes and not (self.fix or self.diff):
            raise InputError("--unsafe-fixes goes with --fix or --diff.")

    @property
    def any(self) -> bool:
        """Whether files are changed, or changes are shown."""
        return self.fix or self.diff or self.add_ignore


def patched(
    paths: tuple[Path, ...],
    settings: Settings,
    contents: Mapping[Path, bytes],
    options: PatchOptions,
) -> tuple[Report, int | None]:
    """Change files, or show how they would be changed.

    Returns:
        What is left to report, and the exit code; None for that of the report.
    """
    if options.add_ignore:
        done = with_ignore_comments(paths, settings, contents)
    else:
        done = mend(paths, settings, contents, unsafe=options.unsafe_fixes)
    if options.diff:
        for path, after in sorted(done.after.items()):
            print_as_is(diff_of(path, done.before[path], after), newline=False)
        _tell(done, "would be mended")
        return done.report, 2 if done.report.exit_code == 2 else int(bool(done.after))
    on_disk = [path for path in done.after if path not in contents]
    if not options.allow_dirty:
        refuse_uncommitted(on_disk)
    unwritten: list[Problem] = []
    for path in on_disk:
        reason = write_mended(path, done.before[path], done.after[path])
        if reason:
            unwritten.append(Problem(path, reason, unwritten=True))
            done.withdraw(path)
    if unwritten:  # their findings are still there
        done.report = examine(paths, settings, contents)
        done.report.problems.extend(unwritten)
    for path in contents:
        print_as_is(done.after.get(path, contents[path]), newline=False)
    _tell(done, "silenced" if options.add_ignore else "mended")
    return done.report, None


def _tell(done: Mended, verb: str) -> None:
    """One line on what was done, and one for each patch that was left, on standard error."""
    for path, sentence in dict.fromkeys(done.left):
        print_text(f"doctor: {path} {sentence}.", error=True)
    counts = ", ".join(f"{code} {count}" for code, count in sorted(done.counts.items()))
    total, files = done.counts.total(), len(done.after)
    if total:
        findings = "1 finding" if total == 1 else f"{total} findings"
        print_text(
            f"doctor: {findings} {verb} in {files} file{'s' * (files != 1)} ({counts}).", error=True
        )
