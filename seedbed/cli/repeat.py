"""``seedbed repeat``: rerun a training script, unmodified, under many seeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seedbed.sweeps.repeat.script_design import split_flags

if TYPE_CHECKING:
    pass
from seedbed.cli.train import run_and_report
from seedbed.cli.training_options import training_options

FLAGS = "seedbed.flags"


class _WithFlags(click.Command):
    """A command after whose ``--`` the flags of somebody else follow, in groups."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the groups aside before click sees them."""
        own, ctx.meta[FLAGS] = split_flags(args)
        return super().parse_args(ctx, own)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show that flags may follow."""
        return [*super().collect_usage_pieces(ctx), "[-- FLAGS …]…"]


@click.command(cls=_WithFlags)
@click.argument("scripts", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seeds", default="10", show_default=True, help="How many runs, or which: 3,5,8.")
@click.option("--name", help="Of the sweep  [default: the scripts' names and a few digits].")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Run in a copy of this folder, which holds the scripts  [default: each script's own].",
)
@click.option("--keep-seeds", is_flag=True, help="Leave the seeds that the scripts set.")
@click.option(
    "--predictions/--no-predictions",
    default=True,
    help="After each evaluate on arrays, ask the model for its predictions.",
)
@click.option(
    "--numeric",
    type=click.Choice(["fixed", "free"]),
    default="fixed",
    show_default=True,
    help="free: threads and operations may vary, as in everyday use.",
)
@click.option("--doctor", is_flag=True, help="End with what in the scripts makes them vary.")
@training_options
def repeat(scripts: tuple[Path, ...], seeds: str, numeric: str, doctor: bool, **given: Any) -> None:
    """Run training SCRIPTS and notebooks as they are, each with many seeds, and compare them.

    What follows -- are the script's own flags; each further -- begins another group of them, which
    makes another configuration.
    """
    from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of, seeds_of

    asked = RepeatRequest(
        scripts=scripts,
        flags=click.get_current_context().meta[FLAGS],
        seeds=seeds_of(seeds),
        name=given.pop("name"),
        folder=given.pop("folder"),
        keep_seeds=given.pop("keep_seeds"),
        predictions=given.pop("predictions"),
        free=numeric == "free",
    )
    run_and_report(design_of(asked), given, doctor)
