"""The driver's folder of a run that trains on a Dask worker."""

import io
import tarfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from seedbed.sweeps.executors.dask_worker import Trained
from seedbed.tracking.writing.run_folder import End, Epoch, RunFolder


@dataclass
class RemoteRun:
    """A run on the cluster.

    Attributes:
        folder: The driver's folder of it.
        epochs: How many are recorded there.
    """

    folder: RunFolder
    epochs: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, number: int, metrics: Mapping[str, float]) -> None:
        """Record an epoch, unless it is known: a cell that starts again repeats its epochs."""
        with self._lock:
            if number == self.epochs + 1:
                self.folder.epoch(number, metrics)
                self.epochs = number

    def complete(self, result: Trained) -> None:
        """Record what the worker recorded, with its files."""
        ended: End | None = None
        for event in result.events:
            if isinstance(event, Epoch):
                self.take(event.epoch, event.metrics)
            else:
                ended = event
        with tarfile.open(fileobj=io.BytesIO(result.artifacts)) as archive:
            archive.extractall(self.folder.artifacts, filter="data")
        if ended is not None:
            self.folder.end(
                ended.state, ended.reason, ended.fingerprint, ended.metrics, ended.test_examples
            )
