"""``sources``: which source of change makes the runs of a sweep disagree."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.recorded_sweep import each, read
from seedbed.analysis.answers.sources import sources_of_file, sources_of_runs
from seedbed.cli.ask.options import ListCommand, csv_option, one_way, output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@csv_option("CSV with a row per run: the seed of each source")
@click.option("--by", multiple=True, help="With --csv: column of a source; may be repeated.")
@click.option("--metric", help="With --csv: column of scores.")
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    help="With --csv: CSV of runs × examples, the label that each run gave; tells far more than "
    "scores.",
)
@output_options
def sources(
    *,
    sweep: str | None,
    from_csv: Path | None,
    by: tuple[str, ...],
    metric: str | None,
    labels: Path | None,
    level: float,
    form: Format,
) -> None:
    """Which source of change (init, order, …) makes the runs of SWEEP, or a CSV file, disagree."""
    one_way(sweep, from_csv, "the seeds of each run")
    if from_csv is not None:
        emit(sources_of_file(from_csv, by, metric, labels, level), form)
        return
    if by or metric or labels:
        raise InputError("--by, --metric and --labels belong to --csv: a sweep has its own")
    found = read(str(sweep))
    emit(each(found, lambda group: sources_of_runs(found, group, level=level)), form)
