"""The findings of an attribution plan, led by the source that does most."""

from dataclasses import replace

from seedbed.analysis.answers.why.sentences import percent
from seedbed.analysis.answers.why.source import is_plural, source_words
from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.wording import one_line
from seedbed.system.text.sentence_case import sentence_case

MOST_LETTERS = 60


def with_largest_source(findings: Findings) -> Findings:
    """The findings with the source that does most among what stands beside the verdict."""
    said = largest_source(findings.sourced)
    if said is None:
        return findings
    return replace(findings, detail=(said, *findings.detail))


def largest_source(arm: Arm | None) -> str | None:
    """Which source does more than any other, with its share; None where none is known to."""
    if arm is None or arm.shares is None or arm.shares.largest is None:
        return None
    name = arm.shares.largest
    words = one_line(source_words(name), MOST_LETTERS)
    verb, alone = ("do", "they leave") if is_plural(name) else ("does", "it leaves")
    share = next((one.left for one in arm.shares.shares if one.source == name), None)
    said = f"{sentence_case(words)} {verb} more than any other source"
    if share is None:
        return f"{said}."
    return f"{said}: alone, {alone} {percent(share)} of the disagreement between runs."
