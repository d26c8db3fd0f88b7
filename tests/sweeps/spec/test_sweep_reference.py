"""The reference page, the schema for editors, and the ready files hold what they promise."""

import json
import re
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import designed
from seedbed.sweeps.spec import reference_page, reference_texts
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.validation_errors import SECTIONS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "sweep-file.md").read_text(encoding="utf-8")
EXAMPLES = [
    text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "question" in text
]


@pytest.fixture(autouse=True)
def _data(datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets that the experiment looks for."""
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))


def test_page_and_schema_are_those_of_the_code() -> None:
    assert reference_page.page() == PAGE, "run: python scripts/write_docs.py"
    written = (ROOT / "docs" / reference_page.SCHEMA).read_text(encoding="utf-8")
    assert reference_page.schema() == written, "run: python scripts/write_docs.py"


def test_every_field_of_every_section_stands_in_its_table_with_a_meaning() -> None:
    for path, model in SECTIONS.items():
        title, _ = reference_texts.HEADS[path]
        if not title:
            assert model in [
                SECTIONS[other] for other, (t, _) in reference_texts.HEADS.items() if t
            ]
            continue
        section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name} must have a description"
            row = next(line for line in section.splitlines() if line.startswith(f"| `{name}` |"))
            assert field.description.split(":")[0] in row


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_sweep(text: str) -> None:
    design = designed(CheckedFile.parse(text, Path("example.yaml")))
    assert design.cells
    assert design.planned >= len(design.cells)


def test_there_are_examples_of_every_section() -> None:
    assert len(EXAMPLES) >= 10
    for key in ("draw:", "exclude:", "vary:", "plan:", "search:", "precision:", "comparison:"):
        assert any(key in text for text in EXAMPLES)


def test_the_schema_knows_every_section_and_refuses_other_keys() -> None:
    schema = json.loads(reference_page.schema())
    for model in SECTIONS.values():
        found = schema if model.__name__ == "SweepFile" else schema["$defs"][model.__name__]
        assert set(found["properties"]) == set(model.model_fields)
        assert found["additionalProperties"] is False


READY = sorted((ROOT / "sweeps").glob("*.yaml"))


@pytest.mark.parametrize("path", READY, ids=lambda path: path.stem)
def test_a_ready_file_says_its_question_at_its_head_and_is_a_sweep(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text.splitlines()[0]
    assert head.startswith("# ")
    design = designed(CheckedFile.parse(text, path))
    assert design.name.startswith(path.stem)
    question = design.question.rstrip("?.").lower().split()
    said = " ".join(line for line in text.splitlines() if line.startswith("#")).lower()
    assert sum(word in said for word in question) >= len(question) / 2
