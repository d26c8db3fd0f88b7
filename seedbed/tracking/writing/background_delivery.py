"""Delivers run folders to MLflow in the background."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from seedbed.system.errors import StoreError
from seedbed.system.files.disk_errors import disk_error
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver, is_held, run_id_of
from seedbed.tracking.writing.run_folder import ForeignFolderError, RunFolder

LOG = logging.getLogger(__name__)
HELD_S = 60.0
"""How long the end waits for another driver that delivers one of the folders."""

HELD_AGAIN_S = 0.1
AT_ONCE = 4
"""Folders that are delivered side by side to a server; most of a delivery is waiting for it."""

NO_THREAD = "start new thread"


class Deliverer:
    """Delivers folders in the background while training goes on.

    A store that cannot be reached is asked again every few seconds; nothing is lost meanwhile.
    """

    def __init__(self, store: Store, every_s: float = 1.0) -> None:
        self._store = store
        self._every_s = every_s
        self._folders: list[RunFolder] = []
        self._changed = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="deliverer", daemon=True)
        self._thread.start()
        self.trouble: str | None = None
        self.run_ids: dict[Path, str] = {}
        self._delivered: dict[Path, object] = {}  # stamps of what still runs

    def add(self, folder: RunFolder) -> None:
        """Deliver this folder from now on, until its run has ended; again does nothing."""
        with self._changed:
            if all(folder.path != known.path for known in self._folders):
                self._folders.append(folder)

    def close(self) -> list[RunFolder]:
        """Deliver what is left, once; returns the folders that could not be delivered whole.

        Another driver on this host may be delivering one of them; its end is waited for.
        """
        self._stop.set()
        self._thread.join()
        self._round()
        deadline = time.monotonic() + HELD_S
        while self._folders and self.trouble is None and time.monotonic() < deadline:
            held = any(is_held(folder) for folder in self._folders)
            self._round()
            if not held:
                break
            time.sleep(HELD_AGAIN_S)
        return self._folders

    def _work(self) -> None:
        while not self._stop.wait(self._every_s):
            self._round(only_changed=True)

    def _round(self, only_changed: bool = False) -> None:
        with self._changed:
            folders = list(self._folders)
        if only_changed:
            folders = [f for f in folders if self._delivered.get(f.path) != f.stamp()]
        self.trouble = None
        try:
            with ThreadPoolExecutor(AT_ONCE if self._store.is_served else 1, "delivery") as pool:
                for trouble in pool.map(self._deliver_unless_trouble, folders):
                    self.trouble = self.trouble or trouble
        except RuntimeError as error:
            if NO_THREAD not in str(error):
                raise
            self.trouble = (
                f"The system must allow another thread, but refuses it ({error}): end other "
                "programs, or raise the limit (ulimit -u)."
            )

    def _deliver_unless_trouble(self, folder: RunFolder) -> str | None:
        """Deliver a folder; if an earlier one met trouble with the store, leave it alone."""
        return None if self.trouble else self._deliver(folder)

    def _deliver(self, folder: RunFolder) -> str | None:
        """Deliver what a folder has; returns the trouble with the store."""
        stamp = folder.stamp()  # before it is read: what comes meanwhile is delivered next time
        try:
            ended = deliver(folder, self._store) or not folder.path.exists()
        except ForeignFolderError as error:  # the others do not wait for it
            LOG.warning("set aside: %s", inert(error))
            ended = True
        except (StoreError, OSError) as error:
            return str(disk_error(error) or error)
        if ended:
            with self._changed:
                self._folders.remove(folder)
            self._delivered.pop(folder.path, None)
            self.run_ids.pop(folder.path, None)
        elif run_id := run_id_of(folder):
            self.run_ids[folder.path] = run_id
            if folder.ended() is None:
                self._delivered[folder.path] = stamp
        return None
