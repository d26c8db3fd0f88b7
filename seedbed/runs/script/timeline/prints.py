"""The lines of a script that print numbers."""

import builtins
import os
import sys
from collections.abc import Callable
from typing import Any

from seedbed.analysis.wording import listed
from seedbed.runs.script.hooks.record.timeline import Timeline
from seedbed.runs.script.numbers.printed_matrices import parts_of_output
from seedbed.runs.script.numbers.printed_numbers import printed
from seedbed.runs.script.process.process_setup import bytes_printed

MOST_PRINTS = 200
MOST_NAMES = 4


def watch_prints(timeline: Timeline, place: Callable[[], str]) -> None:
    """Note each ``print`` of this process with its line and where its text stands in the output.

    Args:
        timeline: Takes the steps.
        place: Says which line of the script runs now.
    """
    original, own = builtins.print, os.getpid()
    left = MOST_PRINTS

    def print_(*values: Any, **named: Any) -> None:
        nonlocal left
        if left < 1 or os.getpid() != own or named.get("file") not in (None, sys.stdout):
            original(*values, **named)
            return
        left -= 1
        start = bytes_printed()
        original(*values, **named)
        timeline.add("print", place(), "prints", start=start, end=bytes_printed())

    print_.__name__, print_.__doc__ = original.__name__, original.__doc__
    builtins.print = print_


def name_prints(timeline: Timeline, output: str) -> None:
    """Say of each print which numbers it printed; those of text alone are left out.

    Args:
        timeline: With the steps of ``watch_prints``.
        output: What was printed.
    """
    raw = output.encode()
    kept = []
    for step in timeline.steps:
        if step.kind == "print":
            text = raw[step.facts["start"] : step.facts["end"]].decode(errors="replace")
            values = printed(text)
            tables = [
                part for part in parts_of_output(text.splitlines()) if isinstance(part, tuple)
            ]
            if not values and tables:
                step.what = f"prints {listed(f'a {a} × {b} matrix' for a, b in tables)}"
                step.facts = {"values": {}}
                kept.append(step)
            if not values:
                continue
            step.facts = {"values": {name: found[-1] for name, found in values.items()}}
            more = f" and {len(values) - MOST_NAMES} more" if len(values) > MOST_NAMES else ""
            step.what = f"prints {', '.join(list(values)[:MOST_NAMES])}{more}"
        kept.append(step)
    timeline.steps = kept
