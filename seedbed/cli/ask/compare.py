"""``compare``: A against B, or many configurations."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import (
    import_options,
    imported,
    runs_to_write_back,
    write_verdict_back,
)
from seedbed.cli.ask.options import (
    PATH,
    ListCommand,
    fail_option,
    from_option,
    margin_option,
    output_options,
)
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.ask.words import numbers
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@click.option("--a", multiple=True, help="Scores of A, one per run; nan where it failed.")
@click.option("--b", multiple=True, help="Scores of B, one per run; nan where it failed.")
@click.option(
    "--correct",
    multiple=True,
    help="CSV files, one per arm: runs × examples, 1 where the run is right and 0 where it is "
    "wrong.",
)
@from_option("a CSV with a row per run")
@click.option("--by", help="Option, parameter, tag or column that makes the arms.")
@click.option("--metric", help="Column or metric that is the score.")
@click.option("--seed", help="Column or parameter of seeds; runs with equal seeds are paired.")
@click.option("--control", help="Configuration to compare the others with.")
@click.option(
    "--paired/--unpaired", default=None, help="Whether the arms' runs share seeds, in order."
)
@margin_option
@click.option(
    "--shared-variance",
    is_flag=True,
    help="Three or more unpaired arms may share their spread: fewer runs for a verdict.",
)
@click.option(
    "--prior-sd",
    metavar="auto|SWEEP|NUMBER",
    help="Sd of a run in earlier sweeps of this experiment and data set: fewer unpaired runs for a "
    "verdict.",
)
@click.option(
    "--subjects",
    type=PATH,
    help="With --correct: a file with the subject of each example, for new subjects instead of "
    "new examples.",
)
@click.option("--train-size", type=int, help="The runs are random re-splits: examples trained on.")
@click.option(
    "--test-size",
    type=int,
    help="Examples in the test set; with --train-size, those that each re-split is tested on.",
)
@fail_option
@click.option(
    "--write-back",
    is_flag=True,
    help="For runs in MLflow: record the verdict in their experiment, as a separate run.",
)
@import_options()
@output_options
def compare(
    *,
    sweep: str | None,
    a: tuple[str, ...],
    b: tuple[str, ...],
    correct: tuple[str, ...],
    from_file: Path | None,
    by: str | None,
    metric: str | None,
    seed: str | None,
    control: str | None,
    paired: bool | None,
    margin: str | None,
    shared_variance: bool,
    prior_sd: str | None,
    subjects: Path | None,
    train_size: int | None,
    test_size: int | None,
    fail_on: tuple[str, ...],
    badge: Path | None,
    write_back: bool,
    asked: "Selection",
    level: float,
    form: Format,
) -> None:
    """Does A score higher than B?

    Of a recorded SWEEP --by batch_size, of runs that MLflow has (mlflow:EXPERIMENT), of --a 75.5
    75.9 --b 74.8 75.1, or of CSV files.
    """
    from seedbed.analysis.answers.comparison.comparison_answer import Terms
    from seedbed.analysis.questions.compare import compare as answer
    from seedbed.analysis.questions.inputs import as_names

    with Waiting() as progress:
        given = imported(sweep, asked, progress)
        recorded = runs_to_write_back(given) if write_back else None
        result = answer(
            given,
            a=numbers(a, "scores of A", failed=True) if a else None,
            b=numbers(b, "scores of B", failed=True) if b else None,
            correct=correct or None,
            from_file=from_file,
            by=by,
            metric=metric,
            seed=seed,
            control=control,
            paired=paired,
            margin=margin,
            shared_variance=shared_variance,
            prior_sd=prior_sd,
            subjects=subjects,
            train_size=train_size,
            test_size=test_size,
            level=level,
            progress=progress,
        )
        if recorded is not None:
            from seedbed.analysis.report.other_runs.write import write_runs_report

            grouped = recorded.grouped(as_names(by), metric, as_names(seed))
            terms = Terms(paired, control, margin, level, share_variance=shared_variance)

            def report(folder: Path) -> tuple[Path, ...]:
                return write_runs_report(grouped, folder, terms, prior_sd=prior_sd).written

            write_verdict_back(result, grouped, report)
    emit(result, form, fail_on, badge)
