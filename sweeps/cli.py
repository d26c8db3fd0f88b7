"""``python -m sweeps run FILE``: run a sweep and end with its verdict."""

from pathlib import Path

import click

from sweeps.design import load
from tracking.command import run_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def sweeps() -> None:
    """Train many runs, each in a process of its own, each cell once."""


def main() -> None:
    """Run the command line."""
    run_command(sweeps, "python -m sweeps")


@sweeps.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(min=1), help="Runs at once  [default: the cores].")
def run(file: Path, workers: int | None) -> None:
    """Run the sweep that FILE describes; what is done already is not done again."""
    design = load(file)
    from sweeps.run import run_sweep

    result = run_sweep(design, workers)
    for name, reason in result.failed.items():
        click.echo(f"failed: {name}: {reason}", err=True)
    if result.undelivered:
        click.echo(f"{result.undelivered} The records wait in the store; run again.", err=True)
    if result.left:
        click.echo(f"{result.left} cells are left: ./seedbed sweeps run {file} goes on.", err=True)
    ctx = click.get_current_context()
    ctx.exit(130 if result.stopped else 1 if result.failed or result.undelivered else 0)


@sweeps.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Validate FILE and say what it asks for; nothing is run."""
    design = load(file)
    click.echo(f"{design.name}: {design.question}\n{len(design.cells)} cells:")
    for cell in design.cells:
        click.echo(f"  {cell.id}  {cell.name}")
