"""``seedbed why --doctor``: what was measured of each thing that the doctor finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.why.sentences import percent
from seedbed.analysis.answers.why.source import WhySource
from seedbed.doctor.examine import examine
from seedbed.doctor.report.findings import Finding

NOT_MEASURED = "not measured"
NO_EFFECT = "measured: no effect here"
NEGLIGIBLE = 0.005
"""A share that is written as 0 %."""

_WEIGHTS = ("init", "order", "dropout", "augmentation")
_BY_RULE: Mapping[str, tuple[str, ...]] = {
    "SB101": _WEIGHTS,
    "SB102": (*_WEIGHTS, "split"),
    "SB104": ("environment",),
    "SB105": ("init",),
    "SB106": ("clock",),
    "SB108": ("hash",),
    "SB109": ("init",),
    "SB204": ("split",),
    "SB205": ("split",),
    "SB207": ("order",),
    "SB208": ("files", "hash"),
    "SB407": ("order",),
}
"""Rule → sources that it is about."""

_BY_LINE = ("SB106", "SB110", "SB111", "SB204", "SB208")
"""Rules whose finding stands in the line that draws."""

_ALWAYS_SEEN = {*_WEIGHTS, "split", "clock", "files", "hash"}
"""Sources that a run always records where they draw; the others may go unseen."""


@dataclass(frozen=True)
class Measured:
    """A finding of the doctor, and what the runs say of it.

    Attributes:
        where: File, line and column.
        code: The rule.
        certainty: ``is`` or ``may be``.
        message: What is there.
        sources: The sources that it is about.
        measured: ``measured: 71 % of the variance``, ``measured: no effect here`` or
            ``not measured``, with the reason where there is one.
    """

    where: str
    code: str
    certainty: str
    message: str
    sources: tuple[str, ...]
    measured: str

    @property
    def line(self) -> str:
        """The finding in one line, with what was measured below it."""
        return f"{self.where} {self.code} {self.certainty}: {self.message}\n    {self.measured}"


def with_findings(answer: Answer, script: Path) -> Answer:
    """The answer with each finding of the doctor about seeds, order, split or state.

    Args:
        answer: What the runs say.
        script: The script or notebook.
    """
    findings = [one for one in examine([script]).findings if _is_about_chance(one.code)]
    found = [_measured(one, answer) for one in findings]
    head = (
        "The doctor's findings about seeds, order, split and state:"
        if found
        else "The doctor finds nothing about seeds, order, split or state."
    )
    told = (head, *(one.line for one in found))
    return replace(
        answer,
        sentences=(*answer.sentences, *told),
        lines=(*(answer.lines or answer.sentences), "", *told),
        fields={**answer.fields, "doctor": found},
    )


def _is_about_chance(code: str) -> bool:
    return code in _BY_RULE or code.startswith(("SB1", "SB3"))


def _measured(finding: Finding, answer: Answer) -> Measured:
    every = cast("Sequence[WhySource]", answer.fields["sources"])
    line = (
        f"line {finding.line}" if not finding.cell else f"cell {finding.cell} line {finding.line}"
    )
    here = [one for one in every if finding.code in _BY_LINE and line in one.lines]
    names = tuple(one.source for one in here) or _BY_RULE.get(finding.code, ())
    about = here or [one for one in every if set(one.source.split("+")) & set(names)]
    return Measured(
        finding.where,
        finding.code,
        finding.certainty,
        finding.message,
        names,
        _in_words(names, about, answer),
    )


def _in_words(names: Sequence[str], about: Sequence[WhySource], answer: Answer) -> str:
    free = [one for one in about if not one.pinned_by]
    known = [one for one in free if one.share is not None]
    if names and not about and set(names) <= _ALWAYS_SEEN:
        return f"{NO_EFFECT}: nothing draws it"
    if about and not free:
        return f"{NO_EFFECT}: {about[0].pinned_by} fixes it"
    if not known:
        return NOT_MEASURED
    if all(_is_negligible(one) for one in known):
        return NO_EFFECT
    what = "variance" if answer.fields["measure"] == "accuracy" else "disagreement between runs"
    if len(names) == 1:
        return f"measured: {percent(known[0].share)} of the {what}"
    shares = ", ".join(f"{one.source} {percent(one.share)}" for one in known)
    return f"measured: {shares} of the {what}"


def _is_negligible(one: WhySource) -> bool:
    return one.share is not None and one.share.value < NEGLIGIBLE and one.resolved
