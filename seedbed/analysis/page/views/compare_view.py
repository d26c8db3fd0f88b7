"""Configurations of one or several sweeps side by side: differences, verdicts, a picture."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import nan

from markupsafe import Markup

from seedbed.analysis.findings.configurations import FAILED
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.seed_matching import match_seeds
from seedbed.analysis.page.charts.svg import dot, line, picture, text, titled
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_grid import GridCell, GridRow
from seedbed.analysis.page.views.sweep_view import SweepView
from seedbed.analysis.statistics.arms.comparison import Comparison
from seedbed.analysis.statistics.arms.equal_weights import own_models, settles_stuck
from seedbed.analysis.statistics.arms.many import compare_many
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.analysis.wording import one_line, with_minus

MOST_ARMS = 6
FEW_PAIRS = 3
"""Undecided pairs that are shown in the open."""
ROW, LEFT, RIGHT, AXIS = 46, 12, 12, 30
NAME = 19
"""Height of a name; no line of the grid runs through it."""
LETTER = 7.5
"""Width of a letter of a name."""


@dataclass(frozen=True)
class ChosenArm:
    """A configuration to compare.

    Attributes:
        letter: What it is called on the page, A, B and so on.
        name: The sweep and the configuration in words.
        row: Its runs.
        columns: The seeds of ``row.cells``, in words.
        sweep: Where its sweep is.
        plan: How often its sweep is looked at; None for this once.
        unfinished: Whether its sweep has cells that still run or wait.
        number: What stands for each run.
    """

    letter: str
    name: str
    row: GridRow
    columns: tuple[str, ...]
    sweep: Place
    plan: LookPlan | None = None
    unfinished: bool = False
    number: DecidingNumber = TEST_ACCURACY

    @property
    def scores(self) -> dict[str, float]:
        """Seeds → score, accuracies in percent."""
        return {
            seeds: self.number.scale * cell.score
            for seeds, cell in self._cells
            if cell.score is not None
        }

    @property
    def counted(self) -> dict[str, float]:
        """The same in the order in which the runs began, each set of weights once."""
        done = sorted(
            ((seeds, cell) for seeds, cell in self._cells if cell.score is not None),
            key=lambda one: one[1].started_ms,
        )
        own = own_models([cell.weights for _, cell in done], [cell.score for _, cell in done])
        scores = self.scores
        return {
            seeds: scores[seeds] for (seeds, _), is_own in zip(done, own, strict=True) if is_own
        }

    @property
    def repeats(self) -> bool:
        """Whether some of its runs repeat the model of another."""
        return len(self.counted) < len(self.scores)

    @property
    def is_stuck(self) -> bool:
        """Whether its seeds change nothing: several runs, one model."""
        return len(self.counted) == 1 < len(self.scores)

    @property
    def weights(self) -> dict[str, str | None]:
        """Seeds → fingerprint of the final weights, of the runs with a score."""
        return {seeds: cell.weights for seeds, cell in self._cells if cell.score is not None}

    @property
    def failed(self) -> list[str]:
        """Seeds of the runs that failed or recorded no score; stopped runs are left out."""
        return [seeds for seeds, cell in self._cells if cell.score is None and cell.state in FAILED]

    @property
    def test_examples(self) -> int | None:
        """Examples that each of its scores is a share of; None where that is not known."""
        sizes = {cell.test_examples for _, cell in self._cells if cell.score is not None}
        return sizes.pop() if len(sizes) == 1 else None

    @property
    def _cells(self) -> list[tuple[str, GridCell]]:
        pairs = zip(self.columns, self.row.cells, strict=True)
        return [(seeds, cell) for seeds, cell in pairs if not cell.shares]


@dataclass(frozen=True)
class ComparedPair:
    """Two of them compared, accuracies in percentage points."""

    a: ChosenArm
    b: ChosenArm
    comparison: Comparison
    verdict: Verdict
    p: float | None

    @property
    def number(self) -> DecidingNumber:
        """What stands for each run."""
        return self.a.number

    @property
    def difference(self) -> str:
        """The difference with its interval."""
        found, signed = self.comparison.difference, self.number.signed
        said = signed(found.value) + (" points" if self.number.is_share else "")
        if found.low is not None and found.high is not None:
            said += f" (95 % interval {signed(found.low)} to {signed(found.high)})"
        return with_minus(said)

    @property
    def headline(self) -> str:
        """The verdict in one sentence."""
        gap = self.comparison.difference.value
        a, b = (f"{arm.letter} ({arm.name})" for arm in (self.a, self.b))
        if self.verdict.verdict == "different":
            direction = "higher" if gap > 0 else "lower"
            if self.number.lower_is_better:
                direction += " (worse)" if gap > 0 else " (better)"
            return f"{a} scores {self.number.apart(gap)} {direction} than {b}."
        if self.verdict.verdict == "equivalent":
            return f"{a} and {b} are equivalent."
        return f"Whether {a} and {b} differ is undecided."


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
            view.place,
            view.plan,
            view.state == "running" or view.progress.unended > 0,
            view.number,
        )
        for at, (view, row) in enumerate(found[:MOST_ARMS])
    ]


def are_alike(arms: Iterable[ChosenArm]) -> bool:
    """Whether their runs have one kind of number: an accuracy is compared with no loss."""
    return len({arm.number.kind for arm in arms}) <= 1


def compare_chosen(arms: Sequence[ChosenArm]) -> list[ComparedPair]:
    """Every pair, with Holm's correction where there are several.

    Runs are matched by their seeds, failed runs and equal weights count, and looks decide, as in
    ``compare``.
    """
    if len(arms) < 2 or not are_alike(arms):
        return []
    done = {arm.letter: arm.counted for arm in arms}
    failed = {arm.letter: arm.failed for arm in arms}
    tried = {name: {**done[name], **dict.fromkeys(failed[name], nan)} for name in done}
    paired = match_seeds(done, failed, failed, None).paired
    if paired:
        common = [seeds for seeds in tried["A"] if all(seeds in one for one in tried.values())]
        tried = {name: {seeds: one[seeds] for seeds in common} for name, one in tried.items()}
    sizes = {arm.test_examples for arm in arms}
    named = {arm.letter: arm for arm in arms}
    family = compare_many(
        {name: list(one.values()) for name, one in tried.items()},
        paired=paired,
        test_size=sizes.pop() if len(sizes) == 1 else None,
        same_bits=lambda a, b: paired and _same_weights(named[a], named[b], tried[a]),
        looks=_looks(arms),
    )
    return [
        ComparedPair(
            named[one.a],
            named[one.b],
            one.comparison,
            _settling(one.comparison.verdict, (named[one.a], named[one.b])),
            one.p_adjusted,
        )
        for one in family.pairs
    ]


def _settling(verdict: Verdict, arms: Collection[ChosenArm]) -> Verdict:
    """The verdict, with what settles it where the seeds of an arm change nothing."""
    stuck = [arm.letter for arm in arms if arm.is_stuck]
    if verdict.verdict != "undecided" or not stuck:
        return verdict
    return replace(verdict, settles=settles_stuck(stuck))


def _looks(arms: Sequence[ChosenArm]) -> LookPlan | None:
    """How often the arms are looked at: those of one sweep by its plan.

    What was said of arms of several sweeps is nowhere recorded; their runs may still come.
    """
    if len({arm.sweep for arm in arms}) == 1:
        return arms[0].plan
    return LookPlan(open=True) if any(arm.unfinished for arm in arms) else None


def _same_weights(a: ChosenArm, b: ChosenArm, seeds: Collection[str]) -> bool:
    """Whether both runs of every pair ended with the same weights."""
    first, second = a.weights, b.weights
    pairs = [(first[one], second[one]) for one in seeds if one in first and one in second]
    return all(one is not None and one == other for one, other in pairs)


def dots(arms: Sequence[ChosenArm], width: int) -> Markup:
    """Every run as a dot, one row for each configuration, with mean and interval.

    Args:
        arms: The configurations.
        width: ``WIDE`` or ``NARROW``; the page shows the one that fits.
    """
    every = [score for arm in arms for score in arm.scores.values()]
    number = arms[0].number
    every += [number.scale * end for arm in arms for end in (arm.row.mean or ()) if end is not None]
    low, high = min(every), max(every)
    room = max(0.04 * (high - low), 0.05 if number.is_share else 1e-3 * abs(high)) or 1.0
    low, high = low - room, high + room

    def across(score: float) -> float:
        return LEFT + (score - low) / (high - low) * (width - LEFT - RIGHT)

    bottom = ROW * len(arms) + 6
    parts: list[Markup] = []
    for value in (low + room, (low + high) / 2, high - room):
        x = across(value)
        parts += [line(x, ROW * at + NAME, x, ROW * (at + 1), "grid") for at in range(len(arms))]
        parts.append(text(x, bottom + 18, number.text(value / number.scale), "day"))
    for at, arm in enumerate(arms):
        name = one_line(f"{arm.letter}: {arm.name}", int((width - LEFT) / LETTER))
        parts += [text(LEFT, ROW * at + 14, name, "title"), *_row(arm, ROW * at + 14, across)]
    said = f"{number.heading} of every run: " + ", ".join(
        f"{arm.letter} {arm.name}" for arm in arms
    )
    return picture(width, bottom + AXIS, said, parts)


def _row(arm: ChosenArm, top: float, across: Callable[[float], float]) -> list[Markup]:
    parts: list[Markup] = []
    if arm.row.mean is not None:
        scale = arm.number.scale
        mean, low, high = (None if end is None else across(scale * end) for end in arm.row.mean)
        if low is not None and high is not None:
            parts.append(line(low, top + 20, high, top + 20, "bar"))
        if mean is not None:
            parts.append(line(mean, top + 14, mean, top + 26, "mean"))
    for seeds, score in arm.scores.items():
        said = arm.number.text(score / arm.number.scale)
        parts.append(titled(f"{seeds}: {said}", dot(across(score), top + 12, 4, "dot")))
    return parts
