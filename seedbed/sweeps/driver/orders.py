"""Orders to the drivers of a sweep through its ledger, each told in one sentence."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from seedbed.sweeps.driver.find_sweep import fillable_ledger, is_file, ledger_of_sweep
from seedbed.system.errors import InputError, SeedbedError
from seedbed.system.paths import home, store_folder

if TYPE_CHECKING:
    from seedbed.sweeps.ledger.reader import LedgerReader

LOGIN = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")


def stop(sweep: str, url: str | None) -> str:
    """Let current runs finish and start no more, on every host.

    Args:
        sweep: Name or file of the sweep.
        url: Its ledger; None for a journal in the store.
    """
    with closing(ledger_of_sweep(sweep, url)) as opened:
        opened.order("stop")
    return f"{sweep}: current runs finish, no more start. seedbed resume {sweep} continues it."


def cancel(sweep: str, url: str | None) -> str:
    """Stop current runs now, on every host; arguments as above."""
    with closing(ledger_of_sweep(sweep, url)) as opened:
        opened.order("cancel")
    return f"{sweep}: current runs stop now. seedbed resume {sweep} continues it."


def retry(sweep: str, url: str | None) -> str:
    """Queue the cells that failed for good once more; arguments as above."""
    with closing(fillable_ledger(sweep, url)) as opened:
        again = opened.retry_failed()
    cells = "1 cell waits" if len(again) == 1 else f"{len(again)} cells wait"
    return f"{sweep}: {cells} again. seedbed resume {sweep} runs what waits."


class SweepOrders:
    """Gives orders for a page, whose visitors name a sweep by its run in MLflow.

    Args:
        url: The ledger of the sweeps; None for the journals in the store.
    """

    def __init__(self, url: str | None) -> None:
        self._url = url
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
        self._ledger(sweep, run_id).close()
        known = {"stop": stop, "cancel": cancel, "retry": retry}
        if what in known:
            return known[what](sweep, self._url)
        if what != "resume":
            raise InputError(f"An order must be stop, cancel, resume or retry, got {what[:20]!r}.")
        return self._resume(sweep, login)

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
                return f"{sweep}: its driver, which this page started before, goes on."
            log = store_folder("logs") / f"{sweep}.log"
            command = [sys.executable, "-m", "seedbed", "resume", sweep, "--quiet"]
            with log.open("ab") as stream:
                self._resumed[sweep] = subprocess.Popen(  # noqa: S603 (the name is checked)
                    command,
                    cwd=home(),
                    env=self._environment(login),
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=stream,
                    start_new_session=True,
                )
        return f"{sweep}: a driver starts on this page's host and writes to logs/{log.name}."

    def _environment(self, login: tuple[str, str] | None) -> Mapping[str, str]:
        """The page's own, with the visitor's login: runs are recorded with the visitor's rights."""
        given = dict(zip(LOGIN, login, strict=True)) if login else {}
        return {**os.environ, **({"SEEDBED_LEDGER": self._url} if self._url else {}), **given}
