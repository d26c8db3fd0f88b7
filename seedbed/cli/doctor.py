"""The command line: ``python -m seedbed doctor train.py notebook.ipynb folder/``."""

import dataclasses
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown

from seedbed.doctor.examine import examine
from seedbed.doctor.report.findings import Report
from seedbed.doctor.report.json_sarif import as_json, as_sarif
from seedbed.doctor.report.rule_pages import page_of
from seedbed.doctor.report.terminal import print_report, print_rules
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings, check_codes, find_pyproject, read_settings
from seedbed.system.errors import InputError
from seedbed.system.terminal_escape import inert

_HELP = """Read training scripts without running them, and name what makes their accuracy vary.

PATHS are scripts, notebooks and folders. Each finding has a code, a line, what it means for the
numbers, and a fix; "is" is plain from the text, "may be" depends on what cannot be read.

Exit code: 0 nothing found, 1 findings, 2 something could not be read or the input is wrong.
"""


def _codes(value: str, option: str) -> tuple[str, ...]:
    return check_codes([part for part in value.split(",") if part.strip()], option, RULES)


def _settings(
    config: Path | None, select: str, ignore: str, exclude: tuple[str, ...], certain: bool
) -> Settings:
    """The settings of the file, with those of the command line over them."""
    settings = read_settings(config or find_pyproject(Path.cwd()), RULES)
    if select:
        settings = dataclasses.replace(settings, select=_codes(select, "--select"))
    if ignore:
        more = (*settings.ignore, *_codes(ignore, "--ignore"))
        settings = dataclasses.replace(settings, ignore=more)
    return dataclasses.replace(
        settings,
        exclude=(*settings.exclude, *exclude),
        certain_only=settings.certain_only or certain,
    )


@click.command(name="doctor", help=_HELP)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain", metavar="CODE", help="Print the page of a rule and leave.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules and leave.")
@click.option("--json", "to_json", is_flag=True, help="Print JSON.")
@click.option("--sarif", "to_sarif", is_flag=True, help="Print SARIF 2.1.0 for code hosts.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to a file instead.")
@click.option("--select", default="", metavar="CODES", help="Report only these, e.g. SB2,SB301.")
@click.option("--ignore", default="", metavar="CODES", help="Leave these out.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Do not read these in folders.")
@click.option("--certain", is_flag=True, help='Leave out findings of the kind "may be".')
@click.option("--brief", is_flag=True, help="One line for each finding.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="A pyproject.toml; by default the nearest one from the working directory up.",
)
def doctor(  # noqa: PLR0917  (click hands over one argument for each option)
    paths: tuple[Path, ...],
    explain: str | None,
    list_rules: bool,
    to_json: bool,
    to_sarif: bool,
    output: Path | None,
    select: str,
    ignore: str,
    exclude: tuple[str, ...],
    certain: bool,
    brief: bool,
    config: Path | None,
) -> None:
    """Entry of the command line."""
    try:
        if explain is not None:
            Console().print(Markdown(page_of(explain)))
            return
        if list_rules:
            print_rules(Console())
            return
        if not paths:
            raise InputError("Name at least one script, notebook or folder; see --help.")
        if to_json and to_sarif:
            raise InputError("Only one of --json and --sarif may be given.")
        settings = _settings(config, select, ignore, exclude, certain)
        report = examine(paths, settings)
        _write(report, to_json, to_sarif, output, brief)
    except InputError as error:
        click.echo(inert(f"doctor: {error}"), err=True)
        sys.exit(error.exit_code)
    sys.exit(report.exit_code)


def _write(report: Report, to_json: bool, to_sarif: bool, output: Path | None, brief: bool) -> None:
    """Print the report, or write it to a file."""
    try:
        stream = output.open("w", encoding="utf-8") if output is not None else None
    except OSError as error:
        raise InputError(
            f"--output must be a file that can be written; '{output}': {error.strerror}."
        ) from error
    if to_json or to_sarif:
        text = as_json(report) if to_json else as_sarif(report)
        click.echo(text, file=stream)
    else:
        print_report(report, Console(file=stream), brief)
    if stream is not None:
        stream.close()
    if to_json or to_sarif or output is not None:
        for problem in report.problems:
            click.echo(inert(f"doctor: {problem.path} {problem.reason}"), err=True)
