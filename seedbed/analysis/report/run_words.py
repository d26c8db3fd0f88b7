"""What the page says of each run: its seed, configuration, score and state, and its link."""

from collections.abc import Mapping
from dataclasses import dataclass

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.counts_and_warnings import DERIVED
from seedbed.analysis.findings.deciding_number import DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.night_series import Night
from seedbed.analysis.findings.run_findings import RunScore
from seedbed.analysis.report.figures.drawing.run_marks import RunMark, dot_key, pair_key
from seedbed.analysis.wording import STREAM_SEEDS, one_line, percent, stream_words
from seedbed.tracking.ui_links import compare_link, run_link

MOST_LETTERS = 120
"""Letters of a run's seeds."""


@dataclass(frozen=True)
class RunLinks:
    """Where MLflow shows the runs of a report.

    Attributes:
        root: Address of MLflow's UI.
        experiment_id: MLflow's id of the experiment that has the runs.
        opened_by: The command that starts this UI; None if a server shows it at all times.
    """

    root: str
    experiment_id: str
    opened_by: str | None = None

    def run(self, run_id: str) -> str:
        """A run's own page."""
        return run_link(self.root, self.experiment_id, run_id)

    def pair(self, a: str, b: str) -> str:
        """Two runs side by side."""
        return compare_link(self.root, self.experiment_id, (a, b))


def run_marks(findings: Findings, links: RunLinks | None = None) -> Mapping[str, RunMark]:
    """Run, or pair of runs, → what to tell of its marks.

    Args:
        findings: What the sweep says.
        links: Where MLflow shows its runs; None for no links.
    """
    waits = links is not None and links.opened_by is not None
    marks = {
        key: RunMark(
            seed_words(findings, dot),
            _words(findings, arm, dot),
            links.run(dot.run_id) if links else None,
            waits=waits,
        )
        for arm in findings.arms
        for dot in (*arm.dots, *arm.others)
        for key in (dot.run_id, dot_key(dot.run_id, arm.label))
    }
    if findings.nights is not None:
        for night in findings.nights.nights:
            link = links.run(night.run_id) if links else None
            marks[night.run_id] = RunMark(f"night {night.day}", night_words(night), link, waits)
    for duel in findings.duels:
        name = findings.pair(duel)
        for a, b in findings.pairs_of(duel):
            seed = seed_words(findings, a)
            marks[pair_key(a.run_id, b.run_id)] = RunMark(
                seed,
                f"{seed} · {name}: {_apart(findings.number, a, b)} · both finished",
                links.pair(a.run_id, b.run_id) if links else None,
                waits=waits,
            )
    return marks


def _apart(number: DecidingNumber, a: RunScore, b: RunScore) -> str:
    """How far two runs lie apart, and both."""
    gap = number.signed(number.scale * (a.accuracy - b.accuracy))
    unit = " points" if number.is_share else ""
    return f"{gap}{unit} ({number.text(a.accuracy)} and {number.text(b.accuracy)})"


def night_words(night: Night) -> str:
    """A night in words: its date, its mean, and whether it raised an alarm."""
    return f"night {night.day} · mean {percent(night.mean)} · {night_state(night)}"


def night_state(night: Night) -> str:
    """Whether a night raised an alarm, and over what."""
    if night.alarm is not None:
        return f"alarm: {night.changed}" if night.changed else "alarm"
    if not night.judged:
        return "not judged yet"
    return "beyond the limit, no new alarm" if night.beyond else "no alarm"


def seed_words(findings: Findings, dot: RunScore) -> str:
    """The seeds of a run, without those that follow from ``seed``: ``seed 3``."""
    named = zip(findings.sources, dot.seeds, strict=False)
    own = [(name, seed) for name, seed in named if not str(seed).startswith(DERIVED)]
    words = [
        part
        for name, seed in own
        for part in (
            stream_words(seed)
            if name == STREAM_SEEDS
            else [f"{one_line(name, 24)} {one_line(seed, 16)}"]
        )
    ]
    return one_line(", ".join(words), MOST_LETTERS)


def _words(findings: Findings, arm: Arm, dot: RunScore) -> str:
    parts = [seed_words(findings, dot), arm.label if arm.options else ""]
    parts.append(findings.number.text(dot.accuracy))
    parts.append("finished, far from the others" if dot.unusual else "finished")
    if dot in arm.others:
        parts.append("in no mean")
    return " · ".join(filter(None, parts))
