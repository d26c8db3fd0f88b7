"""The exceptions of Seedbed.

    SeedbedError
    ├── InputError         the user's input breaks a rule: shown as one sentence, exit code 2
    ├── StoreError         the store cannot be reached or written: one sentence, exit code 2
    │   ├── LockedError        another process holds a lock for too long
    │   ├── DiskError          a disk is full or cannot be written
    │   ├── ReadOnlyError      this user may read the store, but not write it
    │   └── NotRecordedError   a run never recorded what is asked for
    │       └── RemovedError   it did, and `seedbed prune` has removed it since
    ├── MissingExtraError  a package is not installed: one sentence, exit code 2
    └── RunFailedError     a run ended without a result: recorded, and the sweep goes on

A message states the rule, the value received, and the fix, in one sentence or two.
"""


class SeedbedError(Exception):
    """Base of all errors that Seedbed raises on purpose."""

    exit_code = 1


class InputError(SeedbedError):
    """The user's input breaks a rule."""

    exit_code = 2


class StoreError(SeedbedError):
    """The tracking store cannot be reached, read or written."""

    exit_code = 2


class LockedError(StoreError):
    """Another process holds a lock for too long."""


class DiskError(StoreError):
    """A disk that Seedbed writes to is full, read-only or broken."""


class ReadOnlyError(StoreError):
    """The user may read the tracking store, but not write it."""


class NotRecordedError(StoreError):
    """A run has no such file."""


class RemovedError(NotRecordedError):
    """A run had such a file until ``seedbed prune`` removed it."""


class MissingExtraError(SeedbedError, ImportError):
    """An extra of Seedbed is not installed."""

    exit_code = 2


class RunFailedError(SeedbedError):
    """A run ended without a result."""
