"""``Any`` stands only where Seedbed meets what has no types; the table names each place and why."""

import ast
from fnmatch import fnmatch
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "seedbed"

BORDERS = {
    "methods of Keras and TensorFlow that are wrapped, and modules that are put back": (
        "runs/keras_private.py",
        "runs/tensorflow_private.py",
        "runs/script/hooks/*_hooks.py",
        "runs/script/hooks/alike_rounds.py",
        "runs/script/hooks/alternatives.py",
        "runs/script/hooks/epoch_answers.py",
        "runs/script/hooks/steps.py",
        "runs/script/hooks/traces/tensor_trace.py",
        "runs/script/offline_data.py",
        "runs/script/put_back/*",
    ),
    "inputs, labels and results of a script's calls, of any library": (
        "runs/script/hooks/calls/arguments.py",
        "runs/script/hooks/data/data_rows.py",
        "runs/script/hooks/traces/moments.py",
        "runs/script/hooks/record/observations.py",
        "runs/script/hooks/data/passes.py",
        "runs/script/hooks/record/weight_log.py",
        "runs/script/numbers/headline.py",
    ),
    "functions of NumPy, PyTorch, Python and IPython that a script calls through a stand-in": (
        "runs/script/hooks/traces/scanned_entries.py",
        "runs/script/notebook/stand_ins.py",
        "runs/script/process/process_setup.py",
        "runs/script/randomness/*_patches.py",
        "runs/script/randomness/*_streams.py",
        "runs/script/timeline/prints.py",
        "runs/script/workspace.py",
        "mlflow_plugin/seeded_process.py",
    ),
    "a user's own file: its functions, and the dataclass of its options": (
        "runs/custom/experiment_file.py",
        "runs/execution/catalog.py",
        "runs/settings/options.py",
        "sweeps/design/cells/cell.py",
        "sweeps/design/search/search_space.py",
        "sweeps/spec/exclude_rules.py",
    ),
    "tasks of any function, in processes and on Dask": (
        "sweeps/executors/dask_pool.py",
        "sweeps/executors/dask_worker.py",
        "sweeps/executors/local_pool.py",
        "sweeps/executors/stoppable.py",
    ),
    "Optuna's attributes, and the lines of its journal": ("sweeps/ledger/storages/*",),
    "JSON that a store, a run folder or another program holds, until it is checked": (
        "analysis/findings/look_plan.py",
        "analysis/findings/script/script_runs.py",
        "doctor/report_cache.py",
        "mlflow_plugin/project_request.py",
        "runs/script/hooks/record/timeline.py",
        "runs/script/numbers/results.py",
        "runs/script/numbers/summary_size.py",
        "sweeps/design/design.py",
        "sweeps/nightly/alerts/outbox.py",
        "tracking/foreign_values.py",
        "tracking/reading/run_lists.py",
        "tracking/records.py",
        "tracking/writing/delivery_note.py",
        "tracking/writing/run_folder.py",
    ),
    "arrays of any kind, and what a pickle holds": (
        "runs/data/array_cache.py",
        "runs/data/safe_pickle.py",
        "runs/recording/artifacts.py",
    ),
    "parts of MLflow without types": (
        "tracking/mlflow_private.py",
        "tracking/retention/removal.py",
    ),
    "arguments of Matplotlib": (
        "analysis/report/figures/differences.py",
        "analysis/report/figures/predictions/disputed.py",
        "analysis/report/figures/drawing/style.py",
    ),
    "connections of uvicorn": ("analysis/page/serving/connections.py",),
    "click's decorators and results": ("cli/ask/imported.py", "cli/program.py"),
    "a reader for each kind of node of a syntax tree": (
        "doctor/interpreter/expressions.py",
        "doctor/interpreter/statements.py",
        "doctor/source/module.py",
    ),
    "a function of any signature, imported when it is used": ("__init__.py",),
}
MOST = 90
"""Files that may use it; fewer is better, and no file is added without a border."""


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


def test_the_borders_do_not_grow() -> None:
    assert len(users()) <= MOST
