"""``search``: how good the winner looks, how much of that is luck, and which option mattered."""

from pathlib import Path

import click

from seedbed.cli.ask.options import from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.ask.words import runs
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("values", nargs=-1, metavar="SWEEP | SCORE…")
@from_option("a CSV with a row per run")
@click.option("--by", multiple=True, help="With --from: column of an option; may be repeated.")
@click.option("--metric", help="With --from: column of scores.")
@click.option("--noise-sd", type=float, help="Of numbers: sd of a run over seeds, if known.")
@output_options
def search(
    *,
    values: tuple[str, ...],
    from_file: Path | None,
    by: tuple[str, ...],
    metric: str | None,
    noise_sd: float | None,
    level: float,
    form: Format,
) -> None:
    """How lucky was the winner of a search?

    Of a recorded SWEEP, of scores (one per configuration, higher is better), or of a file of runs.
    """
    from seedbed.analysis.questions.search import search as answer

    with Waiting() as progress:
        result = answer(
            runs(values, "scores"),
            from_file=from_file,
            by=by,
            metric=metric,
            noise_sd=noise_sd,
            level=level,
            progress=progress,
        )
    emit(result, form)
