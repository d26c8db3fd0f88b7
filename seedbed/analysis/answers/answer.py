"""One answer, four ways to print it: text, JSON, Markdown and CSV."""

import csv
import dataclasses
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from seedbed.analysis.answers.plan_curve import PlanCurve
from seedbed.analysis.inert_text import markdown_text, spreadsheet_cell
from seedbed.analysis.statistics.answers.classification import ConfusionSpread
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.drift import Drift
from seedbed.analysis.statistics.estimate import Estimate, Verdict

Format = Literal["text", "json", "markdown", "csv"]
COLUMNS = ("quantity", "value", "low", "high", "level", "n", "method")


@dataclass(frozen=True)
class Answer:
    """What a question found.

    Attributes:
        sentences: Text; the first sentence is the answer.
        fields: Everything, by JSON key; dataclasses, arrays and None are allowed.
        rows: Name and value of what belongs in a table.
        verdicts: Names that ``--fail-on`` may match.
        before: What must be read before the answer, such as that the environments differ.
        headline: The answers of several configurations together, where there are several.
        lines: What a terminal shows, where a table says more than the sentences.
        scores: Name → ``[run]`` the runs' scores, for the picture.
        measure: What the scores are.
        marked: A score to mark in the picture, such as a published one.
        charts: Name → chart of nights, for the picture.
        plans: Name → what more runs bring, for the picture.
        matrices: Name → confusion matrix, for the picture.
        classes: Names of the matrices' classes.
        metric: Of a script's runs: the metric that it is about; empty otherwise.
    """

    sentences: tuple[str, ...]
    fields: Mapping[str, object]
    rows: tuple[tuple[str, object], ...]
    verdicts: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    headline: str = ""
    lines: tuple[str, ...] = ()
    scores: Mapping[str, Floats] = field(default_factory=dict)
    measure: str = "accuracy"
    marked: float | None = None
    charts: Mapping[str, Drift] = field(default_factory=dict)
    plans: Mapping[str, PlanCurve] = field(default_factory=dict)
    matrices: Mapping[str, ConfusionSpread] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    metric: str = ""

    @property
    def text(self) -> str:
        """What a terminal shows."""
        return "\n".join(self.lines or (*self.before, *self.sentences))

    def with_note(self, note: str) -> "Answer":
        """The answer with one more sentence, which is among the ``notes`` of the fields as well."""
        notes = self.fields.get("notes")
        earlier = notes if isinstance(notes, list) else []
        fields = {**self.fields, "notes": [*earlier, note]}
        return replace(self, sentences=(*self.sentences, note), fields=fields)


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


def table_cells(name: str, value: object) -> tuple[object, ...]:
    """One row of the table, by ``COLUMNS``; None where a column does not apply."""
    if isinstance(value, Estimate):
        return (name, value.value, value.low, value.high, value.level, value.n, value.method)
    if isinstance(value, Verdict):
        return (name, value.verdict, None, None, None, None, value.reason)
    return (name, value, None, None, None, None, None)


def _cells(name: str, value: object) -> tuple[str, ...]:
    return tuple(table_text(cell) for cell in table_cells(name, value))


def table_text(value: object) -> str:
    """A cell as text: six digits of a number, nothing for None, nan and infinity."""
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
    rows = [_cells(name, value) for name, value in answer.rows]
    writer.writerows([spreadsheet_cell(cell) for cell in row] for row in rows)
    return text.getvalue().rstrip("\n")


def to_markdown(answer: Answer) -> str:
    """The sentences, then the table."""
    lines = [
        markdown_text(" ".join((*answer.before, *answer.sentences))),
        "",
        _row(COLUMNS),
        _row(["---"] * len(COLUMNS)),
    ]
    lines += [_row(_cells(name, value)) for name, value in answer.rows]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(markdown_text(cell).replace("|", "\\|") for cell in cells) + " |"


def interval(estimate: Estimate, unit: str = "") -> str:
    """Describe an interval in words, e.g. ``95 % interval 74.9 to 77.0``."""
    if estimate.low is None or estimate.high is None:
        return "no interval"
    level = f"{100 * estimate.level:.4g}"
    return f"{level} % interval {number(estimate.low)} to {number(estimate.high)}{unit}"


def number(value: float) -> str:
    """Four significant digits, plainly."""
    return f"{value:.4g}"
