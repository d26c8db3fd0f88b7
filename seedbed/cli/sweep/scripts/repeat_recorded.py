"""``seedbed repeat --run RUN``: one recorded run of a script again."""

from collections.abc import Collection
from typing import NoReturn

import click
from click.core import ParameterSource

from seedbed.cli.sweep.run_and_report import run_and_report
from seedbed.cli.sweep.scripts.script_arguments import FLAGS
from seedbed.cli.sweep.training_options import TrainingOptions
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_text


def repeat_recorded(
    ctx: click.Context,
    run_id: str,
    name: str | None,
    training: TrainingOptions,
    described: Collection[str],
) -> NoReturn:
    """Repeat a run, say whether its weights are the same, and end with the exit code.

    Args:
        ctx: The command.
        run_id: MLflow's id of the run.
        name: Name of the sweep, or None.
        training: How to run it.
        described: Parameters of the command that describe runs, which this one has already.

    Raises:
        InputError: One of these is given, or no run of a script has this id.
    """
    from seedbed.sweeps.repeat.recorded_run import recorded_script_run

    given = [
        param.opts[-1] if isinstance(param, click.Option) else param.make_metavar(ctx)
        for param in ctx.command.params
        if param.name in described
        and ctx.get_parameter_source(param.name) is ParameterSource.COMMANDLINE
    ]
    if ctx.meta[FLAGS]:
        given.append("--")
    if given:
        raise InputError(
            f"--run repeats a run with every option that it had, got {given[0]} as well: leave "
            "one of the two out."
        )
    again = recorded_script_run(run_id, name)
    if training.form == "text" and not training.quiet:
        print_text(again.announcement)
    run_and_report(again.design, training, retry=True, last=again.comparison)
