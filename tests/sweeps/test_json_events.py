"""What a sweep prints with ``--format json``, and that docs/json.md documents every line."""

import json
import re
from dataclasses import fields
from pathlib import Path

from seedbed.sweeps.json_events import EVENTS, CellEnded, NumbersKnown

DOCUMENT = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")


def test_every_kind_and_key_is_documented() -> None:
    section = DOCUMENT.split("## Lines while a sweep runs")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section, flags=re.MULTILINE)
    documented = {
        kind: [re.match(r"`(\w+)`", part).group(1) for part in text.split("; ")]  # type: ignore[union-attr]
        for kind, text in rows
    }
    assert documented == {one.kind: [field.name for field in fields(one)] for one in EVENTS}


def test_a_number_that_is_none_is_null() -> None:
    event = CellEnded("seed=1", "failed", "the loss is nan", float("nan"), None, 1.5, 0, 3)
    told = json.loads(event.line(), parse_constant=refuse)
    assert told["test_accuracy"] is None
    assert told["seconds"] == 1.5
    deep = NumbersKnown({"accuracy": {"runs": [0.5, float("inf")], "sd": float("nan")}})
    assert json.loads(deep.line())["numbers"] == {"accuracy": {"runs": [0.5, None], "sd": None}}


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")
