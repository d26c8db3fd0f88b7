"""``verification``: equal error rate and half total error rate of scored trials."""

from pathlib import Path

import click

from seedbed.cli.ask.options import PATH, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep", required=False)
@click.option(
    "--dev", type=PATH, help="CSV of development trials: score, label (1 genuine, 0 impostor)."
)
@click.option(
    "--test",
    type=PATH,
    help="CSV of test trials; with --subjects also subject (claimed), optionally other (shown).",
)
@click.option("--subjects", is_flag=True, help="Take the interval from resampling subjects.")
@output_options
def verification(
    *,
    sweep: str | None,
    dev: Path | None,
    test: Path | None,
    subjects: bool,
    level: float,
    form: Format,
) -> None:
    """What are EER and HTER, with intervals?

    The equal error rate and the half total error rate of a recorded SWEEP of two classes, or of
    scored trials in files.
    """
    from seedbed.analysis.questions.predictions import verification as answer

    with Waiting() as progress:
        result = answer(
            sweep, dev=dev, test=test, subjects=subjects, level=level, progress=progress
        )
    emit(result, form)
