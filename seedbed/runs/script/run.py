"""One run of a script: its folder, its seeds, and what it does."""

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.runs.script.execute import execute
from seedbed.runs.script.hooks.traces.tensor_trace import NOTHING, Traced
from seedbed.runs.script.keras_choice import KerasChoice, may_need_keras_2, needs_graph
from seedbed.runs.script.options import Options, check, check_unchanged, keras_of
from seedbed.runs.script.prepare import line_words, prepare
from seedbed.runs.script.process.fresh_process import run_fresh
from seedbed.runs.script.process.outside_seeds import (
    SHELL,
    OutsideSeeds,
    outside_seeds,
    pinned_hash_seed,
)
from seedbed.runs.script.randomness.random_streams import Pin
from seedbed.runs.script.randomness.seed_patches import SeedPatches
from seedbed.runs.script.refused_names import refuses_name
from seedbed.runs.script.script_files import read
from seedbed.runs.script.script_run import End, ScriptRun
from seedbed.runs.script.write_record import write_record
from seedbed.runs.settings import keras_settings, tensorflow_setup
from seedbed.system.processes.process_tree import kill_children
from seedbed.tracking.writing.run_folder import RunFolder

SET_OF_TEXT = "a set of text, PYTHONHASHSEED"

if TYPE_CHECKING:
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.runs.training.train import OnEpoch


def _follow_keras_json() -> None:
    import keras

    keras_settings.follow(keras.config)


def run(
    options: Options, record: RunFolder, watch: "OnEpoch | None", traced: Traced = NOTHING
) -> "Outcome":
    """Run the script in this process, which must be a fresh one and ends afterwards.

    Args:
        options: What to run.
        record: The run's folder.
        watch: Called after each epoch of a fit, once it is recorded.
        traced: What to trace of every step, to compare this run with another.

    Returns:
        How it ended, with whatever was measured until then.

    Raises:
        InputError: It cannot be run, or was changed since the sweep began.
    """
    check(options)
    check_unchanged(options)
    outside = outside_seeds(options, read(options.path))
    if outside.variables:
        return run_fresh(options, record, outside.variables, traced)
    options = outside.options
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    _follow_keras_json()
    seeding = SeedPatches(options.seed, options.keep_seeds, record.path)
    choice = keras_of(options)
    made = prepare(options, record, watch, choice, seeding=seeding, traced=traced)
    before, began = Path.cwd(), time.monotonic()
    end = execute(made, before)
    if (
        end.error is not None
        and (not made.watcher.trained or refuses_name(end.error))
        and may_need_keras_2(end.error, made.choice, made.modules)
    ):
        made, end = _on_keras_2(made, end, watch, before)
    if end.error is not None and not made.watcher.trained and needs_graph(end.error, made.choice):
        made, end = _with_graphs(made, end, watch, before)
    seconds = time.monotonic() - began
    if made.torch is not None:
        made.torch.end()
    if made.trace is not None:
        made.trace.end()
    os.chdir(before)
    kill_children()
    _note_outside(made, outside)
    outcome = write_record(made, end, seconds)
    _remove_working_folders(record)
    return outcome


def _note_outside(made: ScriptRun, outside: OutsideSeeds) -> None:
    """Tell the streams which sources were set before the script began."""
    stem = made.options.path.stem
    lines = [
        line_words(stem, made.module, file, row)
        for file, rows in outside.hash_lines.items()
        for row in rows
    ]
    if made.streams is None:
        made.moments.reads += [{"line": one, "call": SET_OF_TEXT} for one in lines]
        return
    if lines:
        value = pinned_hash_seed(made.options)
        pin = Pin(f"{tensorflow_setup.HASH_SEED}=", SHELL, value) if value else None
        made.streams.note_outside("hash", lines, pin)
    if made.options.vary_environment:
        made.streams.note_outside("environment", [])


def _on_keras_2(
    first: ScriptRun, failed: End, watch: "OnEpoch | None", asked_in: Path
) -> tuple[ScriptRun, End]:
    """Try a script that failed on Keras 3 before it trained on Keras 2; from the beginning."""
    choice = KerasChoice(2, f"on {first.choice.name} {failed.reason}")
    made, end = _again(first, choice, watch, asked_in)
    if end.error is None or needs_graph(end.error, choice):
        return made, end
    if str(end.error) == str(failed.error):  # no matter of Keras
        return made, failed
    both = f"on {first.choice.name}: {failed.reason}; on {choice.name}: {end.reason}"
    return made, End(end.state, both[:1500], end.text, end.error)


def _with_graphs(
    first: ScriptRun, failed: End, watch: "OnEpoch | None", asked_in: Path
) -> tuple[ScriptRun, End]:
    """Try a script that failed on Keras 2 before it trained where that builds graphs."""
    choice = KerasChoice(2, f"without graphs {failed.reason}", graph=True)
    made, end = _again(first, choice, watch, asked_in)
    return (made, end) if end.error is None else (first, failed)


def _again(
    first: ScriptRun, choice: KerasChoice, watch: "OnEpoch | None", asked_in: Path
) -> tuple[ScriptRun, End]:
    """Run the script from the beginning on another Keras."""
    options, record = first.options, first.record
    os.chdir(asked_in)
    if first.torch is not None:
        first.torch.end()
    _remove_working_folders(record)
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").is_relative_to(record.path):
            del sys.modules[name]
    made = prepare(options, record, watch, choice, seeding=first.seeding, traced=first.traced)
    return made, execute(made, asked_in)


def _remove_working_folders(record: RunFolder) -> None:
    for name in ("work", "tmp", "notebook"):
        shutil.rmtree(record.path / name, ignore_errors=True)
