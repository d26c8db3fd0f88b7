"""Options that every command has which runs a script or a cell."""

import click

BACKEND = click.option(
    "--backend",
    type=click.Choice(["tensorflow", "jax"]),
    help="What Keras 3 computes with  [default: what the script or KERAS_BACKEND asks for].",
)
OFFLINE_DATA = click.option(
    "--offline-data",
    is_flag=True,
    help="Use Seedbed's MNIST (5,000 digits) and Fashion-MNIST if Keras' cache lacks them.",
)
TIME_LIMIT = click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Limit for one run; a longer one fails.",
)
