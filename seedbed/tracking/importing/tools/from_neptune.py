"""Neptune's exported Parquet files: a row per value of an attribute of a run.

Format: columns ``project_id``, ``run_id``, ``attribute_path``, ``attribute_type``, ``step`` and a
``…_value`` column per type, as neptune-exporter documents them.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of, values_of
from seedbed.tracking.importing.score_names import is_score_name

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = ("run_id", "attribute_path", "attribute_type", "step")
SERIES = "float_series"
VALUES = {
    "int": "int_value",
    "float": "float_value",
    "bool": "bool_value",
    "string": "string_value",
}
"""Type of a single value → its column."""
NAMES = ("sys/name", "sys/custom_run_id", "sys/id")
OWN = ("sys/", "monitoring/", "source_code/")
"""Attributes that Neptune adds itself."""


def read_neptune(name: str, progress: Progress = silent) -> ImportedRuns:
    """The runs of an export: a Parquet file, or a folder of them.

    Series are curves, their last values metrics; single numbers that are called like a score are
    metrics, other single values parameters.

    Args:
        name: The file or folder.
        progress: Told how many runs are read.

    Raises:
        InputError: No such file, or one that is not such an export.
        MissingExtraError: pandas is not installed.
    """
    require("notebook")
    from pandas import concat

    root = Path(name)
    files = sorted(root.rglob("*.parquet")) if root.is_dir() else [root]
    if not files or not all(path.is_file() for path in files):
        raise InputError(f"Neptune's export must be a Parquet file or a folder of them, got {name}")
    frame = concat([_frame(path) for path in files])
    runs = []
    for key, rows in frame.groupby("run_id", sort=False):
        runs.append(_run(str(key), rows))
        progress("runs read", len(runs), 0)
    return ImportedRuns(f"neptune:{name}", f"Neptune's export {name}", tuple(runs))


def _frame(path: Path) -> "DataFrame":
    from pandas import read_parquet

    try:
        frame = read_parquet(path)
    except (ValueError, OSError, ImportError) as error:
        raise InputError(f"{path} is not a Parquet file that can be read: {error}") from None
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise InputError(
            f"{path} must be an export of Neptune, but it has no column {', '.join(lacking)}: a "
            "table with a row per run is read by its name alone"
        )
    return frame


def _run(key: str, rows: "DataFrame") -> ImportedRun:
    curves = _curves(rows)
    single: dict[str, object] = {}
    for kind, column in VALUES.items():
        if column in rows.columns:
            some = rows[rows["attribute_type"] == kind]
            single |= {
                str(path): getattr(value, "item", lambda value=value: value)()
                for path, value in zip(some["attribute_path"], some[column], strict=True)
            }
    own = {path: value for path, value in single.items() if path.startswith(OWN)}
    scores = {
        path: number
        for path, value in single.items()
        if path not in own and is_score_name(path) and (number := number_of(value)) is not None
    }
    return ImportedRun(
        run_id=key,
        name=next((str(own[name]) for name in NAMES if own.get(name)), key),
        state="failed" if own.get("sys/failed") is True else "finished",
        params={p: v for p, v in single.items() if p not in own and p not in scores},
        metrics={**scores, **{path: values[-1] for path, values in curves.items()}},
        curves=summaries_of(curves),
        load_curve=partial(values_of, curves),
    )


def _curves(rows: "DataFrame") -> dict[str, list[float]]:
    series = rows[rows["attribute_type"] == SERIES]
    curves: dict[str, list[float]] = {}
    for path, points in series.groupby("attribute_path", sort=False):
        if not str(path).startswith(OWN):
            ordered = points.sort_values("step", kind="stable")["float_value"]
            curves[str(path)] = [float(value) for value in ordered]
    return curves
