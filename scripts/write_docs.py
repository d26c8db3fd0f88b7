"""Write the pages of docs/ that are made from the code: ``python scripts/write_docs.py``."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from seedbed.doctor import rules  # noqa: E402, F401  (registers them)
from seedbed.doctor.patch.rule_pages import page_of  # noqa: E402
from seedbed.doctor.rules.registry import RULES  # noqa: E402
from seedbed.runs.execution.catalog import find  # noqa: E402
from seedbed.runs.settings.options import as_params, specs  # noqa: E402
from seedbed.sweeps.spec import reference_page  # noqa: E402
from seedbed.tracking import schema  # noqa: E402


def run_schema() -> str:
    """docs/run-schema.md."""
    parameters = [
        (spec.name, f"{spec.meaning} (default {as_params(find('mnist_cnn').options())[spec.name]})")
        for spec in specs(find("mnist_cnn").options)
    ]
    return "\n".join(
        [
            "# What a run records",
            "",
            "Made from `seedbed/tracking/schema.py` and the options of `mnist_cnn` by",
            "`python scripts/write_docs.py`; a test holds it to them.",
            "",
            "An MLflow experiment is named after the experiment file, a run after its varied",
            "options and its seed. A sweep is a parent run, and its runs are the children.",
            *_section("Metrics per epoch", schema.EPOCH_METRICS),
            *_section("Metrics per run", schema.FINAL_METRICS),
            *_section("Metrics of a repeated script", schema.SCRIPT_METRICS),
            *_section("Metrics of a sweep", schema.SWEEP_METRICS),
            *_section("Metrics of a night", schema.NIGHT_METRICS),
            *_section("Tags", schema.TAGS),
            *_section("Artifacts of a run", schema.RUN_ARTIFACTS),
            *_section("Artifacts of a sweep", schema.SWEEP_ARTIFACTS),
            *_section("Fields of environment.json", schema.ENVIRONMENT_FIELDS),
            *_table("Parameters", parameters),
            "",
        ]
    )


def _section(title: str, names: tuple[schema.Name, ...]) -> list[str]:
    return _table(title, [(name.key, name.meaning) for name in names])


def _table(title: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    lines = ["", f"## {title}", "", "| name | meaning |", "| --- | --- |"]
    return lines + [f"| `{key}` | {meaning} |" for key, meaning in rows]


PAGES: dict[str, Callable[[], str]] = {
    "run-schema.md": run_schema,
    "sweep-file.md": reference_page.page,
    reference_page.SCHEMA: reference_page.schema,
    **{f"doctor/{code}.md": partial(page_of, code) for code in RULES},
}


def main() -> None:
    """Write every page."""
    for name, content in PAGES.items():
        (ROOT / "docs" / name).write_text(content(), encoding="utf-8")


if __name__ == "__main__":
    main()
