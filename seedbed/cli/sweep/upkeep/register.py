"""``seedbed register``: put a sweep's best network into MLflow's registry."""

import click

from seedbed.cli.completion import complete_sweep
from seedbed.sweeps.driver.find_sweep import sweep_name
from seedbed.system.text.printing import print_lines, print_text


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@click.option(
    "--alias", metavar="NAME", help="Alias that points to this version from now on, e.g. champion."
)
@click.option(
    "--name", metavar="NAME", help="Name of the registered model  [default: the experiment]."
)
def register(sweep: str, alias: str | None, name: str | None) -> None:
    """Register the best network with MLflow.

    Adds the network of SWEEP with the best validation score to a registered model, as a version.
    """
    from seedbed.analysis import model_choice as chosen
    from seedbed.tracking.model_registry import register_run
    from seedbed.tracking.reading.sweep_reader import read_sweep
    from seedbed.tracking.store import Store

    name = None if name is None else chosen.checked_name(name)
    alias = None if alias is None else chosen.checked_alias(alias)
    store = Store()
    store.check()
    record = read_sweep(sweep_name(sweep), store)
    choice = chosen.choose(record)
    print_text(f"Registering {choice.run.name} …", error=True)
    version = register_run(
        store,
        choice.run.run_id,
        name or chosen.checked_name(record.experiment),
        chosen.description(choice, record),
        alias=alias,
        tags={"sweep": record.name, "experiment": record.experiment},
    )
    print_lines(chosen.shown(choice, version))
