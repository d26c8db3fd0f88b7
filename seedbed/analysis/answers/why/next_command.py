"""The command, and the lines of a sweep's file, that tell the sources of a sweep apart."""

import io
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.findings.configurations import Group
from seedbed.system.errors import NotRecordedError
from seedbed.system.text.typed_path import typed_path
from seedbed.tracking.reading.design_file import read_design_file
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.store import Store

YAML_LINES = ("seeds:", "  plan: attribution")
SCRIPT = "script"


@dataclass(frozen=True)
class NextStep:
    """What tells the sources of a sweep apart.

    Attributes:
        command: What to type.
        lines: The lines that a sweep's file needs instead; empty for a script.
    """

    command: str
    lines: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The step as lines of text, to copy."""
        file = ("Or in the sweep's file:", *(f"    {line}" for line in self.lines))
        return ("This command tells them apart:", f"    {self.command}", *(file * bool(self.lines)))


def with_step(answer: Answer, step: NextStep | None) -> Answer:
    """The answer, with the step below its sentences and in its fields."""
    if step is None:
        return answer
    sentences = (*answer.sentences, *step.sentences)
    lines = (*answer.lines, *step.sentences) if answer.lines else ()
    return replace(answer, sentences=sentences, lines=lines, fields={**answer.fields, "next": step})


def next_step(sweep: SweepRecord, group: Group, runs: int | None = None) -> NextStep | None:
    """The command that tells the sources of a configuration apart.

    Args:
        sweep: The sweep.
        group: Its configuration.
        runs: How many runs to allow; None for the default.

    Returns:
        The step; None if the sweep does not say how its runs are made, or says it with characters
        that nobody can type.
    """
    budget = [] if runs is None else ["--runs", str(runs)]
    script = sweep.experiment == SCRIPT
    step = _of_script(group, budget) if script else _of_experiment(sweep, group, budget)
    return step if step is not None and step.command.isprintable() else None


def _of_experiment(sweep: SweepRecord, group: Group, budget: list[str]) -> NextStep | None:
    try:
        fields = fields_of_yaml(read_design_file(sweep.run_id, Store()))
    except NotRecordedError:
        return None
    own = fields.get("options")
    options = {**(own if isinstance(own, dict) else {}), **dict(group.configuration)}
    given = [part for name, value in options.items() for part in ("--set", _setting(name, value))]
    words = ["seedbed", "why", experiment_name(sweep, fields), *given, *budget]
    return NextStep(shlex.join(words), () if sweep.plan else YAML_LINES)


def experiment_name(sweep: SweepRecord, fields: Mapping[str, object]) -> str:
    """What a command takes for the experiment: its name, or a user's own file as a person types it.

    Args:
        sweep: The sweep.
        fields: The fields of its file, whose path may begin at the file's own folder.
    """
    if sweep.experiment_file is not None:
        return typed_path(sweep.experiment_file)
    return str(fields.get("experiment", sweep.experiment))


def _of_script(group: Group, budget: list[str]) -> NextStep | None:
    run = next(iter(group.every), None)
    if run is None:
        return None
    path, folder = script_place(run.options)
    words = ["seedbed", "why", path, *folder, *budget, *script_arguments(run.options)]
    return NextStep(shlex.join(words))


def script_place(options: Mapping[str, object]) -> tuple[str, list[str]]:
    """A script's path as a person types it, and ``--folder`` if it runs in another one's copy.

    Args:
        options: Options of one of its runs.
    """
    folder = str(options.get("folder", ""))
    path = typed_path(Path(folder) / str(options.get("script", "")))
    return path, ["--folder", typed_path(folder)] if options.get("whole_folder") else []


def script_arguments(options: Mapping[str, object]) -> list[str]:
    """A script's own flags with ``--`` before them; empty if it has none."""
    flags = shlex.split(str(options.get("arguments", "")))
    return ["--", *flags] if flags else []


def _setting(name: str, value: object) -> str:
    return f"{name}={str(value).lower() if isinstance(value, bool) else value}"


def fields_of_yaml(text: str) -> Mapping[str, object]:
    """The fields of a sweep's file; none if it is no mapping."""
    from ruamel.yaml import YAML

    found = YAML(typ="safe", pure=True).load(io.StringIO(text))
    return found if isinstance(found, dict) else {}
