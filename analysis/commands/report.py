"""``report``: all that a recorded sweep says, as text, as a page, and in MLflow."""

from pathlib import Path

import click

from analysis.commands.waiting import Waiting
from analysis.publish import publish
from tracking.store import Store


@click.command()
@click.argument("sweep")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the report  [default: reports/SWEEP in the store].",
)
def report(sweep: str, output: Path | None) -> None:
    """Write the report of SWEEP, log it to the sweep's run in MLflow, and print its verdict."""
    store = Store()
    store.check()
    with Waiting() as waiting:
        published = publish(sweep, store, output, waiting)
    click.echo(published.files.text)
    click.echo(f"\nReport: {published.files.html}")
