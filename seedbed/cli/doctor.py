"""``seedbed doctor train.py notebook.ipynb folder/``: examine scripts without running them."""

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.markdown import Markdown

from seedbed.cli.format_option import format_option
from seedbed.cli.option_groups import grouped
from seedbed.doctor.examine import examine
from seedbed.doctor.report.findings import Report
from seedbed.doctor.report.json_sarif import as_json, as_sarif
from seedbed.doctor.report.rule_pages import page_of
from seedbed.doctor.report.terminal import print_report, print_rules
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings, check_codes, find_pyproject, read_settings
from seedbed.system.errors import InputError
from seedbed.system.terminal_escape import inert

_HELP = """Read a script and name what makes it vary.

Nothing is run. PATHS are scripts, notebooks and folders. Each finding has a code, a line, what it
means for the numbers, and a fix; "is" is certain from the text, "may be" depends on what cannot
be read.

Exit code: 0 nothing found, 1 findings, 2 something could not be read or the input is wrong.
"""


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
    """

    select: str
    ignore: str
    exclude: tuple[str, ...]
    certain: bool
    config: Path | None

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
        form: ``text``, ``json`` or ``sarif``.
        output: File to write to, or None for the standard output.
        brief: Whether to print one line for each finding.
    """

    form: Literal["text", "json", "sarif"]
    output: Path | None
    brief: bool


@click.command(name="doctor", help=_HELP)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain", metavar="CODE", help="Print the page of a rule and exit.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules and exit.")
@grouped(
    PrintingOptions,
    "printing",
    format_option("text", "json", "sarif"),
    click.option("--output", type=click.Path(path_type=Path), help="Write to a file instead."),
    click.option("--brief", is_flag=True, help="Print one line for each finding."),
)
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
)
def doctor(
    paths: tuple[Path, ...],
    explain: str | None,
    list_rules: bool,
    printing: PrintingOptions,
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
        report = examine(paths, reading.settings())
        _write(report, printing)
    except InputError as error:
        click.echo(inert(f"doctor: {error}"), err=True)
        sys.exit(error.exit_code)
    sys.exit(report.exit_code)


def _write(report: Report, printing: PrintingOptions) -> None:
    """Print the report, or write it to a file."""
    output, for_programs = printing.output, printing.form != "text"
    try:
        stream = output.open("w", encoding="utf-8") if output is not None else None
    except OSError as error:
        raise InputError(
            f"--output must be a file that can be written; '{output}': {error.strerror}."
        ) from error
    if for_programs:
        text = as_json(report) if printing.form == "json" else as_sarif(report)
        click.echo(text, file=stream)
    else:
        print_report(report, Console(file=stream), printing.brief)
    if stream is not None:
        stream.close()
    if for_programs or output is not None:
        for problem in report.problems:
            click.echo(inert(f"doctor: {problem.path} {problem.reason}"), err=True)
