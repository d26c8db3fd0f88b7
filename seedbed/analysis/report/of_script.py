"""The findings of a sweep of scripts, led by the sentence that answers the person's question."""

from dataclasses import replace
from typing import cast

from seedbed.analysis.answers.script.answer import is_of_script, is_within, script_answer
from seedbed.analysis.answers.script.asked import AskedOfScript
from seedbed.analysis.answers.script.first_sentence import keeps_seeds
from seedbed.analysis.findings.findings import Answer, Findings
from seedbed.analysis.findings.script.script_runs import timeline_of
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.schema import SCORE


def with_script_answer(findings: Findings, sweep: SweepRecord, asked: AskedOfScript) -> Findings:
    """The findings with the script's own answer first; others are left alone.

    Where the arms are named, the words are about these; tables and pictures stay those of the
    arms that differ in a setting.

    Args:
        findings: What the sweep says.
        sweep: The sweep as recorded.
        asked: The number and the arms that are asked about.

    Raises:
        InputError: There is no such number, or there are no such arms.
    """
    if not is_of_script(sweep):
        return findings
    found = script_answer(sweep, asked)
    lead, *rest = found.sentences
    timeline = tuple(timeline_of(sweep))
    if found.metric == SCORE and not asked.arms:
        detail = tuple(one for one in findings.detail if not is_within(one, lead))
        settles = None if keeps_seeds(sweep) else findings.settles
        return replace(findings, headline=lead, detail=detail, timeline=timeline, settles=settles)
    verdict = found.fields.get("verdict")
    kind = verdict.verdict if isinstance(verdict, Verdict) else "spread"
    return replace(
        findings,
        headline=lead,
        timeline=timeline,
        answer=cast(Answer, kind),
        detail=tuple(dict.fromkeys(rest)),
        caveats=(),
        spread_words=(),
        settles=verdict.settles if isinstance(verdict, Verdict) else None,
        warnings=tuple(one for one in findings.warnings if "recorded no accuracy" not in one),
        arms=tuple(replace(arm, notes=()) if not arm.dots else arm for arm in findings.arms),
    )
