"""Results of an earlier run that lie in a script's folder, and that each run may go on from."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from seedbed.doctor.source.module import Module
from seedbed.runs.script.paths.files_read import reads, writes
from seedbed.runs.script.paths.path_values import known_part
from seedbed.runs.script.workspace import walk

TUNERS = {"keras_tuner", "kerastuner"}
SEARCH = "oracle.json"
"""File of a search of Keras Tuner's."""


def left_over(modules: Sequence[Module], base: Path) -> list[str]:
    """What is copied into every run although a run makes it itself.

    Args:
        modules: The script, and the files beside it that it imports.
        base: Folder that the script starts in.

    Returns:
        A sentence for each search or file.

    Raises:
        InputError: The folder holds more files than a run gets copies of.
    """
    return [*_searches(modules, base), *_files(modules, base)]


def _searches(modules: Sequence[Module], base: Path) -> Iterator[str]:
    """Searches of Keras Tuner's, which goes on with the one that it finds."""
    if not any(TUNERS & one.roots for one in modules):
        return
    if any("overwrite=True" in one.source.replace(" ", "") for one in modules):
        return
    for folder, names in walk(base):
        if SEARCH in names:
            yield (
                f"{folder.relative_to(base)} holds a Keras Tuner search that an earlier run "
                "left: every run continues it and none searches for itself; remove it, or give the "
                "tuner overwrite=True"
            )


def _files(modules: Sequence[Module], base: Path) -> Iterator[str]:
    """Files that a script loads, if they are there, and saves itself."""
    folder = modules[0].resolved.parent
    for module in modules:
        saved = dict(reversed(writes(module, folder)))
        told: set[str] = set()
        for one in reads(module, folder):
            row = saved.get(one.path)
            if row is None or one.path in told or known_part(one.path) != one.path:
                continue
            if (base / one.path).is_file() and (not one.is_certain or one.row < row):
                told.add(one.path)
                yield (
                    f"{one.path} was left by an earlier run and is copied into every run: "
                    f"{module.line(one.row).words} may load it before {module.line(row).words} "
                    "saves it, and then no run starts from scratch; remove it if they should"
                )
