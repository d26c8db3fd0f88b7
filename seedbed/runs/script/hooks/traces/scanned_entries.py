"""What ``os.scandir`` returns, of entries that were read already."""

from collections.abc import Iterator
from typing import Any


class Entries:
    """An iterator over entries that can be closed.

    Args:
        entries: The entries, in the order in which to return them.
    """

    def __init__(self, entries: list[Any]) -> None:
        self._left = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self._left

    def __next__(self) -> Any:
        return next(self._left)

    def __enter__(self) -> "Entries":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held open."""
