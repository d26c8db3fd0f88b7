"""Trains the rounds of ``seedbed why``."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Literal

import click

from seedbed.system.terminal_escape import inert

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

    def __call__(self, design: "Design") -> bool:
        """Run the cells of a design that are left; False if it was stopped or failed."""
        from seedbed.runs.execution.catalog import SCRIPT
        from seedbed.runs.settings.tensorflow_setup import prepare
        from seedbed.sweeps.executors.local_pool import PRELOAD, start_fork_server
        from seedbed.sweeps.repeat.script_design import preloads

        spent = (time.monotonic() - self._began) / MINUTE_S
        if self._rounds and self._minutes is not None and spent > self._minutes:
            return False
        self._rounds += 1
        prepare(design.numerics)
        start_fork_server((PRELOAD, *(preloads(design) if design.experiment == SCRIPT else ())))
        from seedbed.sweeps.driver.run_sweep import run_sweep
        from seedbed.sweeps.driver.settings import SweepSettings

        style: Literal["live", "quiet"] = "live" if self._is_text else "quiet"
        settings = SweepSettings(time_limit_s=self._time_limit, style=style)
        with contextlib.ExitStack() as stack:
            if style == "quiet":  # warnings of runs must not stand before the answer
                stack.enter_context(contextlib.redirect_stdout(sys.stderr))
            result = run_sweep(design, self._workers, settings)
        for name, reason in result.failed.items():
            click.echo(inert(f"failed: {name}: {reason}"), err=True)
        if result.stopped:
            click.get_current_context().exit(130)
        return bool(result.finished) and not result.undelivered
