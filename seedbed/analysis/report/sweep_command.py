"""The command that runs a whole sweep again, as a person pastes it, and the file it may need.

Its paths are whole: the report is read in any folder.
"""

import io
import os.path
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from seedbed.analysis.answers.script.asked import DEFAULT, AskedOfScript
from seedbed.analysis.answers.why.next_command import SCRIPT, fields_of_yaml
from seedbed.tracking.records import SweepRecord

SWITCHES = {"keep_seeds": "--keep-seeds", "offline_data": "--offline-data"}
"""Options of every run of a script → the flags that set them."""
OF_WHY = {"vary_pinned": "--vary-pinned", "vary_environment": "--vary-environment"}
"""The same of ``seedbed why``."""


def sweep_command(
    sweep: SweepRecord, design: str, file: Path, asked: AskedOfScript = DEFAULT
) -> str | None:
    """What runs every cell of a sweep that is not there yet.

    Args:
        sweep: The sweep.
        design: Its file as run, YAML.
        file: Where a copy of it is for the command, if it needs one.
        asked: Of scripts: the number and the arms that are asked about.

    Returns:
        The command; None if it would hold characters that nobody can type.
    """
    if sweep.experiment == SCRIPT and sweep.runs:
        words = _of_script(sweep, fields_of_yaml(design), asked)
    else:
        words = ["seedbed", "sweep", str(file), "--name", sweep.name]
    command = shlex.join(words)
    return command if command.isprintable() else None


def runnable_design(sweep: SweepRecord, design: str) -> str:
    """A sweep's file that runs from any folder: a user's own experiment with its whole path."""
    if sweep.experiment_file is None:
        return design
    from ruamel.yaml import YAML

    yaml = YAML()
    found = yaml.load(io.StringIO(design))
    if not isinstance(found, dict):
        return design
    found["experiment"] = sweep.experiment_file
    text = io.StringIO()
    yaml.dump(found, text)
    return text.getvalue()


def _of_script(sweep: SweepRecord, fields: Mapping[str, object], asked: AskedOfScript) -> list[str]:
    options = sweep.runs[0].options
    is_why = bool(options.get("separate"))
    pairs = list(dict.fromkeys(map(_pair, (run.options for run in sweep.runs))))
    paths = list(dict.fromkeys(path for path, _ in pairs))
    words = ["seedbed", "why" if is_why else "repeat", *paths]
    if options.get("whole_folder"):
        words += ["--folder", os.path.normpath(str(options.get("folder", "")))]
    if not is_why and (seeds := _seeds(fields.get("seeds"))):
        words += ["--seeds", seeds]
    words += ["--name", sweep.name, *_chosen(options, fields, is_why=is_why), *_asked(asked)]
    return [*words, *_groups(paths, pairs)]


def _pair(options: Mapping[str, object]) -> tuple[str, str]:
    path = Path(str(options.get("folder", ""))) / str(options.get("script", ""))
    return os.path.normpath(path), str(options.get("arguments", ""))


def _seeds(given: object) -> str:
    """Seeds as ``--seeds`` takes them: how many, or which; empty if a plan lays them out."""
    if isinstance(given, int):
        return str(given)
    if not isinstance(given, list) or not all(isinstance(one, int) for one in given):
        return ""
    listed = ",".join(map(str, given))
    return f"{listed}," if len(given) == 1 else listed


def _chosen(
    options: Mapping[str, object], fields: Mapping[str, object], *, is_why: bool
) -> list[str]:
    """The options of the runs that are not at their defaults."""
    words = ["--backend", str(options["backend"])] if options.get("backend") else []
    if is_why:
        named = {**OF_WHY, "offline_data": SWITCHES["offline_data"]}
        return [*words, *(flag for name, flag in named.items() if options.get(name))]
    words += [flag for name, flag in SWITCHES.items() if options.get(name)]
    words += ["--no-predictions"] if options.get("predictions", True) is False else []
    words += ["--numeric", "free"] if fields.get("numeric") == "free" else []
    for name, default in (("keras", "auto"), ("as_of", 0)):
        if options.get(name, default) not in (default, "", None):
            words += [f"--{name.replace('_', '-')}", str(options[name])]
    return words


def _asked(asked: AskedOfScript) -> list[str]:
    """What was asked about the runs."""
    words = ["--metric", asked.metric] if asked.metric else []
    words += ["--arms", ",".join(asked.arms)] if asked.arms else []
    return words + (["--published", f"{asked.published:g}"] if asked.published is not None else [])


def _groups(paths: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The scripts' own flags: one group for all, or one for each configuration."""
    flags = [arguments for _, arguments in pairs]
    if len(set(flags)) == 1 and len(paths) == len(pairs):
        flags = flags[:1] if flags[0] else []
    return [word for one in flags for word in ("--", *shlex.split(one))]
