"""``verification``: equal error rate and half total error rate of scored trials."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.recorded_sweep import (
    each,
    read,
)
from seedbed.analysis.answers.verification import (
    read_trials,
    verification_of_runs,
    verification_of_trials,
)
from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command()
@click.argument("sweep", required=False)
@click.option(
    "--dev",
    type=click.Path(path_type=Path),
    help="CSV of development trials: score, label (1 genuine, 0 impostor).",
)
@click.option(
    "--test",
    type=click.Path(path_type=Path),
    help="CSV of test trials; with --subjects also subject (claimed) and perhaps other (shown).",
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
    """Equal error rate and half total error rate of scored trials, or of a SWEEP of two classes."""
    if sweep is not None:
        if dev is not None or test is not None or subjects:
            raise InputError("give either a sweep's name, or --dev and --test, not both")
        found = read(sweep)
        emit(each(found, lambda group: verification_of_runs(found, group, level=level)), form)
        return
    if dev is None or test is None:
        raise InputError("--dev and --test belong together: give both, or a sweep's name")
    answer = verification_of_trials(
        read_trials(dev), read_trials(test), by_subject=subjects, level=level
    )
    emit(answer, form)
