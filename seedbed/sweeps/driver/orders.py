"""Orders to the drivers of a sweep through its ledger, each told in one sentence."""

import subprocess
import threading
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from seedbed.sweeps.driver.find_sweep import fillable_ledger, is_file, ledger_of_sweep
from seedbed.system.errors import InputError, SeedbedError
from seedbed.system.paths import store_folder
from seedbed.system.processes.own_command import start_command
from seedbed.tracking.store import LOGIN

if TYPE_CHECKING:
    from seedbed.sweeps.ledger.reader import LedgerReader
    from seedbed.sweeps.ledger.study_notes import Order

WORDS: "Mapping[Order, str]" = {
    "stop": "current runs finish, no more start",
    "cancel": "current runs stop now",
}
"""What drivers do after an order."""


def stop(sweep: str, url: str | None) -> str:
    """Let current runs finish and start no more, on every host.

    Args:
        sweep: Name or file of the sweep.
        url: Its ledger; None for a journal in the store.
    """
    with closing(ledger_of_sweep(sweep, url)) as opened:
        return _order("stop", sweep, opened)


def cancel(sweep: str, url: str | None) -> str:
    """Stop current runs now, on every host; arguments as above."""
    with closing(ledger_of_sweep(sweep, url)) as opened:
        return _order("cancel", sweep, opened)


def retry(sweep: str, url: str | None) -> str:
    """Queue the cells that failed for good once more; arguments as above."""
    with closing(fillable_ledger(sweep, url)) as opened:
        again = len(opened.retry_failed())
    if not again:
        return f"{sweep}: no cell has failed, so none is queued again."
    cells, them = ("1 cell is", "it") if again == 1 else (f"{again} cells are", "them")
    return f"{sweep}: {cells} queued again. seedbed resume {sweep} runs {them}."


def _order(what: "Order", sweep: str, ledger: "LedgerReader") -> str:
    ledger.order(what)
    if not ledger.counts().unended:
        return f"{sweep}: it has ended, so there is nothing to {what}."
    return f"{sweep}: {WORDS[what]}. seedbed resume {sweep} continues it."


class SweepOrders:
    """Gives orders for a page, whose visitors name a sweep by its run in MLflow.

    Args:
        url: The ledger of the sweeps; None for the journals in the store.
        starts_drivers: Whether sweeps can be resumed on this host.
    """

    def __init__(self, url: str | None, *, starts_drivers: bool = True) -> None:
        self._url = url
        self.starts_drivers = starts_drivers
        self._resumed: dict[str, subprocess.Popen[bytes]] = {}
        self._starting = threading.Lock()

    def reaches(self, sweep: str, run_id: str) -> bool:
        """Whether the sweep with this run has its ledger here."""
        try:
            with closing(self._ledger(sweep, run_id)):
                return True
        except SeedbedError:
            return False

    def give(self, what: str, sweep: str, run_id: str, login: tuple[str, str] | None) -> str:
        """Give an order and say what it does.

        Args:
            what: ``stop``, ``cancel``, ``retry`` or ``resume``.
            sweep: Name of the sweep, as its run has it; anybody who writes the run may change it.
            run_id: MLflow's id of that run.
            login: Of the visitor, for a driver that is started.

        Raises:
            InputError: The order is unknown, or the ledger here belongs to another run.
            StoreError: The ledger cannot be reached.
        """
        with closing(self._ledger(sweep, run_id)) as ledger:
            for order in WORDS:
                if what == order:
                    return _order(order, sweep, ledger)
        if what == "retry":
            return retry(sweep, self._url)
        if what == "resume" and not self.starts_drivers:
            raise InputError(
                "resume must be given where a driver may train: this page was started with "
                f"--no-drivers. Run seedbed resume {sweep} on such a host."
            )
        if what == "resume":
            return self._resume(sweep, login)
        raise InputError(f"An order must be stop, cancel, resume or retry, got {what[:20]!r}.")

    def _ledger(self, sweep: str, run_id: str) -> "LedgerReader":
        """The ledger, if it names this run: a run that was renamed reaches no other's sweep."""
        if is_file(sweep):  # whoever writes the run must not have files of this host read
            raise InputError(f"SWEEP must be a name here, not a file, got {sweep[:60]!r}.")
        ledger = ledger_of_sweep(sweep, self._url)
        if ledger.notes.parent_run_id != run_id:
            ledger.close()
            raise InputError(f"The ledger of {sweep!r} here must belong to this run of MLflow.")
        return ledger

    def _resume(self, sweep: str, login: tuple[str, str] | None) -> str:
        with self._starting:
            before = self._resumed.get(sweep)
            if before is not None and before.poll() is None:
                return f"{sweep}: the driver that this page started is still running."
            log = store_folder("logs") / f"{sweep}.log"
            command = ["resume", sweep, "--quiet"]
            self._resumed[sweep] = start_command(command, log, more=self._variables(login))
        return f"{sweep}: a driver starts on this page's host and writes to logs/{log.name}."

    def _variables(self, login: tuple[str, str] | None) -> Mapping[str, str]:
        """The ledger, and the visitor's login: runs are recorded with the visitor's rights."""
        given = dict(zip(LOGIN, login, strict=True)) if login else {}
        return {**({"SEEDBED_LEDGER": self._url} if self._url else {}), **given}
