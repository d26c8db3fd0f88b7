"""``seedbed repair SWEEP``: mend what a sweep keeps on disk."""

import click

from seedbed.cli.completion import complete_sweep
from seedbed.cli.sweep.training_options import LEDGER
from seedbed.sweeps.driver.find_sweep import (
    design_of_sweep,
    is_file,
    ledger_of_sweep,
    named_sweep,
)
from seedbed.system.paths import store_folder
from seedbed.system.text.printing import print_lines, print_text

SHOWN = 10


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def repair(sweep: str, ledger: str | None) -> None:
    """Mend a damaged ledger and set foreign files aside.

    SWEEP is the name of a sweep, or its file. Lines that are no entries are taken out of its
    journal, and a copy of the journal stays beside it. Cells that are lost wait again, unless
    MLflow has their result. Folders that hold no run are moved to set-aside in the store. Nothing
    is deleted.
    """
    from seedbed.sweeps.ledger.repair import repair_ledger, set_folders_aside
    from seedbed.sweeps.ledger.storages.journal_repair import repair_journal
    from seedbed.tracking.store import Store

    said = []
    name = named_sweep(sweep)
    path = store_folder("ledgers") / f"{name}.journal"
    if not is_file(sweep):
        ledger_of_sweep(name, ledger).close()  # only its file tells what an empty ledger held
    if ledger is None and path.exists():
        done = repair_journal(path)
        for number, text in done.set_aside[:SHOWN]:
            said.append(f"line {number} was not an entry and was removed: {text}")
        if len(done.set_aside) > SHOWN:
            said.append(f"further lines removed: {len(done.set_aside) - SHOWN}")
        if done.lost:
            said.append(f"entries lost: {done.lost}")
        if done.copy:
            said.append(f"the journal as it was: {done.copy}")
    design = design_of_sweep(sweep, ledger)
    store = Store()
    store.check()
    mended = repair_ledger(design, ledger, store)
    if mended.found:
        said.append(f"results that the ledger had lost, taken from MLflow: {mended.found}")
    if mended.queued:
        said.append(f"lost cells that wait again: {mended.queued}")
    moved = set_folders_aside(store_folder("runs"))
    said += [f"a folder without a run: {folder}" for folder in moved]
    if not said:
        print_text(f"{name}: nothing is damaged.")
        return
    print_lines("\n".join(f"{name}: {line}" for line in said))
    print_text(f"seedbed resume {name} runs what waits.")
