"""``python -m seedbed``: run a sweep, look at it, stop it, go on with it."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seedbed.runs.settings.tensorflow_setup import usable_cores
from seedbed.sweeps.design.design import load
from seedbed.system.terminal_escape import inert

if TYPE_CHECKING:
    pass
from seedbed.cli.find_sweep import (
    design_of_sweep,
    fillable_ledger,
    ledger_of_sweep,
    sweep_name,
)
from seedbed.cli.train import run_and_report
from seedbed.cli.training_options import AS_JSON, LEDGER, training_options


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the sweep  [default: the file's `name`, or its file name].")
@training_options
def sweep(file: Path, name: str | None, **given: Any) -> None:
    """Run the sweep that FILE describes; what is done already is not done again."""
    run_and_report(load(file, None if name is None else sweep_name(name, "--name")), given)


@click.command()
@click.argument("sweep")
@training_options
def resume(sweep: str, **given: Any) -> None:
    """Go on with SWEEP, from its name alone; any number of drivers may."""
    run_and_report(design_of_sweep(sweep, given["ledger"]), given)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Validate FILE and say what it asks for; nothing is run."""
    design = load(file)
    from seedbed.sweeps.design.forecast import check_minutes, outlook, pace

    known = pace(design)
    check_minutes(design, known)
    click.echo(outlook(design, known, usable_cores()))


@click.command()
@click.argument("sweep")
@LEDGER
@AS_JSON
def status(sweep: str, ledger: str | None, as_json: bool) -> None:
    """What of SWEEP is done, running (where, since when), failed (why) and left."""
    from seedbed.sweeps.ledger.status import read_status, show

    with closing(ledger_of_sweep(sweep, ledger)) as opened:
        found = read_status(opened)
    click.echo(inert(found.as_json() if as_json else show(found)))


@click.command()
@click.argument("sweep")
@LEDGER
def stop(sweep: str, ledger: str | None) -> None:
    """Have every driver of SWEEP finish what runs and start nothing more."""
    with closing(ledger_of_sweep(sweep, ledger)) as opened:
        opened.order("stop")
    click.echo(f"{sweep}: its drivers finish what runs. seedbed resume {sweep} goes on.")


@click.command()
@click.argument("sweep")
@LEDGER
def cancel(sweep: str, ledger: str | None) -> None:
    """Have every driver of SWEEP stop what runs, now."""
    with closing(ledger_of_sweep(sweep, ledger)) as opened:
        opened.order("cancel")
    click.echo(f"{sweep}: its drivers stop what runs. seedbed resume {sweep} goes on.")


@click.command()
@click.argument("sweep")
@click.option("--failed", is_flag=True, required=True, help="The cells that failed for good.")
@LEDGER
def retry(sweep: str, failed: bool, ledger: str | None) -> None:  # noqa: ARG001 (says which cells)
    """Queue cells of SWEEP once more; drivers that run take them, or resume does."""
    with closing(fillable_ledger(sweep, ledger)) as opened:
        again = opened.retry_failed()
    cells = "1 cell waits" if len(again) == 1 else f"{len(again)} cells wait"
    click.echo(f"{sweep}: {cells} again. seedbed resume {sweep} runs what waits.")
