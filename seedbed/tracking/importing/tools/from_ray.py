"""Ray Tune's folders: a folder a trial, with ``params.json`` and ``result.json``."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of, values_of
from seedbed.tracking.importing.json_files import read_object
from seedbed.tracking.importing.run_folders import folders_with
from seedbed.tracking.importing.tools.json_rows import flattened

ABOUT = {
    *("timestamp", "checkpoint_dir_name", "should_checkpoint", "done", "training_iteration"),
    *("trial_id", "date", "time_this_iter_s", "time_total_s", "pid", "hostname", "node_ip"),
    *("time_since_restore", "iterations_since_restore", "experiment_tag"),
}
"""What Ray adds to each result itself."""


def read_ray(folder: str, progress: Progress = silent) -> ImportedRuns:
    """The trials of an experiment of Ray Tune.

    Metrics are those of the last result. A trial with ``error.txt``, or without a result, failed.

    Args:
        folder: The experiment's folder, such as ``~/ray_results/my-experiment``.
        progress: Told how many trials are read.

    Raises:
        InputError: No such folder, no trial in it, or a damaged file.
    """
    places = folders_with(Path(folder), "params.json", "an experiment of Ray Tune")
    runs = []
    for place in places:
        runs.append(_run(place))
        progress("trials read", len(runs), len(places))
    return ImportedRuns(f"ray:{folder}", f"the Ray Tune trials in {folder}", tuple(runs))


def _run(place: Path) -> ImportedRun:
    log = place / "result.json"
    results = _results(log)
    last = results[-1] if results else {}
    curves = _curves(results)
    return ImportedRun(
        run_id=str(last.get("trial_id") or place.name),
        name=place.name,
        state="failed" if (place / "error.txt").exists() or not results else "finished",
        params=flattened(read_object(place / "params.json")),
        metrics={name: values[-1] for name, values in curves.items()},
        duration_s=number_of(last.get("time_total_s")),
        curves=summaries_of(curves),
        load_curve=lambda metric: values_of(_curves(_results(log)), metric),
    )


def _curves(results: Sequence[Mapping[str, object]]) -> dict[str, list[float]]:
    curves: dict[str, list[float]] = {}
    for result in results:
        for name, value in result.items():
            number = None if name in ABOUT or name.startswith("config") else number_of(value)
            if number is not None:
                curves.setdefault(name, []).append(number)
    return curves


def _results(path: Path) -> list[dict[str, object]]:
    """The results of a trial; a line that a crash cut short ends them."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    results = []
    for line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            break
        if isinstance(found, Mapping):
            results.append(flattened(found))
    return results
