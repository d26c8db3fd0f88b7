"""``Any`` stands only where Seedbed meets what has no types; the table names each place and why."""

import ast
from fnmatch import fnmatch
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "seedbed"

BORDERS = {
    "networks, tensors and callbacks of Keras and TensorFlow, and users' files": (
        "runs/*",
        "tracking/keras_file.py",
        "tracking/model_registry.py",
    ),
    "tasks of any function, in processes and on Dask": (
        "sweeps/executors/*",
        "sweeps/driver/driver.py",
        "sweeps/driver/outcome_of_future.py",
        "sweeps/driver/running_cell.py",
        "service/health.py",
    ),
    "YAML as a user wrote it, option values of a user's file, and pydantic's schema": (
        "sweeps/spec/*",
        "sweeps/design/*",
    ),
    "Optuna's attributes, and the lines of its journal": ("sweeps/ledger/*",),
    "JSON that a store, a run folder or another tool holds": (
        "tracking/*",
        "sweeps/nightly/*",
        "sweeps/repeat/*",
        "mlflow_plugin/*",
        "service/archive.py",
        "service/restore.py",
        "system/process_identity.py",
        "system/file_lock.py",
        "analysis/answers/claim.py",
        "analysis/answers/replication.py",
        "analysis/answers/script/*",
        "analysis/answers/why/*",
        "analysis/findings/look_plan.py",
        "analysis/findings/script/*",
        "analysis/nights/judge.py",
        "doctor/report_cache.py",
    ),
    "arguments of Matplotlib": ("analysis/report/figures/*",),
    "messages of a web server (ASGI), and connections of uvicorn": ("analysis/page/*",),
    "NumPy's precision": ("analysis/questions/inputs.py",),
    "click's decorators and results": ("cli/*",),
    "a reader for each kind of node of a syntax tree": (
        "doctor/interpreter/expressions.py",
        "doctor/interpreter/statements.py",
    ),
    "a function of any signature, imported when it is used": ("__init__.py",),
}


def uses_any(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))


def users() -> list[str]:
    return [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if uses_any(path)
    ]


def test_any_stands_only_at_the_borders_of_the_table() -> None:
    patterns = [pattern for places in BORDERS.values() for pattern in places]
    assert [
        name for name in users() if not any(fnmatch(name, pattern) for pattern in patterns)
    ] == []


def test_the_table_names_no_place_without_any() -> None:
    names = users()
    assert [
        pattern
        for places in BORDERS.values()
        for pattern in places
        if not any(fnmatch(name, pattern) for name in names)
    ] == []


def test_statistics_use_no_any() -> None:
    assert [name for name in users() if name.startswith("analysis/statistics/")] == []
