"""Files of earlier runs that every run of a script gets a copy of: searches, trained weights."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from seedbed.runs.script.hooks.timeline import Step

SEARCH = "oracle.json"
"""The file of a search by Keras Tuner, which a later one takes up."""


def left_files(
    folder: Path, before: Sequence[str], written: Sequence[str], steps: Sequence[Step]
) -> list[str]:
    """What an earlier run left and this one takes up, in sentences.

    Args:
        folder: The run's folder.
        before: Files of the folder as the run began, relative to it.
        written: Those that the run wrote itself.
        steps: What the script did; loads have their ``file``.
    """
    return list(dict.fromkeys([*_searches(before), *_weights(folder, before, written, steps)]))


def _searches(before: Sequence[str]) -> Iterator[str]:
    for name in before:
        path = PurePath(name)
        if path.name == SEARCH:
            yield (
                f"a search that an earlier run left ({path.parent}) is copied into every run, "
                "which takes it up and tries nothing anew: remove it, or give overwrite=True"
            )


def _weights(
    folder: Path, before: Sequence[str], written: Sequence[str], steps: Sequence[Step]
) -> Iterator[str]:
    for step in steps:
        path = within(folder, step.facts.get("file", ""))
        if step.kind == "load" and path in before and path not in written:
            yield (
                f"{step.place or 'it'} loads {path}, which an earlier run left and every run gets "
                "a copy of: all runs begin with the same trained weights"
            )


def within(folder: Path, file: object) -> str:
    """A file relative to the run's folder; empty if it lies elsewhere."""
    whole = Path(str(file)).absolute()
    return str(whole.relative_to(folder)) if whole.is_relative_to(folder) else ""
