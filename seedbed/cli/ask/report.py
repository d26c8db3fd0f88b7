"""``report``: all that a recorded sweep says, as text, as a page, and in MLflow."""

from pathlib import Path

import click

from seedbed.cli.ask.options import fail_option, form_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the report  [default: reports/SWEEP in the store].",
)
@fail_option
@form_options
def report(
    sweep: str, output: Path | None, fail_on: tuple[str, ...], badge: Path | None, form: Format
) -> None:
    """Print a sweep's verdict and write its report.

    The report is logged to the run of SWEEP in MLflow as well. --format json prints findings.json,
    markdown report.md, and csv the table of configurations.
    """
    from seedbed.analysis.questions.recorded import report as answer

    with Waiting() as progress:
        result = answer(sweep, output=output, progress=progress)
    emit(result, form, fail_on, badge)
