"""``seeds``: how many runs, before or after the first ones."""

import click

from seedbed.analysis.answers.answer import Answer, Format
from seedbed.analysis.answers.read_inputs import accuracies
from seedbed.analysis.answers.recorded_sweep import each, read, sweep_name
from seedbed.analysis.answers.seeds import plan_seeds
from seedbed.analysis.statistics.checks import Floats
from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import emit


@click.command()
@click.argument("values", nargs=-1)
@click.option("--difference", type=float, help="Difference worth finding.")
@click.option(
    "--sd", type=float, help="Sd of one run; with --paired, sd of the difference within a pair."
)
@click.option("--half-width", "half", type=float, help="Wanted half-width of the mean's interval.")
@click.option("--paired", is_flag=True, help="Same seeds in both arms.")
@click.option("--power", type=float, default=0.8, show_default=True, help="Chance of finding it.")
@output_options
def seeds(
    *,
    values: tuple[str, ...],
    difference: float | None,
    sd: float | None,
    half: float | None,
    paired: bool,
    power: float,
    level: float,
    form: Format,
) -> None:
    """How many seeds: for a difference, for a precision, or from the runs of a SWEEP so far."""

    def plan(pilot: Floats | None) -> Answer:
        return plan_seeds(pilot, difference, sd, half, paired=paired, power=power, level=level)

    name = sweep_name(values)
    if name is not None:
        answer = each(read(name), lambda group: plan(group.scores))
    else:
        answer = plan(accuracies(values) if values else None)
    emit(answer, form)
