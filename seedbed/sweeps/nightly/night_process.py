"""A night's processes: what trains dies alone, and what it prints goes into the night's log."""

import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from seedbed.system.processes.own_command import start_command
from seedbed.system.processes.process_identity import Owner

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
        self._process = start_command(list(arguments), log, alarms=secrets)
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
