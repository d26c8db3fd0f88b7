"""The summary of a run in a size that a tag holds."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from seedbed.tracking.schema import TAG_MAX

MOST_OF_TABLE = 600
"""Characters of a table of numbers."""

LEAST_OF_TIMELINE = 600
"""Characters of the steps of a script that are kept where there is little room."""

CUT = ("by_training", "kinds", "story")
"""What is cut if the summary is too long, the first one first."""


def fitted(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The summary with as many steps, numbers and sentences as a tag has room for.

    Args:
        summary: All of it; ``timeline`` is a list of lines.
    """
    short = dict(summary)
    steps = short.pop("timeline", [])
    for name in CUT:
        while short.get(name) and _size(short) > TAG_MAX - LEAST_OF_TIMELINE:
            kept = list(short[name])[: len(short[name]) // 2]
            whole = short[name]
            short[name] = {key: whole[key] for key in kept} if isinstance(whole, dict) else kept
    return {**short, "timeline": short_lines(steps, TAG_MAX - _size(short) - 100)}


def short_lines(lines: Sequence[str], room: int) -> list[str]:
    """As many lines as there is room for, and how many more there are.

    Args:
        lines: All of them.
        room: Characters as JSON.
    """
    kept: list[str] = []
    for place, line in enumerate(lines):
        room -= _size(line) + 2
        if room < 0:
            return [*kept, f"{len(lines) - place} more steps are in script.json"]
        kept.append(line)
    return kept


def short_table(table: Mapping[str, object]) -> dict[str, float | list[float]]:
    """The first numbers of a table, rounded to seven digits, as many as there is room for."""
    kept: dict[str, float | list[float]] = {}
    room = MOST_OF_TABLE
    for kind, value in table.items():
        values = value if isinstance(value, list) else [value]
        short = [float(f"{one:.7g}") for one in values]
        room -= _size({kind: short})
        if room < 0:
            break
        kept[kind] = short if isinstance(value, list) else short[0]
    return kept


def _size(value: object) -> int:
    return len(json.dumps(value))
