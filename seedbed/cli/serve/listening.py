"""What is said where a program cannot listen on an address."""

from seedbed.system.errors import InputError


def not_free(host: str, port: int, error: OSError, fix: str) -> InputError:
    """The error for an address that cannot be listened on.

    Args:
        host: The address.
        port: The port.
        error: What the system answered.
        fix: What to do instead.
    """
    why = (error.strerror or str(error)).partition(" (while attempting")[0]
    return InputError(
        f"--host and --port must be free to listen on, got {host} and {port} ({why}): {fix}."
    )
