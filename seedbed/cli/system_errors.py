"""One sentence for what the system refuses: a file, memory, a process, a connection."""

import errno
import os
import select
from collections.abc import Iterator

from seedbed.system.files.disk_errors import disk_error
from seedbed.system.text.masking import masked

OF_ANOTHER_KIND = (
    *(errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP),
    *(errno.ENXIO, errno.ENAMETOOLONG, errno.EINVAL, errno.ESTALE),
)
"""What the system answers about something else than a file in a file's place, and the like."""

AWAY = (
    *(errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EHOSTUNREACH),
    *(errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ETIMEDOUT),
)
KEPT = "what is recorded is kept."


def system_error(error: BaseException) -> str | None:
    """The sentence for an error of the system; None for a mistake of Seedbed.

    Args:
        error: What was raised. The causes that it names count too, because libraries raise errors
            of their own where the system refuses something.
    """
    disk = disk_error(error)
    if disk is not None:
        return str(disk)
    found = (_of_system(one) for one in _with_causes(error))
    return next((masked(sentence) for sentence in found if sentence), None)


def has_no_reader(error: BrokenPipeError) -> bool:
    """Whether what is printed goes nowhere any more, as in ``seedbed list | head -1``."""
    if error.filename is not None:
        return False
    waiting = select.poll()
    for descriptor in (1, 2):
        waiting.register(descriptor, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in waiting.poll(0))


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _of_system(error: BaseException) -> str | None:
    if isinstance(error, OSError):
        return _of_file(error) or _of_process(error) or _of_network(error) or _refused(error)
    if isinstance(error, MemoryError):
        return _no_memory(str(error) or "out of memory")
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return _no_process(str(error))
    if isinstance(error, ImportError):
        return _of_library(str(error))
    return None


def _of_library(said: str) -> str | None:
    """The sentence for a library that cannot be loaded; None if the system has not refused it."""
    if os.strerror(errno.EMFILE) in said:
        return _no_descriptor("a library", said)
    if "failed to map segment" in said or os.strerror(errno.ENOMEM) in said:
        return _no_memory(said)
    return None


def _named_file(error: OSError) -> str | None:
    """The file that an error names; None if it names none."""
    name: str | bytes | None = error.filename
    return os.fsdecode(name) if isinstance(name, bytes) else name


def _of_file(error: OSError) -> str | None:
    what = _named_file(error)
    if isinstance(error, PermissionError):
        return (
            f"{what or 'a file'} must be open to this user, but the system refuses it "
            f"({error.strerror}): change its permissions, or name another place."
        )
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return _no_descriptor(what or "one", error.strerror)
    if error.errno == errno.ENOENT and "temporary directory" in str(error.strerror):
        return (
            "A folder for temporary files must be writable, but TMPDIR, /tmp and the others are "
            "not: set TMPDIR to a folder that is."
        )
    if error.errno in OF_ANOTHER_KIND and what:
        return (
            f"{what} must be a file or folder that can be used here, but the system refuses it "
            f"({error.strerror}): move it away, or name another place."
        )
    if error.errno == errno.ENOENT and what:
        return (
            f"{what} must be there, but it is not ({error.strerror}): put it back if somebody "
            f"removed it, and call the command again; {KEPT}"
        )
    return None


def _of_process(error: OSError) -> str | None:
    if error.errno in (errno.EAGAIN, errno.ENOMEM) and error.filename is None:
        return _no_process(str(error.strerror))
    return None


def _of_network(error: OSError) -> str | None:
    if error.errno in AWAY or isinstance(error, ConnectionError | TimeoutError):
        return (
            f"The connection must hold, but it does not ({error.strerror or error}): see that the "
            f"other side runs and can be reached, then call the command again; {KEPT}"
        )
    return None


def _refused(error: OSError) -> str:
    what = _named_file(error)
    with_it = f" with {what}" if what else ""
    return (
        f"The system must do what is asked for{with_it}, but it refuses "
        f"({error.strerror or error or type(error).__name__}): mend that, then call the command "
        f"again; {KEPT}"
    )


def _no_descriptor(what: str, said: str | None) -> str:
    return (
        f"The system must allow more open files, but it refuses {what} ({said}): raise the limit "
        "(ulimit -n), or end other programs."
    )


def _no_memory(said: str) -> str:
    return (
        f"There must be more memory, but the system has no more ({said}): end other programs, or "
        f"run fewer at once (--workers 1); {KEPT}"
    )


def _no_process(said: str) -> str:
    return (
        f"The system must allow one more process or thread, but it refuses ({said}): end other "
        f"programs, raise the limit (ulimit -u), or run fewer at once (--workers 1); {KEPT}"
    )
