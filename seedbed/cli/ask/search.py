"""``search``: how good the winner looks, how much of that is luck, and which option mattered."""

from dataclasses import replace
from math import inf
from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.recorded_sweep import read, sweep_name
from seedbed.analysis.answers.search import (
    read_search,
    search_of_numbers,
    search_of_scores,
    search_of_sweep,
)
from seedbed.analysis.wording import count
from seedbed.cli.ask.options import ListCommand, csv_option, output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command(cls=ListCommand)
@click.argument("values", nargs=-1, metavar="SWEEP | SCORE…")
@csv_option("CSV with a row per run")
@click.option("--by", multiple=True, help="With --csv: column of an option; may be repeated.")
@click.option("--metric", help="With --csv: column of scores.")
@click.option("--noise-sd", type=float, help="Of numbers: sd of a run over seeds, if known.")
@output_options
def search(
    *,
    values: tuple[str, ...],
    from_csv: Path | None,
    by: tuple[str, ...],
    metric: str | None,
    noise_sd: float | None,
    level: float,
    form: Format,
) -> None:
    """How good the winner of a search looks, its luck, and what a smaller search would give.

    Of a SWEEP, of scores (one per configuration, higher is better), or of a CSV file of runs.
    """
    if noise_sd is not None and not 0 < noise_sd < inf:
        raise InputError(f"--noise-sd must be a number above 0, got {noise_sd:g}")
    if from_csv is not None:
        if values or not by or metric is None:
            raise InputError("--csv needs --by and --metric, its columns, and nothing beside it")
        scores, options, failed = read_search(from_csv, by, metric)
        answer = search_of_scores(scores, options, noise_sd=noise_sd)
        if failed:
            is_out = "is left out" if failed == 1 else "are left out"
            note = f"{count(failed, 'run')} without {metric} {is_out}."
            fields = {**answer.fields, "notes": [note]}
            answer = replace(answer, sentences=(*answer.sentences, note), fields=fields)
    elif name := sweep_name(values, "scores"):
        answer = search_of_sweep(read(name, whole=True), level=level)
    else:
        answer = search_of_numbers(values, noise_sd)
    emit(answer, form)
