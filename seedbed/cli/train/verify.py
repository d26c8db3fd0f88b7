"""``seedbed verify NAME``: does the same cell give the same bits again?"""

from typing import TYPE_CHECKING

import click

from seedbed.cli.train.experiment_command import ExperimentGroup
from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import RunOptions
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_text

if TYPE_CHECKING:
    from seedbed.runs.reproduce.against import Recorded


def check_bits(experiment: Experiment, options: RunOptions) -> int:
    """Train the cell several times and compare; return the exit code."""
    from seedbed.runs.reproduce.against import verify_against
    from seedbed.runs.reproduce.verify import verify as verify_bits

    against = click.get_current_context().params["against"]
    if against is None:
        return 0 if verify_bits(experiment, options, print_text) else 1
    recorded = _recorded(against)
    return 0 if verify_against(experiment, options, recorded, print_text) else 1


def _recorded(run_id: str) -> "Recorded":
    """A run from the store.

    Raises:
        InputError: There is none, or it did not finish.
        StoreError: The store cannot be reached.
    """
    from seedbed.runs.reproduce.against import Recorded
    from seedbed.tracking.reading.run_lookup import find_run
    from seedbed.tracking.store import Store

    store = Store()
    store.check()
    found = find_run(store, run_id)
    if found is None or found.fingerprint is None:
        raise InputError(
            f"--against must name a finished run by its id, got {run_id}: MLflow's UI shows the "
            "ids (seedbed ui)."
        )
    return Recorded(
        fingerprint=found.fingerprint,
        params=dict(found.params),
        environment=dict(found.environment),
        weights_by_epoch=found.weights_by_epoch,
    )


class _Verification(ExperimentGroup):
    act = staticmethod(check_bits)
    more = (
        click.Option(["--against"], metavar="RUN", help="Compare with this recorded run (its id)."),
    )


@click.group(name="verify", cls=_Verification)
def verify() -> None:
    """Train a cell in four ways and compare the bits.

    NAME is one of these experiments, or the path of a file of your own. Exit code: 0 if the bits
    are the same, 1 if not.
    """
