"""Configurations of one or several sweeps side by side: differences, verdicts, a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan

from markupsafe import Markup

from seedbed.analysis.findings.seed_matching import match_seeds
from seedbed.analysis.page.charts.svg import dot, line, picture, text, titled
from seedbed.analysis.page.views.overview import Place
from seedbed.analysis.page.views.sweep_view import GridRow, SweepView
from seedbed.analysis.statistics.arms.comparison import Comparison
from seedbed.analysis.statistics.arms.failures import compare_tried
from seedbed.analysis.statistics.arms.many import holm
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.wording import fixed

MOST_ARMS = 6
WIDTH, ROW, LEFT, RIGHT, AXIS = 720, 46, 12, 12, 30


@dataclass(frozen=True)
class ChosenArm:
    """A configuration to compare.

    Attributes:
        letter: What it is called on the page, A, B and so on.
        name: The sweep and the configuration in words.
        row: Its runs.
        columns: The seeds of ``row.cells``, in words.
        unfinished: Whether its sweep has cells that still run or wait.
    """

    letter: str
    name: str
    row: GridRow
    columns: tuple[str, ...]
    unfinished: bool

    @property
    def scores(self) -> dict[str, float]:
        """Seeds → accuracy in percent."""
        return {
            seeds: 100 * cell.score
            for seeds, cell in zip(self.columns, self.row.cells, strict=True)
            if cell.score is not None
        }

    @property
    def tried(self) -> dict[str, float]:
        """Seeds → accuracy in percent, nan where the run failed; stopped runs are left out."""
        failed = {
            seeds: nan
            for seeds, cell in zip(self.columns, self.row.cells, strict=True)
            if cell.state in ("failed", "killed")
        }
        return {**self.scores, **failed}


@dataclass(frozen=True)
class ComparedPair:
    """Two of them compared, in percentage points."""

    a: ChosenArm
    b: ChosenArm
    comparison: Comparison
    verdict: Verdict
    p: float | None


def place_of(arm: str) -> tuple[Place, str] | None:
    """The sweep and the configuration that an address names; None if it names none."""
    parts = arm.split("/", 2)
    return (Place(parts[0], parts[1]), parts[2]) if len(parts) == 3 else None


def choose(views: Sequence[tuple[SweepView, str]]) -> list[ChosenArm]:
    """The configurations that are there and have a result, at most ``MOST_ARMS``."""
    found = [
        (view, row) for view, label in views for row in view.rows if row.label == label and row.runs
    ]
    return [
        ChosenArm(
            "ABCDEF"[at],
            f"{view.name}: {row.label}",
            row,
            view.columns,
            view.state == "running" or view.progress.unended > 0,
        )
        for at, (view, row) in enumerate(found[:MOST_ARMS])
    ]


def compare_chosen(arms: Sequence[ChosenArm]) -> list[ComparedPair]:
    """Every pair, with Holm's correction where there are several.

    Runs are matched by their seeds as ``compare`` does. A run that failed counts as
    ``compare_tried`` says; of a sweep that goes on no verdict is given.
    """
    pairs = list(combinations(arms, 2))
    tried = {arm.letter: arm.tried for arm in arms}
    failed = {arm.letter: [seeds for seeds in arm.tried if seeds not in arm.scores] for arm in arms}
    done = {arm.letter: arm.scores for arm in arms}
    paired = len(arms) > 1 and match_seeds(done, failed, failed, None).paired
    if paired:
        common = [seeds for seeds in arms[0].tried if all(seeds in one for one in tried.values())]
        tried = {name: {seeds: one[seeds] for seeds in common} for name, one in tried.items()}
    found = [
        compare_tried(list(tried[a.letter].values()), list(tried[b.letter].values()), paired=paired)
        for a, b in pairs
    ]
    adjusted = holm([one.decisive_p for one in found])
    return [
        ComparedPair(a, b, one, _verdict(a, b, one, p), p)
        for (a, b), one, p in zip(pairs, found, adjusted, strict=True)
    ]


def _verdict(a: ChosenArm, b: ChosenArm, found: Comparison, p: float | None) -> Verdict:
    if a.unfinished or b.unfinished:
        reason = "cells are still to come, so this is an interim look, not a verdict"
        return Verdict("undecided", reason, "the sweep's end, or its own rule of looks")
    return decide(found, p, None)


def dots(arms: Sequence[ChosenArm]) -> Markup:
    """Every run as a dot, one row for each configuration, with mean and interval."""
    every = [score for arm in arms for score in arm.scores.values()]
    every += [100 * end for arm in arms for end in (arm.row.mean or ()) if end is not None]
    low, high = min(every), max(every)
    room = max(0.04 * (high - low), 0.05)
    low, high = low - room, high + room

    def across(score: float) -> float:
        return LEFT + (score - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    bottom = ROW * len(arms) + 6
    parts: list[Markup] = []
    for value in (low + room, (low + high) / 2, high - room):
        x = across(value)
        parts += [
            line(x, 0, x, bottom, "grid"),
            text(x, bottom + 18, f"{fixed(value)} %", "day"),
        ]
    for at, arm in enumerate(arms):
        parts += _row(arm, ROW * at + 14, across)
    said = "Test accuracy of every run: " + ", ".join(f"{arm.letter} {arm.name}" for arm in arms)
    return picture(WIDTH, bottom + AXIS, said, parts)


def _row(arm: ChosenArm, top: float, across: Callable[[float], float]) -> list[Markup]:
    parts = [text(LEFT, top, f"{arm.letter}: {arm.name}", "title")]
    if arm.row.mean is not None:
        mean, low, high = (None if end is None else across(100 * end) for end in arm.row.mean)
        if low is not None and high is not None:
            parts.append(line(low, top + 20, high, top + 20, "bar"))
        if mean is not None:
            parts.append(line(mean, top + 14, mean, top + 26, "mean"))
    for seeds, score in arm.scores.items():
        parts.append(titled(f"{seeds}: {fixed(score)} %", dot(across(score), top + 12, 4, "dot")))
    return parts
