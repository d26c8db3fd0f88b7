"""Execute a script in this process, whatever it does."""

import os
import sys
from pathlib import Path
from types import CodeType

from seedbed.doctor.source.module import Module
from seedbed.runs.keras_private import callback_list, is_on_jax, trainer_classes
from seedbed.runs.recording.stop_request import how_to_stop
from seedbed.runs.script.failure_words import (
    explain,
    place_in_script,
    refused_flags,
    traceback_text,
)
from seedbed.runs.script.hooks.traces.tensor_trace import TENSORS, TensorTrace
from seedbed.runs.script.keras_backend import JAX
from seedbed.runs.script.notebook.commands import runnable
from seedbed.runs.script.notebook.shell import NotebookShell
from seedbed.runs.script.notebook.stand_ins import StandIns
from seedbed.runs.script.process import process_setup
from seedbed.runs.script.put_back.restore import restore, restore_calls
from seedbed.runs.script.randomness import outside_patches, stream_patches
from seedbed.runs.script.randomness.torch_streams import TorchStreams
from seedbed.runs.script.randomness.unseeded_draws import UnseededDraws
from seedbed.runs.script.script_run import End, ScriptRun
from seedbed.runs.script.timeline.prints import watch_prints
from seedbed.runs.script.workspace import Workspace
from seedbed.system.files.temporary_folder import use_temporary_folder


def execute(made: ScriptRun, asked_in: Path) -> End:
    """Run the script, whatever it does."""
    options, record, space = made.options, made.record, made.space
    path, code = _code(made)
    _set_up_process(record.path)
    _wrap_libraries(made)
    shell = NotebookShell()
    StandIns(shell, made.watcher.say).begin()
    main = process_setup.main_module(
        path, options.arguments, shell if _asks_ipython(made.module) else None
    )
    os.chdir(path.parent if not options.whole_folder else space.path)
    space.guard()
    process_setup.watch_process(made.watcher.say)
    drawn = UnseededDraws.begin()
    try:
        with process_setup.hard_exit_is_an_exit():
            try:
                exec(code, main.__dict__)  # noqa: S102 (running it is what was asked for)
            finally:
                made.watcher.script_ended()
                made.watcher.other_draws = drawn.causes(
                    [one.call for one in made.watcher.seeds],
                    sklearn="sklearn" in made.module.roots,
                )
                process_setup.end_of_process()
                space.guarding = False
    except SystemExit as error:
        return _exited(error, made)
    except BaseException as error:  # a user's script raises anything
        if stopped := how_to_stop(record, error):
            return End(*stopped)
        reason = explain(error, made, asked_in)
        return End("failed", reason, traceback_text(error, record.path), error)
    return End()


def _exited(error: SystemExit, made: ScriptRun) -> End:
    """How a script ended that left by ``sys.exit`` or ``os._exit``."""
    is_hard = isinstance(error, process_setup.HardExit)
    call = f"{place_in_script(error, made)} calls {'os._exit' if is_hard else 'sys.exit'}"
    if error.code in (None, 0):
        if is_hard:
            made.watcher.say(f"{call}(0), which counts as its end")
        return End()
    reason = f"{call}({error.code!r}){refused_flags(error)}"
    return End("failed", reason, traceback_text(error, made.record.path))


def _set_up_process(folder: Path) -> None:
    """Keep what the script prints, and give it no terminal and no windows."""
    process_setup.redirect(folder / "stdout.txt", folder / "stderr.txt")
    process_setup.detach()
    process_setup.no_input()
    process_setup.no_windows()
    process_setup.forget_exits()
    process_setup.start_processes_as_python_does()
    use_temporary_folder(folder / "tmp")


def _wrap_libraries(made: ScriptRun) -> None:
    """Put old names back, seed the generators, and watch what the script trains and prints."""
    options, watcher = made.options, made.watcher
    restore(made.modules, made.choice, made.uses, options.as_of)
    if options.offline_data:
        import keras

        made.offline.begin(keras, "\n".join(one.source for one in made.modules))
    _let_seeds_follow(made)
    watcher.begin(made.choice.version, made.choice.graph)
    restore_calls(made.choice, made.uses)
    if made.traced.fits and options.backend != JAX:  # JAX does not build TensorFlow graphs
        made.trace = TensorTrace(made.record.path / TENSORS, made.traced, watcher.position)
        made.trace.begin(made.choice.version)
    watch_prints(watcher.timeline, watcher.place)
    _watch_h5py(made.space)


def _let_seeds_follow(made: ScriptRun) -> None:
    """Have every generator follow the run's seed, or each source a seed of its own."""
    if made.streams is None:
        made.seeding.begin()
        if made.options.keep_seeds:
            _watch_moments(made)
    else:
        stream_patches.begin(made.streams, made.choice.version)
        if "torch" in sys.modules:
            made.torch = TorchStreams(made.streams)
            made.torch.begin()
        outside_patches.order_files(made.streams, made.record.path)
        _watch_moments(made)
        texts = [one.source for one in made.modules]
        outside_patches.seed_by_clock(made.streams, made.record.path, texts)


def _watch_moments(made: ScriptRun) -> None:
    made.watcher.on_data = made.moments.data
    version = made.choice.version
    batches = callback_list(version) if is_on_jax(version) else None
    made.moments.begin(trainer_classes(version)[1], batches)


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
        if mode == "r":
            space.about_to_read(name)
        else:
            space.about_to_write(name)
        original(file, name, mode, *rest, **named)

    h5py.File.__init__ = opened
