"""``report``: all that a recorded sweep says, as text, as a page, and in MLflow."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.report.publish import publish
from seedbed.analysis.report.write import ReportFiles
from seedbed.cli.ask.options import fail_option, format_options
from seedbed.cli.progress_line import Waiting
from seedbed.system.terminal_escape import inert
from seedbed.tracking.store import Store


@click.command()
@click.argument("sweep")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the report  [default: reports/SWEEP in the store].",
)
@fail_option
@format_options
def report(sweep: str, output: Path | None, fail_on: tuple[str, ...], form: Format) -> None:
    """Write the report of SWEEP, log it to the sweep's run in MLflow, and print its verdict.

    --json prints findings.json, --markdown report.md, and --csv the table of configurations.
    """
    store = Store()
    store.check()
    with Waiting() as waiting:
        files = publish(sweep, store, output, waiting).files
    click.echo(inert(_printed(files, form)))
    if files.findings.answer in fail_on:
        click.get_current_context().exit(1)


def _printed(files: ReportFiles, form: Format) -> str:
    if form == "json":
        return files.json.read_text(encoding="utf-8").rstrip()
    if form == "markdown":
        return files.markdown.read_text(encoding="utf-8").rstrip()
    if form == "csv":
        return files.tables["configurations"].read_text(encoding="utf-8").rstrip()
    return f"{files.text}\n\nReport: {files.html}"
