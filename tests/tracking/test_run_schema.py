"""docs/run-schema.md says what seedbed/tracking/schema.py says, and names are used once."""

import importlib.util
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

from seedbed.tracking import schema

ROOT = Path(__file__).parents[2]


def write_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_made_from_the_code_are_up_to_date() -> None:
    for name, content in write_docs().PAGES.items():
        written = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert written == content(), f"run: python scripts/write_docs.py ({name})"


def test_no_name_has_two_meanings() -> None:
    metrics = (
        *(*schema.EPOCH_METRICS, *schema.FINAL_METRICS),
        *(*schema.SWEEP_METRICS, *schema.NIGHT_METRICS),
    )
    for names in (metrics, schema.TAGS, schema.RUN_ARTIFACTS):
        counts = Counter(name.key for name in names)
        assert max(counts.values()) == 1, counts
        assert all(name.meaning for name in names)


def test_a_run_has_few_columns() -> None:
    assert len(schema.EPOCH_METRICS) + len(schema.FINAL_METRICS) <= 25
    assert len(schema.SWEEP_METRICS) + len(schema.NIGHT_METRICS) <= 25


LITERALS = {
    "runs/settings/options.py": {"val_accuracy", "val_loss"},  # types cannot name a constant
    "runs/script/put_back/old_keras/keras2_training.py": {
        "val_accuracy"
    },  # Keras' own name in History
    "analysis/report/figures/source_shares.py": {"best_epoch"},  # a picture's name
    "analysis/report/page_sections.py": {"best_epoch"},  # the same picture
    "analysis/report/tables_predictions.py": {"best_epoch"},  # a table's name
    "runs/training/checkpoints.py": {"best_epoch"},  # the checkpoint's own field
}


def test_analysis_runs_and_tracking_take_the_names_of_metrics_from_the_schema() -> None:
    package = ROOT / "seedbed"
    names = {name.key for name in (*schema.EPOCH_METRICS, *schema.FINAL_METRICS)}
    found = {
        path.relative_to(package).as_posix(): spelt
        for room in ("analysis", "runs", "tracking")
        for path in (package / room).rglob("*.py")
        if path.name != "schema.py"
        and (spelt := names & set(re.findall(r"""["'](\w+)["']""", path.read_text())))
    }
    assert found == LITERALS
