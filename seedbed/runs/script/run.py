"""One run of a script: its folder, its seeds, and what it does."""

import os
import shutil
import sys
import time
from functools import partial
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

from seedbed.doctor.source.module import Module
from seedbed.runs.keras_private import trainer_classes
from seedbed.runs.recording.stop_request import how_to_stop
from seedbed.runs.script.failure_words import explain, place_in_script, traceback_text
from seedbed.runs.script.hooks.calls.places import Places
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.traces.moments import Moments
from seedbed.runs.script.hooks.traces.tensor_trace import NOTHING, TENSORS, TensorTrace, Traced
from seedbed.runs.script.keras_backend import JAX
from seedbed.runs.script.keras_choice import KerasChoice, may_need_keras_2, needs_graph
from seedbed.runs.script.notebook.commands import runnable
from seedbed.runs.script.notebook.shell import NotebookShell
from seedbed.runs.script.notebook.stand_ins import StandIns
from seedbed.runs.script.offline_data import OfflineData
from seedbed.runs.script.options import Options, check, check_unchanged, keras_of
from seedbed.runs.script.paths.outside import read_outside
from seedbed.runs.script.process import process_setup
from seedbed.runs.script.process.fresh_process import run_fresh
from seedbed.runs.script.process.outside_seeds import OutsideSeeds, outside_seeds
from seedbed.runs.script.put_back.restore import restore, restore_calls
from seedbed.runs.script.put_back.uses import OldUses
from seedbed.runs.script.randomness import outside_patches, stream_patches
from seedbed.runs.script.randomness.draw_sources import is_called_by_script
from seedbed.runs.script.randomness.random_streams import RandomStreams
from seedbed.runs.script.randomness.seed_patches import SeedPatches
from seedbed.runs.script.randomness.torch_streams import TorchStreams, uses_torch
from seedbed.runs.script.script_files import imported_modules, read
from seedbed.runs.script.script_run import End, ScriptRun
from seedbed.runs.script.timeline.prints import watch_prints
from seedbed.runs.script.workspace import Workspace
from seedbed.runs.script.write_record import write_record
from seedbed.runs.settings import tensorflow_setup
from seedbed.system.files.temporary_folder import use_temporary_folder
from seedbed.system.processes.process_tree import kill_children
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder

SET_OF_TEXT = "a set of text, PYTHONHASHSEED"

if TYPE_CHECKING:
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.runs.training.train import OnEpoch


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
    seeding = SeedPatches(options.seed, options.keep_seeds, record.path)
    choice = keras_of(options)
    made = _prepared(options, record, watch, choice, seeding=seeding, traced=traced)
    before, began = Path.cwd(), time.monotonic()
    end = _guarded(made, before)
    if (
        end.error is not None
        and not made.watcher.trained
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
        _line_words(stem, made.module, file, row)
        for file, rows in outside.hash_lines.items()
        for row in rows
    ]
    if made.streams is None:
        made.moments.reads += [{"line": one, "call": SET_OF_TEXT} for one in lines]
        return
    if lines:
        made.streams.note_outside("hash", lines)
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
    made = _prepared(options, record, watch, choice, seeding=first.seeding, traced=first.traced)
    return made, _guarded(made, asked_in)


def _remove_working_folders(record: RunFolder) -> None:
    for name in ("work", "tmp", "notebook"):
        shutil.rmtree(record.path / name, ignore_errors=True)


def _prepared(
    options: Options,
    record: RunFolder,
    watch: "OnEpoch | None",
    choice: KerasChoice,
    *,
    seeding: SeedPatches,
    traced: Traced,
) -> ScriptRun:
    """Put everything in its place; nothing of the script has run yet."""
    said: list[str] = []

    def say(sentence: str) -> None:
        if sentence not in said:
            said.append(sentence)

    def on_epoch(fit: int, epoch: int, metrics: dict[str, float]) -> None:
        named = {schema.script_metric(fit, key): value for key, value in metrics.items()}
        record.epoch(epoch, named)
        if watch is not None:
            watch(epoch, named)

    home, module = options.home, read(options.path)
    modules = [module, *imported_modules(module)]
    beside = read_outside(modules, home, options.base, options.arguments)
    space = Workspace.make(home, record.path / "work", record.path, beside)
    words = partial(_line_words, options.path.stem, module)
    place = Places(record.path, words)
    seeding.place = place
    moments = Moments(place, partial(is_called_by_script, str(record.path), words))
    watcher = Watcher(
        on_epoch,
        options.predictions,
        say,
        place=place,
        printed=process_setup.bytes_printed,
        alternative=options.alternative,
        seed_all=seeding.seed_all,
    )
    seeding.on_seed = watcher.seed_set
    streams = None
    if options.separate:
        streams = RandomStreams(
            options.own_seeds,
            options.seed,
            record.path,
            line_of=words,
            has_fitted=lambda: bool(watcher.fits),
            vary_pinned=options.vary_pinned,
        )
        streams.on_seed = watcher.seed_set
    uses = OldUses(module, record.path)
    return ScriptRun(
        options=options,
        record=record,
        module=module,
        choice=choice,
        space=space,
        watcher=watcher,
        seeding=seeding,
        streams=streams,
        uses=uses,
        moments=moments,
        offline=OfflineData(uses.warn),
        traced=traced,
        said=said,
    )


def _line_words(stem: str, module: Module, file: str, row: int) -> str:
    """A place in the script's copy as its author knows it: ``line 14`` or ``helper.py line 3``."""
    name = Path(file)
    if name.stem != stem:
        return f"{name.name} line {row}"
    return module.line(row).words


def _guarded(made: ScriptRun, asked_in: Path) -> End:
    """Run the script, whatever it does."""
    options, record, space = made.options, made.record, made.space
    path, code = _code(made)
    process_setup.redirect(record.path / "stdout.txt", record.path / "stderr.txt")
    process_setup.detach()
    process_setup.no_input()
    process_setup.no_windows()
    process_setup.hard_exit_is_an_exit()
    process_setup.forget_exits()
    use_temporary_folder(record.path / "tmp")
    restore(made.modules, made.choice, made.uses, options.as_of)
    if options.offline_data:
        import keras

        made.offline.begin(keras, "\n".join(one.source for one in made.modules))
    _let_seeds_follow(made)
    made.watcher.begin(made.choice.version, made.choice.graph)
    restore_calls(made.choice, made.uses)
    if made.traced.fits and options.backend != JAX:  # JAX does not build TensorFlow graphs
        made.trace = TensorTrace(record.path / TENSORS, made.traced, made.watcher.position)
        made.trace.begin(made.choice.version)
    watch_prints(made.watcher.timeline, made.watcher.place)
    _watch_h5py(space)
    shell = NotebookShell()
    StandIns(shell, made.watcher.say).begin()
    main = process_setup.main_module(
        path, options.arguments, shell if _asks_ipython(made.module) else None
    )
    os.chdir(path.parent if not options.whole_folder else space.path)
    space.guard()
    process_setup.watch_process(made.watcher.say)
    try:
        try:
            exec(code, main.__dict__)  # noqa: S102 (running it is what was asked for)
        finally:
            process_setup.end_of_process()
            space.guarding = False
    except SystemExit as error:
        if error.code in (None, 0):
            return End()
        call = "os._exit" if isinstance(error, process_setup.HardExit) else "sys.exit"
        return End(
            "failed",
            f"{place_in_script(error, made)} calls {call}({error.code!r})",
            traceback_text(error, record.path),
        )
    except BaseException as error:  # a user's script raises anything
        if stopped := how_to_stop(record, error):
            return End(*stopped)
        reason = explain(error, made, asked_in)
        return End("failed", reason, traceback_text(error, record.path), error)
    return End()


def _let_seeds_follow(made: ScriptRun) -> None:
    """Have every generator follow the run's seed, or each source a seed of its own."""
    if uses_torch(made.modules):
        import torch  # noqa: F401 (seeded with the others)
    if made.streams is None:
        made.seeding.begin()
        if made.options.keep_seeds:
            _watch_moments(made)
    else:
        stream_patches.begin(made.streams)
        if "torch" in sys.modules:
            made.torch = TorchStreams(made.streams)
            made.torch.begin()
        outside_patches.order_files(made.streams, made.record.path)
        _watch_moments(made)
        texts = [one.source for one in made.modules]
        outside_patches.seed_by_clock(made.streams, made.record.path, texts)


def _watch_moments(made: ScriptRun) -> None:
    made.watcher.on_data = made.moments.data
    made.moments.begin(trainer_classes(made.choice.version)[1])


def _code(made: ScriptRun) -> tuple[Path, CodeType]:
    """Where the script stands in its copy, and its code; of a notebook all cells as one file."""
    inside = made.options.path.relative_to(made.options.home)
    path = made.space.path / inside
    source = path
    if path.suffix == ".ipynb":
        source = made.record.path / "notebook" / f"{path.stem}.py"
        source.parent.mkdir()
        text, made.left_out = runnable(made.module)
        source.write_text(text, encoding="utf-8")
        return path, compile(text, str(source), "exec", dont_inherit=True)
    return path, compile(path.read_bytes(), str(source), "exec", dont_inherit=True)


def _asks_ipython(module: Module) -> bool:
    """Whether it is a notebook, or one that was exported as a script with its commands."""
    return module.path.suffix == ".ipynb" or "get_ipython()." in module.source


def _watch_h5py(space: Workspace) -> None:
    """Native code opens HDF5 files, so Python's audit events do not show them."""
    import h5py

    original = h5py.File.__init__

    def opened(file: object, name: object, mode: str = "r", *rest: object, **named: object) -> None:
        if mode != "r":
            space.about_to_write(name)
        original(file, name, mode, *rest, **named)

    h5py.File.__init__ = opened
