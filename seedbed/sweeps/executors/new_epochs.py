"""The epochs that a running cell has recorded since one last looked."""

from seedbed.tracking.writing.run_folder import Epoch, RunFolder


class NewEpochs:
    """Reads the record of a run only if it has changed: it grows, and is looked at all the time.

    Args:
        folder: The run's folder.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._stamp: object = None
        self._read = 0

    def read(self) -> list[Epoch]:
        """The epochs that were recorded since the last call."""
        stamp = self._folder.stamp()  # before it is read: what comes meanwhile is read next time
        if stamp == self._stamp:
            return []
        self._stamp = stamp
        epochs = [event for event in self._folder.events() if isinstance(event, Epoch)]
        new, self._read = epochs[self._read :], len(epochs)
        return new
