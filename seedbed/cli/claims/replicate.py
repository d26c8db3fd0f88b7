"""``seedbed replicate``: train the cells of a claim again, and say whether it holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seedbed.cli.ask.options import PATH
from seedbed.cli.format_option import TEXT_OR_JSON
from seedbed.cli.option_groups import grouped
from seedbed.cli.run_options import TIME_LIMIT
from seedbed.cli.sweep.run_cells import run_cells
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_as_is, print_lines

if TYPE_CHECKING:
    from seedbed.sweeps.design.design import Design


@dataclass(frozen=True)
class ReplicateOptions:
    """The options of ``replicate``."""

    cells: int | None
    experiment: Path | None
    workers: int | None
    time_limit: float | None
    level: float
    form: Literal["text", "json"]


@click.command()
@click.argument("file", type=PATH, metavar="CLAIM")
@grouped(
    ReplicateOptions,
    "options",
    click.option(
        "--cells",
        type=click.IntRange(min=1),
        help="Cells to train, spread over the arms  [default: all].",
    ),
    click.option(
        "--experiment",
        type=PATH,
        help="Your copy of the claim's own experiment file or script  [default: beside the claim].",
    ),
    click.option("--workers", type=click.IntRange(min=1, max=1024), help="Runs at once."),
    TIME_LIMIT,
    click.option("--level", default=0.95, show_default=True, help="Confidence level."),
    TEXT_OR_JSON,
)
def replicate(file: Path, options: ReplicateOptions) -> None:
    """Train a claim's cells again and say whether it holds.

    The answer is one of three: the same bits, the same distribution, or neither, with what differs
    (data, code, versions, processor) and what could not be checked. Exit code: 1
    for neither, else 0. The same command again continues.
    """
    from seedbed.analysis.answers.answer import to_json
    from seedbed.analysis.answers.claims.claim import problems_of, read_claim
    from seedbed.analysis.answers.claims.replication import replication_answer
    from seedbed.sweeps.repeat.replicate import ReplicateRequest, design_of_claim

    if not 0 < options.level < 1:
        raise InputError(f"--level must lie between 0 and 1, got {options.level}.")
    claim = read_claim(file)
    problems = problems_of(claim)
    if problems:
        raise InputError(
            f"a claim must be as it was made to be trained again, but {problems[0]} "
            f"(seedbed claim verify {file})"
        )
    asked = ReplicateRequest(claim, file.absolute().parent, options.cells, options.experiment)
    replication = design_of_claim(asked)
    _train(replication.design, options)
    answer = replication_answer(claim, replication.replicas(), options.level)
    if options.form == "json":
        print_as_is(to_json(answer))
    else:
        print_lines("\n" + "\n".join(answer.sentences))
    if "neither" in answer.verdicts:
        click.get_current_context().exit(1)


def _train(design: "Design", options: ReplicateOptions) -> None:
    """Run the cells that have no result yet; ends with 130 if it is stopped."""
    result = run_cells(design, options.workers, options.time_limit, is_text=options.form == "text")
    if result.undelivered:
        raise InputError(f"{result.undelivered} Give the same command again")
    if result.stopped:
        click.get_current_context().exit(130)
