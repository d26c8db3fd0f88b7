"""One run of a script: its folder, its seeds, what it did, and what came of it."""

import os
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from seedbed.doctor.keras3.outdated_code import outdated
from seedbed.doctor.source.module import Module
from seedbed.runs.script import process_setup, results, stream_patches
from seedbed.runs.script.keras_choice import KerasChoice, is_nowhere, may_need_keras_2
from seedbed.runs.script.keras_hooks import Watcher
from seedbed.runs.script.options import Options, check, check_unchanged, keras_of
from seedbed.runs.script.put_back.restore import restore
from seedbed.runs.script.put_back.uses import OldUses
from seedbed.runs.script.random_streams import RandomStreams
from seedbed.runs.script.script_files import imported_modules, read
from seedbed.runs.script.seed_patches import SeedPatches
from seedbed.runs.script.workspace import RefusedError, Workspace
from seedbed.runs.settings import tensorflow_setup
from seedbed.tracking import schema
from seedbed.tracking.records import State
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.runs.training.train import OnEpoch

NO_NUMBER = (
    "it gave no number: it called neither fit nor evaluate of a Keras model, and printed none"
)
NEVER_FITS = "it never calls fit of a Keras model in its own process: only what it prints is known"


@dataclass
class _End:
    """How the script ended."""

    state: State = "finished"
    reason: str | None = None
    text: str = ""
    error: BaseException | None = None


@dataclass
class _Run:
    """What a run is made of."""

    options: Options
    record: RunFolder
    module: Module
    choice: KerasChoice
    space: Workspace
    watcher: Watcher
    seeding: SeedPatches
    streams: RandomStreams | None
    uses: OldUses
    said: list[str] = field(default_factory=list)

    @property
    def modules(self) -> list[Module]:
        """The script, and the files beside it that it imports."""
        return [self.module, *imported_modules(self.module)]


def run(options: Options, record: RunFolder, watch: "OnEpoch | None") -> "Outcome":
    """Run the script in this process, which must be a fresh one and ends afterwards.

    Args:
        options: What to run.
        record: The run's folder.
        watch: Called after each epoch of a fit, once it is recorded.

    Returns:
        How it ended, with whatever was measured until then.

    Raises:
        InputError: It cannot be run, or was changed since the sweep began.
    """
    check(options)
    check_unchanged(options)
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    seeding = SeedPatches(options.seed, options.keep_seeds, record.path)
    made = _prepared(options, record, watch, keras_of(options), seeding)
    before, began = Path.cwd(), time.monotonic()
    end = _guarded(made, before)
    if (
        end.error is not None
        and not made.watcher.trained
        and may_need_keras_2(end.error, made.choice, made.modules)
    ):
        made, end = _on_keras_2(made, end, watch, before)
    seconds = time.monotonic() - began
    os.chdir(before)
    process_setup.end_children()
    outcome = _recorded(made, end, seconds)
    for name in ("work", "tmp", "notebook"):
        shutil.rmtree(record.path / name, ignore_errors=True)
    return outcome


def _on_keras_2(
    first: _Run, failed: _End, watch: "OnEpoch | None", asked_in: Path
) -> tuple[_Run, _End]:
    """Try a script that failed on Keras 3 before it trained on Keras 2; from the beginning."""
    options, record = first.options, first.record
    os.chdir(asked_in)
    for name in ("work", "tmp", "notebook"):
        shutil.rmtree(record.path / name, ignore_errors=True)
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").is_relative_to(record.path):
            del sys.modules[name]
    choice = KerasChoice(2, f"on {first.choice.name} {failed.reason}")
    made = _prepared(options, record, watch, choice, first.seeding)
    end = _guarded(made, asked_in)
    if end.error is None:
        return made, end
    if str(end.error) == str(failed.error):  # no matter of Keras
        return made, failed
    both = f"on {first.choice.name}: {failed.reason}; on {choice.name}: {end.reason}"
    return made, _End(end.state, both[:1500], end.text, end.error)


def _prepared(
    options: Options,
    record: RunFolder,
    watch: "OnEpoch | None",
    choice: KerasChoice,
    seeding: SeedPatches,
) -> _Run:
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
    space = Workspace.make(home, record.path / "work" / home.name, ours=record.path)
    watcher = Watcher(on_epoch, options.predictions, say)
    streams = None
    if options.separate:
        streams = RandomStreams(
            options.own_seeds,
            options.seed,
            record.path,
            line_of=partial(_line_words, options.path.stem, module),
            has_fitted=lambda: bool(watcher.fits),
            vary_pinned=options.vary_pinned,
        )
    uses = OldUses(module, record.path)
    return _Run(options, record, module, choice, space, watcher, seeding, streams, uses, said)


def _line_words(stem: str, module: Module, file: str, row: int) -> str:
    """A place in the script's copy as its author knows it: ``line 14`` or ``helper.py line 3``."""
    name = Path(file)
    if name.stem != stem:
        return f"{name.name} line {row}"
    place = module.line(row)
    return f"line {place.line}" if place.cell is None else f"cell {place.cell} line {place.line}"


def _guarded(made: _Run, asked_in: Path) -> _End:
    """Run the script, whatever it does."""
    from seedbed.runs.recording.outcome import StoppedError

    options, record, space = made.options, made.record, made.space
    path, code = _code(made)
    process_setup.redirect(record.path / "stdout.txt", record.path / "stderr.txt")
    process_setup.detach()
    process_setup.no_input()
    process_setup.no_windows()
    process_setup.hard_exit_is_an_exit()
    process_setup.forget_exits()
    _own_temporary_folder(record.path / "tmp")
    restore(made.modules, made.choice, made.uses, options.as_of)
    if made.streams is None:
        made.seeding.begin()
    else:
        stream_patches.begin(made.streams)
    made.watcher.begin(made.choice.version)
    _watch_h5py(space)
    main = process_setup.main_module(path, options.arguments, made.module.path.suffix == ".ipynb")
    os.chdir(path.parent if not options.whole_folder else space.path)
    space.guard()
    process_setup.watch_process(made.watcher.say)
    try:
        try:
            exec(code, main.__dict__)  # noqa: S102 (running it is what was asked for)
        finally:
            process_setup.end_of_process()
            space.guarding = False
    except (StoppedError, KeyboardInterrupt):
        state, reason = record.asked() or ("stopped", "it was asked to stop (Ctrl-C or SIGTERM)")
        return _End(state, reason)
    except SystemExit as error:
        if error.code in (None, 0):
            return _End()
        return _End(
            "failed",
            f"{_where(error, made)} calls sys.exit({error.code!r})",
            _text(error, record.path),
        )
    except BaseException as error:
        reason = _explained(error, made, asked_in)
        return _End("failed", reason, _text(error, record.path), error)
    return _End()


def _code(made: _Run) -> tuple[Path, CodeType]:
    """Where the script stands in its copy, and its code; of a notebook all cells as one file."""
    inside = made.options.path.relative_to(made.options.home)
    path = made.space.path / inside
    source = path
    if path.suffix == ".ipynb":
        source = made.record.path / "notebook" / f"{path.stem}.py"
        source.parent.mkdir()
        source.write_text(made.module.source, encoding="utf-8")
        return path, compile(made.module.source, str(source), "exec", dont_inherit=True)
    return path, compile(path.read_bytes(), str(source), "exec", dont_inherit=True)


def _own_temporary_folder(folder: Path) -> None:
    folder.mkdir()
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None


def _watch_h5py(space: Workspace) -> None:
    """HDF5 files are opened by native code, of which Python's audit events tell nothing."""
    import h5py

    original = h5py.File.__init__

    def opened(file: Any, name: Any, mode: str = "r", *rest: Any, **named: Any) -> None:
        if mode != "r":
            space.about_to_write(name)
        original(file, name, mode, *rest, **named)

    h5py.File.__init__ = opened


# What came of it


def _recorded(made: _Run, end: _End, seconds: float) -> "Outcome":
    """Write the artifacts, and say how it ended."""
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.runs.settings import environment

    record, watcher, space = made.record, made.watcher, made.space
    folder = record.artifacts
    output = results.keep_output(record.path / "stdout.txt", folder / schema.STDOUT)
    results.keep_output(record.path / "stderr.txt", folder / schema.STDERR)
    found = results.collect(watcher, output)
    found.metrics["script_seconds"] = seconds
    files = results.keep_files(space.path, space.written(), folder)
    warnings = _warnings(made, found, files)
    end = _without_number(end, found)
    collapsed = None
    if found.predictions is not None:
        collapsed = results.write_predictions(found.predictions, folder, record.header.name)
    results.write_curves(watcher, folder, record.header.name)
    results.write_story(
        folder,
        watcher,
        found,
        {
            "seeds": {"set_by_the_script": made.seeding.set_at, "kept": made.options.keep_seeds},
            "generators_without_a_seed": made.seeding.unseeded,
            "files": files,
            "written_elsewhere": list(space.outside),
            "remarks": made.said,
            "keras": {"version": made.choice.name, "why": made.choice.why},
            "put_back": made.uses.as_json(),
        },
    )
    if made.streams is not None:
        results.write_json(folder / schema.RANDOM_STREAMS, made.streams.asdict())
    described = {**environment.describe(made.options, ""), "keras": made.choice.full_version}
    results.write_json(folder / schema.ENVIRONMENT, described)
    copied = folder / "script" / made.options.path.name
    copied.parent.mkdir()
    copied.write_bytes(made.options.path.read_bytes())
    if end.text:
        (folder / schema.TRACEBACK).write_text(end.text)
    return Outcome(
        end.state,
        found.metrics,
        watcher.fingerprint if end.state == "finished" else None,
        reason=end.reason,
        collapsed=collapsed if end.state == "finished" else None,
        notes=(end.text,) if end.text else (),
        warnings=warnings,
    )


def _without_number(end: _End, found: results.Result) -> _End:
    return _End("failed", NO_NUMBER) if end.state == "finished" and not found.headline else end


def _warnings(made: _Run, found: results.Result, files: list[dict[str, object]]) -> tuple[str, ...]:
    """What the reader must know of how the script was run."""
    name, say = made.options.path.name, made.watcher.say
    if made.choice != keras_of(made.options):  # that one was said before the first run
        say(f"ran on {made.choice.name}, because {made.choice.why}")
    for sentence in made.uses.sentences():
        say(sentence)
    if not made.watcher.fits and found.headline:
        say(NEVER_FITS)
    if made.space.outside:
        first = next(iter(made.space.outside))
        say(
            f"it writes outside its own folder ({first}), where runs at the same time may "
            "overwrite each other's: give --workers 1, or write relative to the current folder"
        )
    left_out = [one for one in files if not one["kept"]]
    if left_out:
        say(f"it wrote more than is kept: {len(left_out)} large files are named only")
    return tuple(f"{name}: {sentence}" for sentence in made.said)


# Words for what went wrong


def _explained(error: BaseException, made: _Run, asked_in: Path) -> str:
    """One sentence: where, what, and what to do about it."""
    where = _where(error, made)
    text = (str(error).strip().splitlines() or [""])[0][:500]
    kind = type(error).__name__
    if isinstance(error, process_setup.PromptError | EOFError):
        asks = (
            text if isinstance(error, process_setup.PromptError) else "it reads from the terminal"
        )
        return f"{where}: {asks}, and nobody is there to answer: give it as a flag or in a file"
    if isinstance(error, RefusedError):
        return f"{where}: {error}"
    if kind == "TclError" or "display" in text.lower():
        return f"{where}: it needs a display ({kind}: {text}), and repeat shows no windows"
    hints = [
        one
        for one in outdated(made.module)
        if one.row == _line(error, made) and (made.choice.version == 3 or is_nowhere(one))
    ]
    more = f"; {hints[0]}" if hints else ""
    if isinstance(error, FileNotFoundError) and error.filename:
        missing = asked_in / str(error.filename)
        if not Path(str(error.filename)).is_absolute() and missing.exists():
            more = (
                f"; it runs in a copy of {made.options.home}, and the file is in {asked_in}: "
                "give --folder ."
            )
    if "determinis" in text.lower():
        more += "; give --numeric free where an operation has no deterministic form"
    return f"{where}: {kind}: {text}{more}"[:1500]


def _frames(error: BaseException, made: _Run) -> list[traceback.FrameSummary]:
    """The frames that are the script's own, or of a file beside it."""
    frames = traceback.extract_tb(error.__traceback__)
    return [one for one in frames if Path(one.filename).is_relative_to(made.record.path)]


def _line(error: BaseException, made: _Run) -> int | None:
    frames = _frames(error, made)
    return frames[-1].lineno if frames else None


def _where(error: BaseException, made: _Run) -> str:
    """``train.py line 12``, or ``book.ipynb cell 3 line 2``."""
    name = made.options.path.name
    frames = _frames(error, made)
    if isinstance(error, SyntaxError) and error.filename and not frames:
        return f"{Path(error.filename).name} line {error.lineno}"
    if not frames:
        return name
    last = frames[-1]
    if Path(last.filename).stem != made.options.path.stem:
        return f"{Path(last.filename).name} line {last.lineno}"
    place = made.module.line(last.lineno or 1)
    return (
        f"{name} line {place.line}"
        if place.cell is None
        else (f"{name} cell {place.cell} line {place.line}")
    )


def _text(error: BaseException, folder: Path) -> str:
    """The traceback from the script's own first frame on."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((n for n, one in enumerate(frames) if one.filename.startswith(str(folder))), 0)
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames[first:])]
    return "".join([*lines, *traceback.format_exception_only(error)])
