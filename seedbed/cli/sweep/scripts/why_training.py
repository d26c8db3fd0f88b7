"""Trains the rounds of ``seedbed why``."""

import time
from typing import TYPE_CHECKING

import click

from seedbed.cli.sweep.run_cells import run_cells

if TYPE_CHECKING:
    from seedbed.sweeps.design.design import Design

MINUTE_S = 60


class Training:
    """Trains what a design asks for; counts the minutes.

    Args:
        workers: Runs at once; None for what the machine takes.
        minutes: Start no round after so long; None for no limit.
        time_limit: Seconds of one run; None for no limit.
        is_text: Whether runs are told live.
    """

    def __init__(
        self, workers: int | None, minutes: float | None, time_limit: float | None, *, is_text: bool
    ) -> None:
        self._workers, self._minutes = workers, minutes
        self._time_limit, self._is_text = time_limit, is_text
        self._began = time.monotonic()
        self._rounds = 0
        self._warned: set[str] = set()

    def __call__(self, design: "Design") -> bool:
        """Run the cells of a design that are left; False if it was stopped or failed."""
        spent = (time.monotonic() - self._began) / MINUTE_S
        if self._rounds and self._minutes is not None and spent > self._minutes:
            return False
        self._rounds += 1
        result = run_cells(
            design,
            self._workers,
            self._time_limit,
            is_text=self._is_text,
            warned=self._warned,
        )
        if result.stopped:
            click.get_current_context().exit(130)
        return bool(result.finished) and not result.undelivered
