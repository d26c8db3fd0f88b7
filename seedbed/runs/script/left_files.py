"""Trained weights of an earlier run that a script loads from its copy of the folder."""

from collections.abc import Collection, Sequence
from pathlib import Path

from seedbed.runs.script.hooks.record.timeline import Step
from seedbed.runs.script.workspace import Workspace


def left_files(space: Workspace, written: Collection[Path], steps: Sequence[Step]) -> list[str]:
    """What an earlier run left and this one loads, in sentences.

    Args:
        space: The run's copy of the folder.
        written: Files that the run wrote itself, relative to ``space.top``.
        steps: What the script did; loads have their ``file``.
    """
    own = {str(path) for path in written}
    told: dict[str, None] = {}
    for step in steps:
        path = _within(space.top, step.facts.get("file", ""))
        if step.kind == "load" and path in space.before and path not in own:
            told[
                f"{step.place or 'it'} loads {path}, which an earlier run left and every run gets "
                "a copy of: all runs begin with the same trained weights"
            ] = None
    return list(told)


def _within(folder: Path, file: object) -> str:
    """A file relative to a folder; empty if it lies elsewhere."""
    whole = Path(str(file)).absolute()
    return str(whole.relative_to(folder)) if whole.is_relative_to(folder) else ""
