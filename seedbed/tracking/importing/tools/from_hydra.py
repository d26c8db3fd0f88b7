"""Hydra's multirun folders: a folder a job, its settings in ``.hydra/``, its results beside."""

from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of, values_of
from seedbed.tracking.importing.json_files import read_object
from seedbed.tracking.importing.run_folders import folders_with, name_below
from seedbed.tracking.importing.tools.from_csv_logs import curves_of_log
from seedbed.tracking.importing.tools.json_rows import flattened
from seedbed.tracking.importing.yaml_files import readable_settings, settings_in

SETTINGS = "config.yaml"
OWN = ".hydra"


def read_hydra(folder: str, progress: Progress = silent) -> ImportedRuns:
    """The jobs of a multirun.

    Hydra keeps no results, so they are those that a job writes into its folder: columns of CSV
    files (their last values), numbers of JSON files. A job without any has failed, and one whose
    settings cannot be read does not count.

    Args:
        folder: ``multirun/`` or a folder in it.
        progress: Told how many jobs are read.

    Raises:
        InputError: No such folder, no job or no result in it, or a damaged file.
        MissingExtraError: The package that reads YAML is not installed.
    """
    places = [
        place
        for place in folders_with(Path(folder), SETTINGS, "a multirun of Hydra")
        if place.name == OWN
    ]
    if not places:
        raise InputError(
            f"{folder} has no .hydra/config.yaml below it, so it is not a folder of Hydra jobs"
        )
    runs = []
    for place in places:
        runs.append(_run(place.parent, Path(folder)))
        progress("jobs read", len(runs), len(places))
    if not any(run.metrics for run in runs):
        raise InputError(
            f"{folder} has no CSV or JSON file with numbers beside any .hydra folder: write each "
            "job's scores into its own folder (hydra.runtime.output_dir), or set hydra.job.chdir"
        )
    return ImportedRuns(f"hydra:{folder}", f"the Hydra jobs in {folder}", tuple(runs))


def _run(place: Path, root: Path) -> ImportedRun:
    curves = _curves(place)
    numbers: dict[str, float] = {}
    for path in sorted(place.glob("*.json")):
        numbers |= {
            name: number
            for name, value in flattened(read_object(path)).items()
            if (number := number_of(value)) is not None
        }
    name = name_below(root, place)
    state, params = readable_settings(name, lambda: settings_in(place / OWN / SETTINGS))
    return ImportedRun(
        run_id=name,
        name=name,
        state=state if curves or numbers else "failed",
        params=params,
        metrics={**numbers, **{key: values[-1] for key, values in curves.items()}},
        curves=summaries_of(curves),
        load_curve=lambda metric: values_of(_curves(place), metric),
    )


def _curves(place: Path) -> dict[str, list[float]]:
    curves: dict[str, list[float]] = {}
    for path in sorted(place.glob("*.csv")):
        curves |= curves_of_log(path)
    return curves
