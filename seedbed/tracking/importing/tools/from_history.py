"""Pickled ``History`` objects of Keras, or their ``history``, also as JSON: a file a run."""

import io
import json
import pickle
from collections.abc import Mapping
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, finite_values_of
from seedbed.tracking.importing.path_params import with_params_of_paths

PICKLES = (".pkl", ".pickle", ".p", ".joblib")
JSON = ".json"


class _Inert:
    """Stands for any class that a pickle names; nothing of it is called."""

    def __init__(self, *given: object, **more: object) -> None:
        del more
        self.given = given
        self.state: object = None

    def __setstate__(self, state: object) -> None:
        self.state = state

    def __setitem__(self, key: object, value: object) -> None:
        """Take an item of a mapping that is rebuilt, and drop it."""

    def append(self, value: object) -> None:
        """Take an item of a list that is rebuilt, and drop it."""

    def __call__(self, *given: object, **more: object) -> "_Inert":
        return _Inert(*given, **more)


class _Reader(pickle.Unpickler):
    """Reads plain containers and numbers; every class becomes ``_Inert``, so no code runs."""

    def find_class(self, module: str, name: str) -> object:
        """A stand-in for whatever is named."""
        del module, name
        return _Inert

    def persistent_load(self, pid: object) -> object:
        """A stand-in for what lies outside the pickle."""
        return _Inert(pid)


def read_histories(folder: str, progress: Progress = silent) -> ImportedRuns:
    """Every pickle below a folder as a run: ``History``, or a mapping of metric → value per epoch.

    If there is no pickle, every JSON file with such a mapping is a run. Nothing in a pickle is
    executed. Parameters are those that the path spells.

    Args:
        folder: The folder, or one file.
        progress: Told how many runs are read.

    Raises:
        InputError: No such folder, no pickle below it, or one without a history.
    """
    root = Path(folder)
    files = [root] if root.is_file() else _files_below(root)
    if not files:
        known = ", ".join((*PICKLES, JSON))
        raise InputError(f"{folder} has no saved history ({known}) below it")
    base = root.parent if root.is_file() else root
    runs = []
    for path in files:
        runs.append(_run(path, base))
        progress("runs read", len(runs), len(files))
    places = [path.relative_to(base).with_suffix("") for path in files]
    found = with_params_of_paths(runs, places)
    return ImportedRuns(f"history:{folder}", f"the saved histories in {folder}", found)


def _files_below(root: Path) -> list[Path]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    pickles = [path for path in files if path.suffix in PICKLES]
    return pickles or [path for path in files if path.suffix == JSON]


def _run(path: Path, base: Path) -> ImportedRun:
    curves = _curves(path)
    place = path.relative_to(base).with_suffix("")
    return ImportedRun(
        run_id=str(path.relative_to(base)),
        name=str(place),
        state="finished",
        params={},
        metrics={name: values[-1] for name, values in curves.items()},
        curves=summaries_of(curves),
        load_curve=lambda metric: finite_values_of(_curves(path), metric),
    )


def _curves(path: Path) -> dict[str, list[float]]:
    try:
        content = path.read_bytes()
        is_json = path.suffix == JSON
        found = json.loads(content) if is_json else _Reader(io.BytesIO(content)).load()
    except Exception as error:  # a damaged pickle raises anything
        raise InputError(
            f"{path} must be a saved history, but it cannot be read: {error}"
        ) from None
    if isinstance(found, _Inert) and isinstance(found.state, Mapping):
        found = found.state.get("history", found.state)
    curves = {}
    for name, values in found.items() if isinstance(found, Mapping) else ():
        numbers = [_number(one) for one in values] if isinstance(values, (list, tuple)) else []
        known = [one for one in numbers if one is not None]
        if known and len(known) == len(numbers):
            curves[str(name)] = known
    if not curves:
        raise InputError(
            f"{path} must hold Keras's history, a mapping such as {{'accuracy': [.9, .92]}}, "
            "but it holds none"
        )
    return curves


def _number(value: object) -> float | None:
    """A number; NumPy's scalars are rebuilt from their bytes."""
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, _Inert) and len(value.given) == 2 and isinstance(value.given[1], bytes):
        import numpy as np

        kind = {2: "<f2", 4: "<f4", 8: "<f8"}.get(len(value.given[1]))
        return float(np.frombuffer(value.given[1], kind)[0]) if kind else None
    return None
