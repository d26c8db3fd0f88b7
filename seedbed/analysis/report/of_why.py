"""The findings of a sweep whose sources are told apart, led by what ``why`` says of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from seedbed.analysis.answers.why.answer import source_table
from seedbed.analysis.answers.why.of_sweep import is_of_why, why_of_only
from seedbed.analysis.answers.why.source import WhySource
from seedbed.analysis.findings.findings import Findings
from seedbed.system.errors import InputError
from seedbed.tracking.records import SweepRecord


def with_why_answer(findings: Findings, sweep: SweepRecord) -> Findings:
    """The findings with the sentences of ``why`` first, and its table; others are left alone.

    So begins a sweep that ``why`` made, and any other attribution plan of one configuration whose
    runs say what a source does.

    Args:
        findings: What the sweep says.
        sweep: The sweep as recorded.
    """
    if sweep.plan is None:
        return findings
    try:
        answer, number = why_of_only(sweep)
    except InputError:  # its first runs tell nothing yet
        return findings
    sources = cast("Sequence[WhySource]", answer.fields["sources"])
    if not is_of_why(sweep) and all(one.share is None for one in sources):
        return findings
    lead, *rest = answer.sentences
    return replace(
        findings,
        answer="sources",
        headline=lead,
        detail=tuple(dict.fromkeys([*rest, findings.headline, *findings.detail])),
        why_table=tuple(source_table(sources, number)) if sources else (),
    )
