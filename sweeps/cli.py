"""``python -m sweeps run FILE``: run a sweep and end with its verdict."""

from pathlib import Path

import click

from sweeps.design import load
from tracking.command import Program
from tracking.store import masked


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Train many runs, each in a process of its own, each cell once."""


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workers", type=click.IntRange(min=1), help="Runs at once  [default: the cores].")
@click.option("--report/--no-report", default=True, help="End with the verdict and the report.")
def run(file: Path, workers: int | None, report: bool) -> None:
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
    if report and not result.undelivered:
        _report(design.name)
    ctx = click.get_current_context()
    ctx.exit(130 if result.stopped else 1 if result.failed or result.undelivered else 0)


def _report(name: str) -> None:
    """Print the verdict, and where to look further."""
    from analysis.publish import publish
    from tracking.places import tracking_uri
    from tracking.store import Store

    published = publish(name, Store())
    click.echo(f"\n{published.files.text}\n")
    click.echo(f"Report     {published.files.html}")
    uri = tracking_uri()
    click.echo(f"MLflow UI  {'make ui' if uri.startswith('sqlite:') else masked(uri)}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Validate FILE and say what it asks for; nothing is run."""
    design = load(file)
    click.echo(f"{design.name}: {design.question}\n{len(design.cells)} cells:")
    for cell in design.cells:
        click.echo(f"  {cell.id}  {cell.name}")
