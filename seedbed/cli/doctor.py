"""``seedbed doctor train.py notebook.ipynb folder/``: examine scripts without running them."""

import dataclasses
import gc
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown

from seedbed.cli.doctor_patches import PatchOptions, patched
from seedbed.cli.format_option import format_option
from seedbed.cli.option_groups import grouped
from seedbed.doctor.examine import examine
from seedbed.doctor.patch.rule_pages import page_of
from seedbed.doctor.report.code_hosts import (
    as_concise,
    as_github,
    as_gitlab,
    as_junit,
    as_statistics,
)
from seedbed.doctor.report.findings import Report
from seedbed.doctor.report.json_sarif import as_json, as_sarif
from seedbed.doctor.report.terminal import print_report, print_rules
from seedbed.doctor.report_cache import examine_or_recall
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings, check_codes, find_pyproject, read_settings
from seedbed.doctor.source.find_files import find_files
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_as_is, print_text

_HELP = """Read a script and name what makes it vary.

Nothing is run. PATHS are scripts, notebooks and folders. Each finding has a code, a line, what it
means for the numbers, and a fix; "is" is certain from the text, "may be" depends on what cannot
be read.

Exit code: 0 nothing found, 1 findings, 2 something could not be read or the input is wrong.
"""


_FORMS: dict[str, Callable[[Report], str]] = {
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
    "junit": as_junit,
    "concise": as_concise,
}


def _codes(value: str, option: str) -> tuple[str, ...]:
    return check_codes([part for part in value.split(",") if part.strip()], option, RULES)


@dataclass(frozen=True)
class ReadingOptions:
    """What to read and which findings to keep; added to those of pyproject.toml.

    Attributes:
        select: Codes to report, comma-separated; empty for all.
        ignore: Codes to leave out, comma-separated.
        exclude: Patterns of files in folders that are not read.
        certain: Whether to leave out findings of the kind "may be".
        config: A pyproject.toml, or None for the nearest one.
        no_cache: Whether to read files through again although they have not changed.
    """

    select: str
    ignore: str
    exclude: tuple[str, ...]
    certain: bool
    config: Path | None
    no_cache: bool

    def settings(self) -> Settings:
        """The settings of the file, overridden by these options."""
        settings = read_settings(self.config or find_pyproject(Path.cwd()), RULES)
        if self.select:
            settings = dataclasses.replace(settings, select=_codes(self.select, "--select"))
        if self.ignore:
            more = (*settings.ignore, *_codes(self.ignore, "--ignore"))
            settings = dataclasses.replace(settings, ignore=more)
        return dataclasses.replace(
            settings,
            exclude=(*settings.exclude, *self.exclude),
            certain_only=settings.certain_only or self.certain,
        )


@dataclass(frozen=True)
class PrintingOptions:
    """How to print the findings.

    Attributes:
        form: ``text``, ``concise``, or a name of ``_FORMS``.
        output: File to write to, or None for the standard output.
        brief: Whether to print one line for each finding.
        statistics: Whether to count the findings of each rule instead.
    """

    form: str
    output: Path | None
    brief: bool
    statistics: bool


@click.command(name="doctor", help=_HELP)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain", metavar="CODE", help="Print the page of a rule and exit.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules and exit.")
@grouped(
    PrintingOptions,
    "printing",
    format_option("text", *_FORMS, also=("--output-format",)),  # as ruff calls it
    click.option("--output", type=click.Path(path_type=Path), help="Write to a file instead."),
    click.option("--brief", is_flag=True, help="Print one line for each finding."),
    click.option("--statistics", is_flag=True, help="Count the findings of each rule."),
)
@grouped(
    PatchOptions,
    "patching",
    click.option("--fix", is_flag=True, help="Write patches that change only what varies."),
    click.option("--diff", is_flag=True, help="Print these patches and write nothing."),
    click.option("--unsafe-fixes", is_flag=True, help="Also patches that change the training."),
    click.option("--add-ignore", is_flag=True, help="Write comments that silence the findings."),
    click.option("--allow-dirty", is_flag=True, help="Also change files that are not committed."),
)
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    help="File name of the text on standard input, for the path '-'.",
)
@click.option("--watch", is_flag=True, help="Examine again when a file changes; Ctrl-C ends it.")
@grouped(
    ReadingOptions,
    "reading",
    click.option("--select", default="", metavar="CODES", help="Report only these: SB2,SB301."),
    click.option("--ignore", default="", metavar="CODES", help="Leave these out."),
    click.option("--exclude", multiple=True, metavar="GLOB", help="Do not read these in folders."),
    click.option("--certain", is_flag=True, help='Leave out findings of the kind "may be".'),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="A pyproject.toml  [default: the nearest one from the working directory up].",
    ),
    click.option("--no-cache", is_flag=True, help="Read unchanged files again as well."),
)
def doctor(  # noqa: PLR0917  (click passes them by name)
    paths: tuple[Path, ...],
    explain: str | None,
    list_rules: bool,
    stdin_filename: Path | None,
    watch: bool,
    printing: PrintingOptions,
    patching: PatchOptions,
    reading: ReadingOptions,
) -> None:
    """Examine scripts; the help is ``_HELP``."""
    try:
        if explain is not None:
            Console().print(Markdown(page_of(explain)))
            return
        if list_rules:
            print_rules(Console())
            return
        if not paths:
            raise InputError("Name at least one script, notebook or folder; see --help.")
        patching.check()
        paths, contents = _standard_input(paths, stdin_filename)
        if watch:
            _watch(paths, contents, printing, patching, reading)
        if patching.any:
            report, code = patched(paths, reading.settings(), contents, patching)
            if contents or code is not None:  # standard output holds the text or the diff
                _tell_problems(report)
            else:
                _write(report, printing)
            sys.exit(report.exit_code if code is None else code)
        if contents or reading.no_cache:
            report = examine(paths, reading.settings(), contents)
        else:
            report = examine_or_recall(paths, reading.settings())
        _write(report, printing)
    except InputError as error:
        print_text(f"doctor: {error}", error=True)
        sys.exit(error.exit_code)
    sys.exit(report.exit_code)


def _standard_input(
    paths: tuple[Path, ...], name: Path | None
) -> tuple[tuple[Path, ...], Mapping[Path, bytes]]:
    """The paths, with ``-`` replaced by the name that standard input is to have."""
    if Path("-") not in paths:
        if name is not None:
            raise InputError("--stdin-filename names what the path '-' reads; add '-'.")
        return paths, {}
    named = name or Path("stdin.py")
    content = sys.stdin.buffer.read()
    return tuple(named if path == Path("-") else path for path in paths), {named: content}


def _watch(
    paths: tuple[Path, ...],
    contents: Mapping[Path, bytes],
    printing: PrintingOptions,
    patching: PatchOptions,
    reading: ReadingOptions,
) -> None:
    """Examine, and examine again whenever a file changes; returns never but by Ctrl-C."""
    if contents or patching.any:
        raise InputError("--watch only reads files: leave out '-', --fix, --diff and --add-ignore.")
    before: dict[Path, int] | None = None
    settings = reading.settings()
    try:
        while True:
            now = {path: _time_of(path) for path in _existing(paths, settings, before is None)}
            if now != before:
                click.clear()
                _write(examine(list(now), settings), printing)
                before = now
                gc.collect()  # the trees of a large folder, before there are more
            time.sleep(0.5)
    except KeyboardInterrupt:
        sys.exit(0)


def _existing(paths: tuple[Path, ...], settings: Settings, first: bool) -> list[Path]:
    """The files to examine; an editor may take a file away for a moment while it saves."""
    kept = paths if first else tuple(path for path in paths if path.exists())
    return find_files(kept, settings.exclude)


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _write(report: Report, printing: PrintingOptions) -> None:
    """Print the report, or write it to a file."""
    output, form = printing.output, _FORMS.get(printing.form)
    for_programs = form is not None or printing.statistics
    try:
        stream = output.open("w", encoding="utf-8") if output is not None else None
    except OSError as error:
        raise InputError(
            f"--output must be a file that can be written; '{output}': {error.strerror}."
        ) from error
    if printing.statistics:
        print_as_is(as_statistics(report), stream=stream)
    elif form is not None:
        printed = form(report)
        print_as_is(printed, stream=stream, newline=bool(printed))  # no line if nothing is found
    else:
        print_report(report, Console(file=stream), printing.brief)
    if stream is not None:
        stream.close()
    if for_programs or output is not None:
        _tell_problems(report)


def _tell_problems(report: Report) -> None:
    """Name on standard error what could not be read or written."""
    for problem in report.problems:
        print_text(f"doctor: {problem.path} {problem.reason}", error=True)
