"""One sentence about what stopped a script: where, what, and what to do about it."""

import traceback
from pathlib import Path

from seedbed.doctor.keras3.outdated_code import outdated
from seedbed.runs.script.hooks.calls.places import GENERATED
from seedbed.runs.script.keras_choice import is_nowhere
from seedbed.runs.script.loaded_network import FIX, UNKNOWN
from seedbed.runs.script.notebook.commands import missed
from seedbed.runs.script.offline_data import hint
from seedbed.runs.script.paths.missing_data import elsewhere
from seedbed.runs.script.process import process_setup
from seedbed.runs.script.script_run import ScriptRun
from seedbed.runs.script.workspace import RefusedError
from seedbed.system.text.error_words import telling_words


def explain(error: BaseException, made: ScriptRun, asked_in: Path) -> str:
    """One sentence: where, what, and what to do about it."""
    where = place_in_script(error, made)
    text = telling_words(str(error))
    kind = type(error).__name__
    if isinstance(error, process_setup.PromptError | EOFError):
        asks = (
            text if isinstance(error, process_setup.PromptError) else "it reads from the terminal"
        )
        return f"{where}: {asks}, and nobody can answer it: give it as a flag or in a file"
    if isinstance(error, RefusedError):
        return f"{where}: {error}"
    if kind == "TclError" or "display" in text.lower():
        return f"{where}: it needs a display ({kind}: {text}), and repeat shows no windows"
    if str(error).startswith(UNKNOWN):
        return f"{where}: {kind}: {text}; {FIX}"[:1500]
    if fetch := hint(str(error)):
        return f"{where}: {fetch}"
    hints = [
        one
        for one in outdated(made.module)
        if one.row == _line(error, made) and (made.choice.version == 3 or is_nowhere(one))
    ]
    more = f"; {hints[0]}" if hints else ""
    more += _left_out(error, made)
    if isinstance(error, FileNotFoundError) and error.filename:
        more += elsewhere(str(error.filename))
        missing = asked_in / str(error.filename)
        if not Path(str(error.filename)).is_absolute() and missing.exists():
            more += (
                f"; it runs in a copy of {made.options.home}, and the file is in {asked_in}: "
                "give --folder ."
            )
    if "determinis" in text.lower():
        more += "; give --numeric free where an operation has no deterministic form"
    return f"{where}: {kind}: {text}{more}"[:1500]


def refused_flags(error: SystemExit) -> str:
    """What argparse says of the script's flags, if that ended it; empty otherwise."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if code.co_name == "error" and Path(code.co_filename).name == "argparse.py":
            said = str(frame.f_locals.get("message", ""))
            return f": {said}. Give the script's own flags after --"
    return ""


def _left_out(error: BaseException, made: ScriptRun) -> str:
    """Which commands of a notebook would have made what is missing."""
    if isinstance(error, NameError | ModuleNotFoundError) and error.name:
        return missed(error.name.partition(".")[0], made.left_out, is_file=False)
    if isinstance(error, OSError) and error.filename:
        return missed(str(error.filename), made.left_out, is_file=True)
    return ""


def _frames(error: BaseException, made: ScriptRun) -> list[traceback.FrameSummary]:
    """The frames that are the script's own, or of a file beside it."""
    frames = traceback.extract_tb(error.__traceback__)
    return [
        one
        for one in frames
        if Path(one.filename).is_relative_to(made.record.path) and GENERATED not in one.filename
    ]


def _line(error: BaseException, made: ScriptRun) -> int | None:
    frames = _frames(error, made)
    return frames[-1].lineno if frames else None


def place_in_script(error: BaseException, made: ScriptRun) -> str:
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
    return f"{name} {made.module.line(last.lineno or 1).words}"


def traceback_text(error: BaseException, folder: Path) -> str:
    """The traceback from the script's own first frame on."""
    frames = traceback.extract_tb(error.__traceback__)
    first = next((n for n, one in enumerate(frames) if one.filename.startswith(str(folder))), 0)
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames[first:])]
    return "".join([*lines, *traceback.format_exception_only(error)])
