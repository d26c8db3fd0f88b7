"""Identity of a process: enough to tell later, on the same host, whether it still lives.

A host's name is not enough: containers and copies of a virtual machine share it, and each has its
own process numbers. So a process is judged only where machine, boot, PID namespace and name are
those of this process; elsewhere only a lease can tell.
"""

import hashlib
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Self

from seedbed.system.processes.process_exists import process_exists, stat_fields

MACHINE_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
LONGEST = 300
"""Characters of a field; a record from elsewhere may hold anything."""


@dataclass(frozen=True)
class Owner:
    """A process, told apart from a later one that has the same number.

    Attributes:
        host: Name of the host.
        boot: Identity of the host's boot; empty if the system gives none.
        pid: Process id.
        started: Start of the process in clock ticks since boot; 0 if the system gives none.
        machine: Digest of the installed system's identity; empty if there is none.
        pid_namespace: Namespace in which ``pid`` counts; empty if the system gives none.
    """

    host: str
    boot: str
    pid: int
    started: int
    machine: str = ""
    pid_namespace: str = ""

    @classmethod
    def of(cls, pid: int) -> Self:
        """The owner that process ``pid`` of this host is now."""
        return cls(socket.gethostname(), _boot(), pid, _started(pid), _machine(), _pid_namespace())

    @classmethod
    def this(cls) -> Self:
        """The owner that the calling process is."""
        return cls.of(os.getpid())

    @classmethod
    def parse(cls, fields: Mapping[str, object]) -> Self:
        """The owner written by ``asdict``, also by an earlier version.

        Raises:
            ValueError: The fields do not describe an owner.
        """
        try:
            owner = cls(
                host=str(fields["host"])[:LONGEST],
                boot=str(fields["boot"])[:LONGEST],
                pid=_whole(fields["pid"]),
                started=_whole(fields["started"]),
                machine=str(fields.get("machine", ""))[:LONGEST],
                pid_namespace=str(fields.get("pid_namespace", ""))[:LONGEST],
            )
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            raise ValueError("it names no process") from None
        if owner.pid < 1:  # to ask for process -1 would ask for every process
            raise ValueError("it names no process")
        return owner

    def asdict(self) -> dict[str, object]:
        """Plain fields, for JSON."""
        return asdict(self)

    @property
    def key(self) -> str:
        """The owner as one word."""
        words = (self.host, self.boot[:8], self.pid, self.started, self.pid_namespace)
        return "/".join(str(word) for word in words if word != "")

    def is_here(self) -> bool:
        """Whether this process can see the owner's process number."""
        mine = (socket.gethostname(), _boot(), _machine(), _pid_namespace())
        theirs = (self.host, self.boot, self.machine, self.pid_namespace)
        if self.machine or self.pid_namespace:
            return theirs == mine
        return theirs[:2] == mine[:2]  # written by an earlier version

    def is_gone(self) -> bool:
        """True only if this process can tell that the owner has ended."""
        return self.is_here() and (
            not process_exists(self.pid) or _started(self.pid) != self.started
        )

    def is_of_earlier_boot(self) -> bool:
        """Whether the owner's machine has booted since.

        The copy of a virtual machine looks the same, so ask only where there is no lease.
        """
        return (
            self.host == socket.gethostname()
            and self.boot != _boot()
            and self.machine in ("", _machine())
            and self.pid_namespace in ("", _pid_namespace())
        )


def _whole(value: object) -> int:
    if not isinstance(value, int | float | str):
        raise TypeError(f"expected a number, got {type(value).__name__}")
    return int(value)


@cache
def _boot() -> str:
    return _text(Path("/proc/sys/kernel/random/boot_id"))


@cache
def _machine() -> str:
    """A digest, because systemd asks not to show the identity itself to others."""
    found = next(filter(None, map(_text, MACHINE_FILES)), "")
    return hashlib.sha256(f"seedbed {found}".encode()).hexdigest()[:16] if found else ""


def _pid_namespace() -> str:
    """Like ``pid:[4026531836]``."""
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115 (a link to no path)
    except OSError:
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _started(pid: int) -> int:
    fields = stat_fields(pid)
    return int(fields[19]) if len(fields) > 19 else 0
