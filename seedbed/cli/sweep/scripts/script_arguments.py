"""What ``repeat`` reads from its words: the scripts' own flags, and the seeds."""

import re
from collections.abc import Sequence

from seedbed.system.errors import InputError

FLAGS = "seedbed.flags"
"""Where a command's context keeps the scripts' own flags."""


def split_flags(arguments: Sequence[str]) -> tuple[list[str], tuple[tuple[str, ...], ...]]:
    """Part the command's own arguments from the scripts' flags; each ``--`` begins a group."""
    groups: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "--":
            groups.append([])
        else:
            groups[-1].append(argument)
    return groups[0], tuple(tuple(group) for group in groups[1:])


def seeds_of(text: str) -> int | list[int]:
    """``10`` → ten seeds from 0; ``3,5,8`` → these.

    Raises:
        InputError: It is neither.
    """
    if not re.fullmatch(r"[0-9]+(,[0-9]+)*,?", text) or text == "0":
        raise InputError(
            f"--seeds must be how many runs (10) or which seeds (3,5,8), got {text!r}."
        )
    parts = [int(part) for part in text.split(",") if part]
    return parts if "," in text else parts[0]
