"""Folders of TensorBoard event files: one folder a run, as Keras, PyTorch and others write them."""

import re
from collections.abc import Mapping
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.event_files import EventFile, read_event_file
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, values_of
from seedbed.tracking.importing.path_params import with_params_of_paths
from seedbed.tracking.importing.run_folders import existing_folder

PARTS = {
    "train": "",
    "training": "",
    **dict.fromkeys(("validation", "val", "valid", "dev"), "val_"),
    **dict.fromkeys(("test", "eval"), "test_"),
}
"""Folders within a run, as Keras makes them → what its metrics are called."""
PATTERN = "*tfevents*"
BY_STEP = re.compile(r"evaluation_.+_vs_iterations")
"""Scalars in which Keras repeats ``epoch_…`` of the validation data, by training steps."""


def read_tensorboard(folder: str, progress: Progress = silent) -> ImportedRuns:
    """Every run below a folder.

    Its metrics are the last values of its scalars; its parameters are those of the HParams
    dashboard, and those that its path spells.

    Args:
        folder: The folder that TensorBoard is pointed at.
        progress: Told how many runs are read.

    Raises:
        InputError: No such folder, no event file below it, or one that cannot be read.
    """
    root = existing_folder(folder, "what follows tensorboard:")
    files = sorted(path for path in root.rglob(PATTERN) if path.is_file())
    places: dict[Path, list[tuple[str, Path]]] = {}
    for path in files:
        inner = path.parent.name.lower()
        split = inner in PARTS and path.parent != root
        place = path.parent.parent if split else path.parent
        places.setdefault(place, []).append((PARTS[inner] if split else "", path))
    if not places:
        raise InputError(f"{folder} has no event file of TensorBoard (…tfevents…) below it")
    places = _joined(places, root)
    runs = []
    for place, parts in places.items():
        runs.append(_run(place.relative_to(root), parts))
        progress("runs read", len(runs), len(places))
    found = with_params_of_paths(runs, [place.relative_to(root) for place in places])
    return ImportedRuns(f"tensorboard:{folder}", f"the TensorBoard folder {folder}", found)


def _joined(
    places: Mapping[Path, list[tuple[str, Path]]], root: Path
) -> dict[Path, list[tuple[str, Path]]]:
    """The folders with those joined that lie in a run's folder: PyTorch's ``add_hparams``."""
    joined: dict[Path, list[tuple[str, Path]]] = {}
    for place in sorted(places):
        outer = [parent for parent in place.parents if parent in places and parent != root]
        joined.setdefault(outer[-1] if outer else place, []).extend(places[place])
    return joined


def _run(place: Path, parts: list[tuple[str, Path]]) -> ImportedRun:
    curves, about = _read(parts)
    name = str(place) if place.parts else "the only run"
    return ImportedRun(
        run_id=name,
        name=name,
        state="failed" if about.failed else "finished",
        params=about.hparams,
        metrics={tag: values[-1] for tag, values in curves.items()},
        started_ms=int(about.started_s * 1000),
        curves=summaries_of(curves),
        load_curve=lambda metric: values_of(_read(parts)[0], metric),
    )


def _read(parts: list[tuple[str, Path]]) -> tuple[dict[str, list[float]], EventFile]:
    """Curves of a run's event files, and what they say besides."""
    curves: dict[str, list[float]] = {}
    about = EventFile()
    for prefix in dict.fromkeys(prefix for prefix, _ in parts):
        found = EventFile()
        for path in (path for of, path in parts if of == prefix):
            try:
                read_event_file(path, found)
            except (OSError, ValueError) as error:
                raise InputError(f"{path} must be an event file of TensorBoard: {error}") from None
        about.hparams |= found.hparams
        about.failed |= found.failed
        about.started_s = about.started_s or found.started_s
        by_epoch = any(tag.startswith("epoch_") for tag in found.scalars)
        for tag, values in found.scalars.items():
            if by_epoch and BY_STEP.fullmatch(tag):
                continue
            curves[prefix + tag.removeprefix("epoch_")] = [values[step] for step in sorted(values)]
    return curves, about
