"""docs/json.md and the commands name the same keys."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.cli.verbs import ASK

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
THREE = "75.57 75.85 76.39"


def documented(section: str, table: int) -> set[str]:
    """Keys in the first column of a section's table."""
    body = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
    text = next(part for part in body if part.startswith(f"{section}\n"))
    tables = re.findall(r"\| key \| what it is \|\n\|---\|---\|\n((?:\|.*\n?)+)", text)
    rows = (line.split("|")[1] for line in tables[table].strip().splitlines())
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.csv").write_text("45,3,2\n4,24,2\n2,3,15\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("score,label\n.1,0\n.4,0\n.3,1\n.9,1\n", encoding="utf-8")
    (tmp_path / "runs.csv").write_text(
        "arm,seed,acc\na,1,.71\na,2,.72\nb,1,.73\nb,2,.75\nc,1,.7\nc,2,.74\n", encoding="utf-8"
    )
    (tmp_path / "two.csv").write_text(
        "arm,seed,acc\na,1,.71\na,2,.72\nb,1,.73\nb,2,.75\n", encoding="utf-8"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("command", "table", "optional"),
    [
        (f"spread {THREE}", 0, set()),
        (f"spread {THREE} --test-size 6488", 0, set()),
        (f"paper {THREE} --published 74.5", 0, set()),
        (f"compare --a {THREE} --b 74 75 76", 0, {"notes"}),
        ("compare --from F/two.csv --by arm --metric acc --seed seed", 0, set()),
        ("compare --from F/runs.csv --by arm --metric acc --seed seed", 1, set()),
        ("seeds --difference 1 --sd 1 --paired", 0, {"per_arm"}),
        ("seeds --difference 1 --sd 1", 0, {"pairs", "looks", "boundaries", "nominal_p"}),
        ("seeds --half-width .2", 1, set()),
        (f"seeds {THREE}", 2, set()),
        ("confusion F/m.csv", 0, set()),
        ("confusion F/m.csv F/m.csv", 0, set()),
        ("drift 75 76 75 74", 0, set()),
        ("verification --dev F/t.csv --test F/t.csv", 0, set()),
    ],
)
def test_keys_are_the_documented_ones(
    command: str, table: int, optional: set[str], folder: Path
) -> None:
    words = [word.replace("F/", f"{folder}/") for word in command.split()]
    result = CliRunner().invoke(main, [*words, "--format", "json"])
    assert result.exit_code == 0, result.output
    assert set(json.loads(result.stdout)) == documented(words[0], table) - optional


def test_every_command_is_documented() -> None:
    sections = set(re.findall(r"^## (\S+)$", DOCUMENT, flags=re.MULTILINE))
    assert set(ASK) - {"serve"} == sections


def test_the_two_shapes() -> None:
    result = CliRunner().invoke(
        main, ["paper", *THREE.split(), "--published", "74.5", "--format", "json"]
    )
    found = json.loads(result.stdout)
    for name, value in (("estimate", found["mean"]), ("verdict", found["verdict"])):
        shape = re.search(rf"\*\*{name}\*\*: `\{{([^}}]+)\}}`", DOCUMENT)
        assert shape is not None
        assert list(value) == shape.group(1).split(", ")
