"""Environment variables that are changed for a while and put back."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def variables_set(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables of this process, and put back at the end what they were.

    Args:
        values: The variables by name.
    """
    with variables_kept(*values):
        os.environ.update(values)
        yield


@contextmanager
def variables_kept(*names: str) -> Iterator[None]:
    """Put back at the end what environment variables of this process were, whoever changed them."""
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
