"""Run a sweep from Python."""

from dataclasses import replace
from os import PathLike
from pathlib import Path

from seedbed.runs.settings.tensorflow_setup import prepare_fork_server
from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver.run_sweep import run_sweep
from seedbed.sweeps.driver.settings import SweepResult, SweepSettings
from seedbed.sweeps.executors.local_pool import start_fork_server
from seedbed.system.errors import InputError


def sweep(
    file: str | PathLike[str],
    *,
    name: str | None = None,
    workers: int | None = None,
    quiet: bool = False,
) -> SweepResult:
    """Run the sweep that a file describes, or what is left of it; finished runs are kept.

    Args:
        file: A YAML file, or the name of a sweep that Seedbed brings, such as ``first``.
        name: Name of the sweep; what the file says unless given.
        workers: Runs at once; one per core unless given.
        quiet: Whether to show warnings and failures only.

    Returns:
        How many cells have a result, which failed and why, and what is left; its ``verdict``,
        ``answer`` and ``figure()`` are those of the report.

    Raises:
        InputError: Neither a file nor a name, no such file, or one that breaks a rule; says at
            which line and column.
        StoreError: The store or the ledger cannot be reached.
    """
    if not isinstance(file, str | PathLike):
        raise InputError(
            f"a sweep must be given as its file or its name, got {file!r}: write "
            'seedbed.sweep("first")'
        )
    design = load(Path(file), name)
    prepare_fork_server(design.numerics)
    start_fork_server()
    result = run_sweep(design, workers, SweepSettings(style="quiet" if quiet else "live"))
    return replace(result, name=design.name)
