"""Delivers run folders to MLflow in the background."""

import logging
import threading
import time
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
            self._round()

    def _round(self) -> None:
        with self._changed:
            folders = list(self._folders)
        done = []
        for folder in folders:
            try:
                if deliver(folder, self._store) or not folder.path.exists():
                    done.append(folder)
                else:
                    run_id = run_id_of(folder)
                    if run_id:
                        self.run_ids[folder.path] = run_id
                self.trouble = None
            except ForeignFolderError as error:  # the others do not wait for it
                LOG.warning("set aside: %s", inert(error))
                done.append(folder)
            except (StoreError, OSError) as error:
                self.trouble = str(disk_error(error) or error)
                break
        with self._changed:
            self._folders = [folder for folder in self._folders if folder not in done]
