"""Sacred's file store: a numbered folder a run, with ``config.json``, ``run.json``, metrics."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import (
    ImportedRun,
    ImportedRuns,
    finite_values_of,
    number_of,
)
from seedbed.tracking.importing.json_files import read_object
from seedbed.tracking.importing.run_folders import folders_with, name_below
from seedbed.tracking.importing.tools.json_rows import flattened
from seedbed.tracking.run_states import State

STATES: Mapping[str, State] = {
    "COMPLETED": "finished",
    "RUNNING": "running",
    "QUEUED": "running",
    "INTERRUPTED": "stopped",
    "FAILED": "failed",
    "TIMEOUT": "killed",
}


def read_sacred(folder: str, progress: Progress = silent) -> ImportedRuns:
    """The runs of a ``FileStorageObserver``.

    The metrics are the last values of ``log_scalar``, and the numbers that the run returned: its
    ``result``, or those of a mapping by their names.

    Args:
        folder: The observer's folder.
        progress: Told how many runs are read.

    Raises:
        InputError: No such folder, no run in it, or a damaged file.
    """
    places = folders_with(Path(folder), "run.json", "sacred's file store")
    runs = []
    for place in places:
        runs.append(_run(place, Path(folder)))
        progress("runs read", len(runs), len(places))
    return ImportedRuns(f"sacred:{folder}", f"the sacred runs in {folder}", tuple(runs))


def _run(place: Path, root: Path) -> ImportedRun:
    about = read_object(place / "run.json")
    config = place / "config.json"
    log = place / "metrics.json"
    curves = _curves(log)
    result = about.get("result")
    results = flattened(result) if isinstance(result, Mapping) else {"result": result}
    experiment = about.get("experiment")
    name = experiment.get("name") if isinstance(experiment, Mapping) else None
    started, ended = _moment(about.get("start_time")), _moment(about.get("stop_time"))
    return ImportedRun(
        run_id=name_below(root, place),
        name=f"{name or 'run'} {place.name}",
        state=STATES.get(str(about.get("status")), "failed"),
        params=flattened(read_object(config)) if config.is_file() else {},
        metrics={
            **{name: values[-1] for name, values in curves.items()},
            **{
                name: number
                for name, value in results.items()
                if (number := number_of(value)) is not None
            },
        },
        facts=_facts(experiment),
        started_ms=int(1000 * started) if started else 0,
        duration_s=ended - started if started and ended else None,
        curves=summaries_of(curves),
        load_curve=lambda metric: finite_values_of(_curves(log), metric),
    )


def _curves(log: Path) -> dict[str, list[float]]:
    curves = {}
    for name, content in read_object(log).items() if log.is_file() else ():
        values = content.get("values") if isinstance(content, Mapping) else None
        found = [number_of(one) for one in (values if isinstance(values, list) else [])]
        numbers = [one for one in found if one is not None]
        if numbers:
            curves[name] = numbers
    return curves


def _facts(experiment: object) -> dict[str, str]:
    """The digests of the sources, which sacred puts into their names."""
    sources = experiment.get("sources") if isinstance(experiment, Mapping) else None
    return {
        f"source {one[0]}": str(one[1])
        for one in (sources if isinstance(sources, list) else [])
        if isinstance(one, list) and len(one) == 2
    }


def _moment(text: object) -> float | None:
    """Seconds since 1970 of a time that sacred notes in UTC."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
