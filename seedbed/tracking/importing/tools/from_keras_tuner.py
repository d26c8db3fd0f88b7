"""KerasTuner's project folders: ``trial_…/trial.json``, one folder a trial."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of
from seedbed.tracking.importing.json_files import read_object
from seedbed.tracking.importing.run_folders import folders_with, name_below
from seedbed.tracking.run_states import State

STATES: Mapping[str, State] = {
    "COMPLETED": "finished",
    "RUNNING": "running",
    "INVALID": "failed",
    "FAILED": "failed",
    "STOPPED": "stopped",
}
OWN = "tuner/"
"""How the names of hyperparameters begin that a tuner adds itself."""
BEST_STEP = (
    "KerasTuner records each trial at the epoch that scored best, chosen on the data that it is "
    "scored on: such a score is better than that of the last epoch and not comparable with one."
)


def read_keras_tuner(folder: str, progress: Progress = silent) -> ImportedRuns:
    """The trials of a project.

    A metric is the value at the trial's best step, as the tuner scores it; of several executions
    of a trial it is their mean, for KerasTuner keeps no more.

    Args:
        folder: The project's folder, or one above it.
        progress: Told how many trials are read.

    Raises:
        InputError: No such folder, no trial in it, or a damaged file.
    """
    places = folders_with(Path(folder), "trial.json", "a project of KerasTuner")
    runs = []
    by_epoch = False
    for place in places:
        trial = read_object(place / "trial.json")
        by_epoch |= bool(trial.get("best_step"))
        runs.append(_run(trial, place, Path(folder)))
        progress("trials read", len(runs), len(places))
    return ImportedRuns(
        f"kerastuner:{folder}",
        f"the KerasTuner trials in {folder}",
        tuple(runs),
        (BEST_STEP,) if by_epoch else (),
    )


def _run(trial: Mapping[str, object], place: Path, root: Path) -> ImportedRun:
    given = trial.get("hyperparameters")
    values = given.get("values") if isinstance(given, Mapping) else None
    curves = _curves(trial.get("metrics"))
    best = trial.get("best_step")
    name = name_below(root, place)
    return ImportedRun(
        run_id=name,
        name=name,
        state=STATES.get(str(trial.get("status")), "failed"),
        params={
            key: value
            for key, value in (values if isinstance(values, Mapping) else {}).items()
            if not key.startswith(OWN)
        },
        metrics={
            key: points[best if best in points else max(points)] for key, points in curves.items()
        },
        load_curve=partial(_curve, curves),
    )


def _curves(given: object) -> dict[str, dict[int, float]]:
    """Metric → step → mean over the trial's executions."""
    metrics = given.get("metrics") if isinstance(given, Mapping) else None
    curves: dict[str, dict[int, float]] = {}
    for name, content in (metrics if isinstance(metrics, Mapping) else {}).items():
        for point in content.get("observations", []) if isinstance(content, Mapping) else []:
            numbers = _numbers(point)
            if numbers:
                curves.setdefault(name, {})[int(point["step"])] = sum(numbers) / len(numbers)
    return curves


def _numbers(point: object) -> list[float]:
    if not isinstance(point, Mapping) or not isinstance(point.get("step"), int):
        return []
    values = point.get("value")
    found = values if isinstance(values, list) else [values]
    numbers = [number_of(one) for one in found]
    return [one for one in numbers if one is not None]


def _curve(curves: Mapping[str, Mapping[int, float]], metric: str) -> list[float]:
    points = curves.get(metric, {})
    return [points[step] for step in sorted(points)]
