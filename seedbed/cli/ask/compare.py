"""``compare``: A against B, or many configurations."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.compare import (
    answers_by_arm,
    arms_of_table,
    compare_answers,
    compare_numbers,
    compare_sweep,
)
from seedbed.analysis.answers.comparison_answer import compare_configurations
from seedbed.analysis.answers.read_inputs import read_names
from seedbed.analysis.answers.recorded_sweep import read
from seedbed.analysis.statistics.checks import check_level
from seedbed.cli.ask.options import ListCommand, fail_option, output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@click.option("--a", multiple=True, help="Scores of A, one per run.")
@click.option("--b", multiple=True, help="Scores of B, one per run.")
@click.option(
    "--correct",
    multiple=True,
    help="CSV files, one per arm: runs × examples, 1 where the run is right and 0 where it is "
    "wrong.",
)
@click.option(
    "--from-csv",
    type=click.Path(path_type=Path),
    help="CSV with a row per run; `--csv FILE` is the same.",
)
@click.option("--by", help="Option of the sweep, or column, that makes the arms.")
@click.option("--metric", help="Column of scores.")
@click.option("--seed", "seed_column", help="Column of seeds; runs with equal seeds are paired.")
@click.option("--control", help="Configuration to compare the others with.")
@click.option(
    "--paired/--unpaired", default=None, help="Whether the arms' runs share seeds, in order."
)
@click.option("--margin", type=float, help="Largest difference that counts as equivalent.")
@click.option(
    "--subjects",
    type=click.Path(path_type=Path),
    help="With --correct: a file with the subject of each example, for new subjects instead of "
    "new examples.",
)
@click.option("--train-size", type=int, help="The runs are random re-splits: examples trained on.")
@click.option("--test-size", type=int, help="The runs are random re-splits: examples tested on.")
@fail_option
@output_options
def compare(
    *,
    sweep: str | None,
    a: tuple[str, ...],
    b: tuple[str, ...],
    correct: tuple[str, ...],
    from_csv: Path | None,
    by: str | None,
    metric: str | None,
    seed_column: str | None,
    control: str | None,
    paired: bool | None,
    margin: float | None,
    subjects: Path | None,
    train_size: int | None,
    test_size: int | None,
    fail_on: tuple[str, ...],
    level: float,
    form: Format,
) -> None:
    """Compare A with B: a SWEEP --by batch_size, --a 75.5 75.9 --b 74.8 75.1, or CSV files."""
    check_level(level)
    given = [bool(a or b), bool(correct), from_csv is not None, sweep is not None]
    if sum(given) != 1:
        raise InputError(
            "give the runs one way: a sweep's name, --a and --b, --correct with a file per arm, "
            "or --csv"
        )
    if subjects is not None and not correct:
        raise InputError("--subjects needs --correct: scores alone do not tell examples apart")
    if (train_size or test_size) is not None and not (a or b):
        raise InputError("--train-size and --test-size need the scores of --a and --b")
    if sweep is not None:
        answer = compare_sweep(
            read(sweep), by=by, control=control, paired=paired, margin=margin, level=level
        )
    elif from_csv is not None:
        table = arms_of_table(from_csv, by, metric, seed_column, paired)
        answer = compare_configurations(
            table.scores,
            paired=table.paired,
            control=f"{by}={control}" if f"{by}={control}" in table.scores else control,
            margin=margin,
            level=level,
            notes=table.notes,
        )
    elif correct:
        answer = compare_answers(
            answers_by_arm(correct),
            paired=bool(paired),
            control=control,
            clusters=None if subjects is None else read_names(subjects),
            margin=margin,
            level=level,
        )
    else:
        answer = compare_numbers(
            a, b, paired=bool(paired), margin=margin, level=level, sizes=(train_size, test_size)
        )
    emit(answer, form, fail_on)
