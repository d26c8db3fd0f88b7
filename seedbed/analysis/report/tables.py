"""The tables of the report: one form for the page, for Markdown and for CSV."""

import csv
import io
import re
from dataclasses import dataclass, replace

from seedbed.analysis.findings.arm_findings import Arm, PairwiseComparison
from seedbed.analysis.findings.deciding_number import DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.run_findings import RunScore
from seedbed.analysis.inert_text import spreadsheet_cell
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.wording import count, fixed, one_line, span

FINGERPRINT = (
    " Fingerprint: the first 12 digits of the SHA-256 of the final weights{of}; equal fingerprints "
    "are equal weights."
)
OF_EVERY_NETWORK = " of every network that the run trains"
NONE = "–"
"""What stands in a cell that has nothing to say."""


@dataclass(frozen=True)
class Table:
    """A table of finished cells.

    Attributes:
        name: Stem of its file name.
        caption: What it holds, with units.
        head: Column titles, with units.
        rows: ``[row][column]``.
        words: Indices of the columns that hold words; the others hold numbers, set to the right.
        runs: MLflow's id of each row's run; empty where rows are not runs.
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)
    runs: tuple[str, ...] = ()

    @property
    def shown(self) -> "Table":
        """Without the columns, and without the rows, that have nothing to say."""
        rows = [at for at, row in enumerate(self.rows) if any(map(_says, row[1:])) or len(row) < 2]
        kept = [
            column
            for column in range(len(self.head))
            if column == 0 or not self.rows or any(_says(self.rows[at][column]) for at in rows)
        ]
        return replace(
            self,
            head=tuple(self.head[column] for column in kept),
            rows=tuple(tuple(self.rows[at][column] for column in kept) for at in rows),
            words=tuple(new for new, column in enumerate(kept) if column in self.words),
            runs=tuple(self.runs[at] for at in rows) if self.runs else (),
        )

    def csv(self) -> str:
        """Comma-separated, with a header."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(self.head)
        writer.writerows(tuple(spreadsheet_cell(cell) for cell in row) for row in self.rows)
        return buffer.getvalue()

    def markdown(self) -> str:
        """As a GitHub table; whatever Markdown would read as a mark is escaped."""
        rule = [":--" if index in self.words else "--:" for index in range(len(self.head))]
        lines = [[markdown(cell) for cell in row] for row in (self.head, *self.rows)]
        lines.insert(1, rule)
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _says(cell: str) -> bool:
    return cell not in ("", NONE)


def markdown(text: str) -> str:
    """Text in which nothing is read as a mark of Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", text)


def configurations(findings: Findings) -> Table:
    """One row per configuration: runs, mean, sd, next run."""
    number = findings.number
    unit, width = number.unit, number.unit_of_differences
    lower = " Lower is better." if number.lower_is_better else ""
    return Table(
        "configurations",
        f"{number.heading} by configuration, with 95 % intervals. Next run: where one more run "
        f"lands with 95 % probability.{lower}",
        ("configuration", "runs", f"mean{unit}", f"interval{unit}", f"sd{width}",
         f"interval{width or ' of the sd'}", f"next run{unit}"),
        tuple(_configuration(arm, number) for arm in findings.arms),
    )  # fmt: skip


def _configuration(arm: Arm, number: DecidingNumber) -> tuple[str, ...]:
    cells = len(arm.dots) + len(arm.others) + len(arm.lost)
    lost = f" of {cells}" if arm.lost else ""
    first = (arm.label, f"{len(arm.dots)}{lost}")
    if arm.spread is None:
        return (*first, *[NONE] * 5)
    sd = None if arm.spread.identical else arm.spread.sd
    return (
        *first,
        number.bare(arm.spread.mean.value),
        number.interval(arm.spread.mean),
        NONE if sd is None else number.bare(sd.value),
        NONE if sd is None else number.interval(sd),
        number.interval(arm.spread.next_run),
    )


def interval(estimate: Estimate | None, *, digits: int = 2, sign: bool = False) -> str:
    """The interval of an estimate, or a dash."""
    if estimate is None or estimate.low is None:
        return NONE
    return span(estimate, digits, sign=sign)


def p_cell(p: float | None) -> str:
    """A p without its name."""
    if p is None:
        return NONE
    return "<0.0001" if p < 1e-4 else fixed(p, 4 if p < 0.001 else 3)


def differences(findings: Findings, most: int = 20) -> Table | None:
    """One row per pair of configurations, the clearest first."""
    if not findings.duels:
        return None
    corrected = " (Holm)" if len(findings.duels) > 1 else ""
    shown = findings.duels[:most]
    left = len(findings.duels) - len(shown)
    caption = (
        f"First minus second, {_of_differences(findings.number)}; "
        "intervals of 95 %, not adjusted for multiple comparisons. n: common "
        "seeds, or runs against runs."
    )
    if left:
        caption += f" {left} further pairs are in findings.json."
    return Table(
        "differences",
        caption,
        ("first − second", "verdict", "difference", "interval", f"p{corrected}", "on new data",
         "n"),
        tuple((findings.pair(duel), *_difference(duel, findings.number)) for duel in shown),
        words=(0, 1),
    )  # fmt: skip


def _of_differences(number: DecidingNumber) -> str:
    """What a table of differences is of."""
    if number.is_test_accuracy:
        return "in percentage points, on this test set and as expected on new data"
    lower = ", where lower is better" if number.lower_is_better else ""
    return f"of {number.words}{', in percentage points' if number.is_share else ''}{lower}"


def _difference(duel: PairwiseComparison, number: DecidingNumber) -> tuple[str, ...]:
    found = duel.comparison
    runs = f"{found.n_a}" if found.paired else f"{found.n_a} v {found.n_b}"
    return (
        duel.verdict.verdict,
        number.signed(number.scale * found.difference.value),
        number.interval(found.difference, sign=True),
        p_cell(duel.p_adjusted),
        interval(duel.new_data, sign=True),
        runs,
    )


def search(findings: Findings) -> Table | None:
    """Every configuration of a search, the highest mean first."""
    found = findings.searched
    if found is None:
        return None
    rows = [
        (
            one.label,
            f"{len(one.scores)}",
            fixed(100 * one.mean),
            NONE if one.fresh is None else f"{one.fresh.n}",
            NONE if one.fresh is None else fixed(100 * one.fresh.value),
            interval(one.fresh),
        )
        for one in found.tried
    ]
    return Table(
        "search",
        "Configurations of the search by mean test accuracy in the search itself, and of those run "
        "again the mean on fresh seeds with its 95 % interval. The first mean is optimistic.",
        ("configuration", "runs", "in the search (%)", "fresh runs", "fresh (%)", "interval"),
        tuple(rows),
    )


def spread_split(findings: Findings) -> Table | None:
    """One row per configuration: what the spread is made of, and the churn."""
    having = [arm for arm in findings.arms if arm.split is not None]
    if not having:
        return None
    return Table(
        "spread_split",
        "Standard deviations in percentage points. Genuine change keeps its sign: a negative value "
        "means that the runs differ less than the test set alone would make them. p: chance of "
        "this spread if the models did not change.",
        ("configuration", "test examples", "observed", "finite test set", "genuine change",
         "interval", "p"),
        tuple(_split(arm) for arm in having),
    )  # fmt: skip


def _split(arm: Arm) -> tuple[str, ...]:
    found = arm.split
    size = NONE if arm.examples is None else f"{arm.examples:,}"
    middle = (NONE,) * 5
    if found is not None:
        middle = (
            fixed(100 * found.observed),
            fixed(100 * found.finite_test_set),
            fixed(100 * found.genuine.value),
            interval(found.genuine),
            p_cell(found.p),
        )
    return (arm.label, size, *middle)


def runs(findings: Findings) -> Table:
    """Every run with a result."""
    lowest = findings.worst[1] if findings.worst else None
    number, called = findings.number, findings.number.worst_run.removesuffix(" run")
    rows = [
        (
            arm.label,
            *[one_line(seed, 16) for seed in dot.seeds],
            number.bare(dot.accuracy),
            NONE if dot.fingerprint is None else dot.fingerprint[:12],
            ", ".join(filter(None, [called if dot is lowest else "", _remark(dot, arm)])),
        )
        for arm in findings.arms
        for dot in (*arm.dots, *arm.others)
    ]
    sources = tuple(one_line(source, 24) for source in findings.sources)
    caption = "Every run with a result."
    if any(map(_has_weights, findings.arms)):
        caption += FINGERPRINT.format(of=OF_EVERY_NETWORK if findings.trains_several else "")
    return Table(
        "runs",
        caption,
        ("configuration", *sources, f"{number.name}{number.unit}", "fingerprint", "note"),
        tuple(rows),
        words=(0, len(sources) + 2, len(sources) + 3),
        runs=tuple(dot.run_id for arm in findings.arms for dot in (*arm.dots, *arm.others)),
    )


def _has_weights(arm: Arm) -> bool:
    return any(dot.fingerprint for dot in (*arm.dots, *arm.others))


def _remark(dot: RunScore, arm: Arm) -> str:
    if dot in arm.others:
        return "shares seeds: in no mean"
    return "far from the others" if dot.unusual else ""


def lost(findings: Findings) -> Table | None:
    """The runs without a result."""
    rows = [
        (
            arm.label,
            one_line(run.name, 48),
            run.state,
            f"{run.tries}" if run.tries > 1 else NONE,
            one_line(run.reason or "not known", 200),
        )
        for arm in findings.arms
        for run in arm.lost
    ]
    if not rows:
        return None
    return Table(
        "runs_without_result",
        "Runs that ended without a result, and why. A run that was tried again counts once.",
        ("configuration", "run", "state", "tries", "reason"),
        tuple(rows),
        words=(0, 1, 2, 4),
    )


def environment(findings: Findings) -> Table | None:
    """Each setting of the environment; where runs differ, every value with its number of runs."""
    if not findings.environment:
        return None
    rows = []
    for setting in findings.environment:
        values = [
            one_line(value, 80) + (f" ({count(number, 'run')})" if setting.differs else "")
            for value, number in setting.values
        ]
        mark = "differs" if setting.differs else ""
        rows.append((one_line(setting.name, 40), "; ".join(values[:6]), mark))
    return Table(
        "environment",
        "Environment of the runs that count.",
        ("setting", "value", ""),
        tuple(rows),
        words=(0, 1, 2),
    )


def _plain(value: object) -> str:
    """An option's value as a sweep's file writes it."""
    return str(value).lower() if isinstance(value, bool) else one_line(value, 80)


def options(findings: Findings) -> Table | None:
    """The options that all runs share."""
    if not findings.fixed:
        return None
    rows = tuple((one_line(name, 40), _plain(value)) for name, value in findings.fixed)
    return Table("options", "Options that all runs share.", ("option", "value"), rows, words=(0, 1))
