"""Run a design's cells for a command whose answer comes at the end."""

import contextlib
import sys
from typing import TYPE_CHECKING, Literal

from seedbed.system.text.printing import print_text

if TYPE_CHECKING:
    from seedbed.sweeps.design.design import Design
    from seedbed.sweeps.driver.settings import SweepResult


def run_cells(
    design: "Design",
    workers: int | None,
    time_limit: float | None,
    *,
    is_text: bool,
    warned: set[str] | None = None,
) -> "SweepResult":
    """Run the cells that have no result yet, and print which failed.

    Args:
        design: The sweep.
        workers: Runs at once; None for what the machine takes.
        time_limit: Seconds of one run; None for no limit.
        is_text: Whether runs are told live; else nothing stands before the answer.
        warned: Warnings that were shown in earlier calls; those of this call are added.
    """
    start_processes(design)
    from seedbed.sweeps.driver.run_sweep import run_sweep
    from seedbed.sweeps.driver.settings import SweepSettings

    style: Literal["live", "quiet"] = "live" if is_text else "quiet"
    settings = SweepSettings(time_limit_s=time_limit, style=style, warned=warned)
    with contextlib.ExitStack() as stack:
        if style == "quiet":  # warnings of runs must not stand before the answer
            stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        result = run_sweep(design, workers, settings)
    for name, reason in result.failed.items():
        print_text(f"failed: {name}: {reason}", error=True)
    return result


def start_processes(design: "Design") -> None:
    """Have the fork server load TensorFlow while this process loads MLflow."""
    from seedbed.runs.execution.catalog import PRELOAD, SCRIPT
    from seedbed.runs.settings.tensorflow_setup import prepare_fork_server
    from seedbed.sweeps.executors.local_pool import start_fork_server
    from seedbed.sweeps.repeat.script_design import preloads

    prepare_fork_server(design.numerics)
    start_fork_server((PRELOAD, *(preloads(design) if design.experiment == SCRIPT else ())))
