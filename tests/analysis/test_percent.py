"""Percentages are written in one form everywhere: a number, a space and the sign."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_SPACE = re.compile(r":[.0-9+<>]*%\}|[0-9}]%(?=[\"' ,;.)])")


def test_no_output_writes_a_percentage_without_its_space() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("seedbed", "experiments")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if WITHOUT_SPACE.search(line)
    ]
    assert not places
