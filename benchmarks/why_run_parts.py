"""What one run of ``seedbed why`` takes beside the bare script, in seconds of processor time.

    python -m benchmarks.why_run_parts [--times 5]

The script is docs/examples/train.py. Each run is a fork of one process that has imported what a run
needs. Processor time hardly depends on what else the machine does. The runs are, in turn:

    bare         the script by itself
    fixed        the same with deterministic operations and one thread, as every run of Seedbed
    unpredicted  a run of ``why`` that records no predictions
    why          a run of ``why``
"""

import argparse
import os
import resource
import runpy
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.why_cost import SCRIPT
from seedbed.runs.script.options import Options
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.processor import processor
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.loop.run_header import run_header
from seedbed.sweeps.repeat.why_targets import ScriptTarget
from seedbed.tracking.writing.run_folder import RunFolder

EXIT = os._exit
"""Python's own; a run of a script puts another in its place."""


def main() -> None:
    """Print the median of each kind of run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name:
        os.environ.update(SEEDBED_STORE=f"{name}/store")
        folder = Path(name)
        script = folder / "script" / SCRIPT.name  # runs copy its folder, so it holds nothing else
        script.parent.mkdir()
        shutil.copy(SCRIPT, script)
        kinds = _kinds(folder, script)
        print(f"{SCRIPT.name}; {processor().name}; n = {times} runs of each kind")
        taken: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(times):
            for kind, run in kinds.items():
                taken[kind].append(_forked(run))
        bare = statistics.median(taken["bare"])
        for kind, seconds in taken.items():
            middle = statistics.median(seconds)
            ends = f"{min(seconds):.2f} to {max(seconds):.2f}"
            print(f"{kind:11} {middle:.2f} core-seconds ({ends}), {middle / bare:.2f} × bare")


def _kinds(folder: Path, script: Path) -> dict[str, Callable[[], None]]:
    design = ScriptTarget(script).varied(2)
    tensorflow_setup.prepare_fork_server(design.numerics)
    import seedbed.runs.execution.preload  # noqa: F401 (as the server that runs are forked from)

    options = design.cells[0].options
    assert isinstance(options, Options)  # noqa: S101 (the design is of a script)
    return {
        "bare": lambda: _bare(script),
        "fixed": lambda: _bare(script, options),
        "unpredicted": lambda: _why(folder, design, replace(options, predictions=False)),
        "why": lambda: _why(folder, design, options),
    }


def _bare(script: Path, options: Options | None = None) -> None:
    if options is not None:
        import keras

        tensorflow_setup.apply(options)
        keras.utils.set_random_seed(1)  # deterministic operations ask for it
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    runpy.run_path(str(script), run_name="__main__")


def _why(folder: Path, design: Design, options: Options) -> None:
    from seedbed.runs.script.run import run

    record = RunFolder.create(folder / "runs", run_header(design, design.cells[0], "none"))
    ended = run(options, record, None)
    if ended.state != "finished":
        raise SystemExit(ended.reason)


def _forked(run: Callable[[], None]) -> float:
    """Seconds of processor time that a call takes in a fork of this process."""
    before = _of_children()
    sys.stdout.flush()
    if os.fork() == 0:
        code = 1
        try:
            run()
            code = 0
        finally:
            EXIT(code)
    if os.wait()[1] != 0:
        raise SystemExit("a run failed")
    return _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
