"""``seedbed new FILE``: an experiment file to start from."""

from pathlib import Path

import click

from seedbed.system.text.printing import print_text


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a commented experiment file to start from.

    FILE must not exist yet. seedbed run FILE trains it unchanged.
    """
    from seedbed.runs.custom import template

    target = template.write(file)
    print_text(f"wrote {target}; it runs:\n  seedbed run {target} --seed 7")
