"""One answer, four ways to print it: text, JSON, Markdown and CSV."""

import csv
import dataclasses
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from seedbed.analysis.statistics.estimate import Estimate, Verdict

Format = Literal["text", "json", "markdown", "csv"]
COLUMNS = ("quantity", "value", "low", "high", "level", "n", "method")


@dataclass(frozen=True)
class Answer:
    """What a command found.

    Attributes:
        sentences: Text; the first sentence is the answer.
        fields: Everything, by JSON key; dataclasses, arrays and None are allowed.
        rows: Name and value of what belongs in a table.
        verdicts: Names that ``--fail-on`` may match.
    """

    sentences: tuple[str, ...]
    fields: Mapping[str, object]
    rows: tuple[tuple[str, object], ...]
    verdicts: tuple[str, ...] = field(default=())


def plain(value: object) -> object:
    """Turn dataclasses, arrays and tuples into what JSON knows; nan and inf become null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((part.name, getattr(value, part.name)) for part in dataclasses.fields(value))
        return {name: plain(part) for name, part in pairs}
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def to_json(answer: Answer) -> str:
    """All fields as JSON."""
    return json.dumps(plain(dict(answer.fields)), indent=2, ensure_ascii=False)


def _cells(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, Estimate):
        numbers = (value.value, value.low, value.high, value.level, value.n)
        return (name, *(_number(number) for number in numbers), value.method)
    if isinstance(value, Verdict):
        return (name, value.verdict, "", "", "", "", value.reason)
    return (name, _number(value), "", "", "", "", "")


def _number(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return str(value)


def to_csv(answer: Answer) -> str:
    """The table's rows, one quantity a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(name, value) for name, value in answer.rows)
    return text.getvalue().rstrip("\n")


def to_markdown(answer: Answer) -> str:
    """The sentences, then the table."""
    lines = [" ".join(answer.sentences), "", _row(COLUMNS), _row(["---"] * len(COLUMNS))]
    lines += [_row(_cells(name, value)) for name, value in answer.rows]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def interval(estimate: Estimate, unit: str = "") -> str:
    """Describe an interval in words, e.g. ``95 % interval 74.9 to 77.0``."""
    if estimate.low is None or estimate.high is None:
        return "no interval"
    return f"{estimate.level:.0%} interval {number(estimate.low)} to {number(estimate.high)}{unit}"


def number(value: float) -> str:
    """Four significant digits, plainly."""
    return f"{value:.4g}"
