"""Whether a process of this machine still runs."""

import os
from pathlib import Path


def stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the command, which may itself hold spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def process_exists(pid: int) -> bool:
    """Whether a process has this number, another user's too; one that has only to be reaped not."""
    fields = stat_fields(pid)
    if fields:
        return fields[0] != "Z"
    if pid <= 0:  # a group of processes, to os.kill
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
