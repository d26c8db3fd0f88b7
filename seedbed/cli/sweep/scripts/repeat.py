"""``seedbed repeat``: rerun a training script, unmodified, under many seeds."""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

import click

from seedbed.cli.option_groups import grouped
from seedbed.cli.run_options import BACKEND, OFFLINE_DATA
from seedbed.cli.sweep.run_and_report import run_and_report
from seedbed.cli.sweep.scripts.repeat_recorded import repeat_recorded
from seedbed.cli.sweep.scripts.script_arguments import FLAGS, seeds_of, split_flags
from seedbed.cli.sweep.training_options import TrainingOptions, training_options


class WithFlags(click.Command):
    """A command after whose ``--`` the flags of somebody else follow, in groups."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the groups aside before click sees them."""
        own, ctx.meta[FLAGS] = split_flags(args)
        return super().parse_args(ctx, own)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show that flags may follow."""
        return [*super().collect_usage_pieces(ctx), "[-- FLAGS …]…"]


@dataclass(frozen=True)
class RepeatOptions:
    """How to rerun scripts.

    Attributes:
        seeds: How many runs, or which seeds, as given.
        name: Name of the sweep, or None.
        folder: Folder to run in a copy of, or None for each script's own.
        keep_seeds: Whether the seeds that the scripts set stay.
        predictions: Whether to ask for predictions after each ``evaluate``.
        numeric: Whether threads and operations may vary.
        keras: The Keras to run on.
        backend: What Keras 3 computes with, or None for what the script asks for.
        as_of: Year whose defaults of Keras are taken, or None for today's.
        offline_data: Whether Seedbed's data sets stand in for those of ``keras.datasets``.
        metric: The number that the answer is about, or None for the one that stands for a run.
        arms: Names of the arms that are compared, or None for those that are found.
        published: A published number that the runs are set against, or None.
        try_: Whether to run the other course that shows what a finding does to the number.
        run: A recorded run to repeat in place of scripts, or None.
        doctor: Whether to end with the doctor's findings.
    """

    seeds: str
    name: str | None
    folder: Path | None
    keep_seeds: bool
    predictions: bool
    run: str | None
    numeric: Literal["fixed", "free"]
    keras: Literal["auto", "2", "3"]
    backend: str | None
    as_of: int | None
    offline_data: bool
    metric: str | None
    arms: str | None
    published: float | None
    try_: bool
    doctor: bool


@click.command(cls=WithFlags)
@click.argument("scripts", metavar="SCRIPTS...", nargs=-1, type=click.Path(path_type=Path))
@grouped(
    RepeatOptions,
    "options",
    click.option(
        "--seeds", default="10", show_default=True, help="How many runs, or which: 3,5,8."
    ),
    click.option(
        "--name", help="Name of the sweep  [default: the scripts' names and a few digits]."
    ),
    click.option(
        "--folder",
        type=click.Path(path_type=Path),
        help="Run in a copy of this folder, which holds the scripts  [default: each script's own].",
    ),
    click.option("--keep-seeds", is_flag=True, help="Keep the seeds that the scripts set."),
    click.option(
        "--predictions/--no-predictions",
        default=True,
        help="Record predictions after each evaluate on arrays.",
    ),
    click.option(
        "--run",
        metavar="RUN",
        help="In place of SCRIPTS: a recorded run to repeat, by its id, with every option that it "
        "had; says whether the weights are the same.",
    ),
    click.option(
        "--numeric",
        type=click.Choice(["fixed", "free"]),
        default="fixed",
        show_default=True,
        help="free: threads and operations may vary, as in everyday use.",
    ),
    click.option(
        "--keras",
        type=click.Choice(["auto", "2", "3"]),
        default="auto",
        show_default=True,
        help="Keras to run on; auto: the one that the script needs (2 is tf-keras).",
    ),
    BACKEND,
    click.option(
        "--as-of",
        type=click.IntRange(2015, 2100),
        metavar="YEAR",
        help="Use Keras' defaults of that year where they differ from today's.",
    ),
    OFFLINE_DATA,
    click.option(
        "--metric",
        help="The number to ask about: EER, F1, loss, … as the script prints or returns it  "
        "[default: the accuracy, else the script's own last number].",
    ),
    click.option(
        "--arms",
        metavar="NAME,NAME",
        help="What is compared: numbers or evaluations of the script, e.g. evaluate1,evaluate2  "
        "[default: its trainings, if they differ].",
    ),
    click.option(
        "--published",
        type=float,
        help="Say first whether the runs contradict this published number, e.g. 74.5.",
    ),
    click.option(
        "--try",
        "try_",
        is_flag=True,
        help="Measure what a finding does to the number: networks built anew before a fit that "
        "continues another, rounds of a loop seeded alike, or the best epoch chosen on other rows.",
    ),
    click.option("--doctor", is_flag=True, help="Print the doctor's findings below the numbers."),
)
@training_options
def repeat(scripts: tuple[Path, ...], options: RepeatOptions, training: TrainingOptions) -> None:
    """Rerun your own training script, unmodified, under many seeds.

    SCRIPTS are scripts and notebooks; several are compared. Words after -- are the script's own
    flags; each further -- begins another group of flags, which makes another configuration.
    """
    from seedbed.analysis.answers.script.asked import DEFAULT, AskedOfScript
    from seedbed.runs.script.process.outside_seeds import hash_seed_of_shell
    from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of
    from seedbed.sweeps.repeat.try_alternatives import TryAlternatives

    ctx = click.get_current_context()
    if options.run is not None:
        described = {item.name for item in fields(RepeatOptions)} - {"run", "name"}
        repeat_recorded(ctx, options.run, options.name, training, {"scripts", *described})
    if not scripts:
        raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
    request = RepeatRequest(
        scripts=scripts,
        flags=ctx.meta[FLAGS],
        seeds=seeds_of(options.seeds),
        name=options.name,
        folder=options.folder,
        keep_seeds=options.keep_seeds,
        predictions=options.predictions,
        free=options.numeric == "free",
        keras=options.keras,
        backend=options.backend or "",
        as_of=options.as_of or 0,
        offline_data=options.offline_data,
        hash_seed=hash_seed_of_shell() if options.keep_seeds else "",
    )
    names = [name.strip() for name in (options.arms or "").split(",")]
    asked = AskedOfScript(options.metric, tuple(filter(None, names)), options.published)
    first = None
    if asked != DEFAULT:
        alone = request.seeds[:1] if isinstance(request.seeds, list) else 1
        first = design_of(replace(request, seeds=alone))
    more = TryAlternatives(request, asked) if options.try_ else None
    run_and_report(
        design_of(request),
        training,
        options.doctor,
        retry=True,
        asked=asked,
        first=first,
        then=more,
    )
