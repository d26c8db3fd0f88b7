"""A claim as a table, a badge and a README."""

from collections.abc import Mapping

import numpy as np

from seedbed.analysis.answers.claims.claim import Claim
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.wording import count
from seedbed.system.text.badge import verdict_badge


def claim_table(claim: Claim) -> str:
    """A claim as a Markdown table: an arm a row, the verdict below."""
    score = claim["score"]
    unit = Unit(score["scale"], score["is_accuracy"], score["lower_is_better"])
    lines = [f"| arm | {score['metric']}: mean ± sd | runs |", "| --- | --- | --- |"]
    for name, cells in claim["arms"].items():
        values = np.array([cell["score"] for cell in cells], dtype=np.float64)
        sd = f" ± {unit.number(float(values.std(ddof=1)))}" if values.size > 1 else ""
        percent = " %" if unit.is_accuracy else ""
        mean = unit.number(float(values.mean()))
        safe = str(name).replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {safe} | {mean}{sd}{percent} | {values.size} |")
    size = claim["terms"].get("test_size")
    examples = f" The test set has {count(size, 'example')}." if size else ""
    return "\n".join(
        [*lines, "", f"{claim['answer'][0]}{examples} Claim `{claim['digest'][:12]}`."]
    )


def claim_badge(claim: Claim) -> str:
    """The claim's verdict as an SVG picture."""
    verdict = claim["numbers"].get("verdict")
    name = verdict.get("verdict") if isinstance(verdict, Mapping) else None
    return verdict_badge(str(name or "claim"))


def claim_readme(claim: Claim, file: str, picture: str) -> str:
    """A claim as Markdown for a README: badge, question, table, and how to check it.

    Args:
        claim: The claim.
        file: Name of the claim's file.
        picture: Name of the badge's file.
    """
    checks = [f"seedbed claim verify {file}"]
    if claim.get("training"):
        checks.append(f"seedbed replicate {file} --cells 3")
    commands = "\n".join(checks)
    question = " ".join(str(claim["question"]).split())
    return (
        f"[![Seedbed's verdict]({picture})]({file})\n\n**{question}**\n\n{claim_table(claim)}\n\n"
        f"```sh\n{commands}\n```\n"
    )
