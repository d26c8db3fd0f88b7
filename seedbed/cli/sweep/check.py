"""``seedbed check FILE``: validate a sweep's file."""

from pathlib import Path

import click

from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_lines


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Validate a sweep file and say what it asks for.

    Nothing is run. FILE may hold any sweep, a schedule too.
    """
    if file.suffix in {".py", ".ipynb"}:
        raise InputError(
            f"FILE must be a sweep file (YAML), but {file} is Python: seedbed doctor {file} reads "
            f"a script, seedbed verify {file} tries an experiment."
        )
    from seedbed.runs.settings.tensorflow_setup import usable_cores
    from seedbed.sweeps.design.design import load
    from seedbed.sweeps.design.forecast import check_minutes, outlook, pace

    design = load(file)
    known = pace(design)
    check_minutes(design, known)
    print_lines(outlook(design, known, usable_cores()))
