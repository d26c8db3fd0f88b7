"""``report``: all that runs say, as text, as a page, and in MLflow."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import (
    import_options,
    imported,
    runs_to_write_back,
    write_verdict_back,
)
from seedbed.cli.ask.options import fail_option, form_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("sweep", metavar="SWEEP | mlflow:EXPERIMENT")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the report  [default: reports/SWEEP in the store].",
)
@fail_option
@click.option(
    "--write-back",
    is_flag=True,
    help="For runs in MLflow: record verdict and report in their experiment, as a separate run.",
)
@import_options("by", "seed", "metric")
@form_options
def report(
    *,
    sweep: str,
    output: Path | None,
    fail_on: tuple[str, ...],
    badge: Path | None,
    write_back: bool,
    asked: "Selection",
    form: Format,
) -> None:
    """Print a sweep's verdict and write its report.

    The report is logged to the run of SWEEP in MLflow as well. For another tool's runs it is only a
    folder, unless --write-back records it. --format json prints findings.json, markdown report.md,
    and csv the table of configurations.
    """
    from seedbed.analysis.questions.recorded import report as answer

    with Waiting() as progress:
        given = imported(sweep, asked, progress)
        recorded = runs_to_write_back(given) if write_back else None
        result = answer(given or sweep, output=output, progress=progress)
        if recorded is not None:
            write_verdict_back(result, recorded, lambda _folder: result.files.written)
    emit(result, form, fail_on, badge)
