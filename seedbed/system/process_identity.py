"""Who runs a run: enough to tell, later and on the same host, whether that process still lives."""

import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Owner:
    """A process, told apart from a later one that got the same number.

    Attributes:
        host: Name of the host.
        boot: Identity of the host's boot; empty where the system gives none.
        pid: Process id.
        started: Start of the process in clock ticks since boot; 0 where the system gives none.
    """

    host: str
    boot: str
    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """The owner that process ``pid`` of this host is now."""
        return cls(socket.gethostname(), _boot(), pid, _started(pid))

    @classmethod
    def this(cls) -> Self:
        """The owner that the calling process is."""
        return cls.of(os.getpid())

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> Self:
        """The owner written by ``asdict``."""
        return cls(
            str(fields["host"]), str(fields["boot"]), int(fields["pid"]), int(fields["started"])
        )

    def asdict(self) -> dict[str, Any]:
        """Plain fields, for JSON."""
        return asdict(self)

    @property
    def key(self) -> str:
        """The owner as one word."""
        return f"{self.host}/{self.boot[:8]}/{self.pid}/{self.started}"

    def is_gone(self) -> bool:
        """True only where this host can tell that the process has ended."""
        if self.host != socket.gethostname():
            return False
        if self.boot != _boot():
            return True
        return not _exists(self.pid) or _started(self.pid) != self.started


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the command, which may itself hold spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _started(pid: int) -> int:
    fields = _stat_fields(pid)
    return int(fields[19]) if len(fields) > 19 else 0


def _exists(pid: int) -> bool:
    fields = _stat_fields(pid)
    if fields:
        return fields[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
