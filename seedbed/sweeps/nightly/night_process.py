"""A night's processes: what trains dies alone, and what it prints goes into the night's log."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from seedbed.system.paths import IMPORT_ROOT
from seedbed.system.processes.child_path import python
from seedbed.system.processes.process_identity import Owner

SECRETS = ("SEEDBED_WEBHOOK", "SEEDBED_SMTP")
"""Beginnings of the variables that a process that trains has no business to know."""
GONE = 1000
"""Exit status of a process whose own parent has died: nobody can know the true one."""


class Child(Protocol):
    """A process that is waited for without standing still."""

    owner: Owner

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""

    def send(self, number: int) -> None:
        """Send it a signal; nothing happens where it has ended."""


class NightProcess:
    """A process of this one: ``python -m seedbed …`` in a session of its own.

    Args:
        arguments: After ``python -m seedbed``.
        log: File to which its output is added.
        secrets: Whether it may know how to send alarms.
    """

    def __init__(self, arguments: Sequence[str], log: Path, *, secrets: bool) -> None:
        with log.open("ab") as stream:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                [*python(), "-m", "seedbed", *arguments],
                cwd=IMPORT_ROOT,
                env=None if secrets else without_secrets(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        self.owner = Owner.of(self._process.pid)

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def send(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)


class Adopted:
    """A process that an earlier scheduler started and could not wait for."""

    def __init__(self, owner: Mapping[str, object]) -> None:
        self.owner = Owner.parse(owner)

    def poll(self) -> int | None:
        """``GONE`` once it has ended."""
        ended = self.owner.is_gone() or self.owner.is_of_earlier_boot()
        return GONE if ended else None

    def send(self, number: int) -> None:
        """Send it a signal."""
        if self.owner.is_here() and not self.owner.is_gone():
            os.kill(self.owner.pid, number)


def kill(child: Child) -> None:
    """End a process that did not listen, with everything in its session."""
    if child.poll() is None and child.owner.is_here():
        try:
            os.killpg(child.owner.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            child.send(signal.SIGKILL)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that need not send alarms."""
    return {key: value for key, value in environment.items() if not key.startswith(SECRETS)}
