"""``churn``: which examples change their label from run to run, as numbers and as pictures."""

from pathlib import Path

import click

from seedbed.cli.ask.options import PATH, from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep", required=False)
@from_option("a CSV of runs × examples, the label that each run gave, without a row of names")
@click.option("--labels", type=PATH, help="With --from: file of the true labels.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pictures  [default: reports/SWEEP in the store].",
)
@output_options
def churn(
    *,
    sweep: str | None,
    from_file: Path | None,
    labels: Path | None,
    output: Path | None,
    level: float,
    form: Format,
) -> None:
    """How many predictions change from run to run?

    Of a recorded SWEEP, with pictures of the examples that change most; or of a file, without.
    """
    from seedbed.analysis.questions.churn import churn as answer

    with Waiting() as progress:
        result = answer(
            sweep,
            from_file=from_file,
            labels=labels,
            output=output,
            level=level,
            progress=progress,
        )
    emit(result, form)
