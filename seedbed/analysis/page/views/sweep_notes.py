"""What a sweep's page notes beside its runs: the doctor's findings, and mixed environments."""

from collections.abc import Iterable
from dataclasses import dataclass

from seedbed.analysis.page.views.place import Place
from seedbed.analysis.wording import one_line
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_ENVIRONMENT

MOST_FINDINGS = 12


@dataclass(frozen=True)
class ScriptFinding:
    """What the doctor finds in a line of a script.

    Attributes:
        where: File and line.
        code: The rule.
        certainty: ``is`` or ``may be``.
        message: What is there.
    """

    where: str
    code: str
    certainty: str
    message: str


@dataclass(frozen=True)
class Environment:
    """Runs with equal versions, processor and threads.

    Attributes:
        runs: How many.
        place: One of them.
    """

    runs: int
    place: Place


def environments_of(runs: Iterable[RunSummary]) -> tuple[Environment, ...]:
    """Groups of runs by the digest of their environment; runs without one are left out."""
    groups: dict[str, list[RunSummary]] = {}
    for run in runs:
        if digest := run.tags.get(TAG_ENVIRONMENT):
            groups.setdefault(digest, []).append(run)
    ordered = sorted(groups.values(), key=len, reverse=True)
    return tuple(
        Environment(len(group), Place(group[0].experiment_id, group[0].run_id)) for group in ordered
    )


def findings_of(listed: object) -> tuple[ScriptFinding, ...]:
    """The doctor's findings in the sweep's tag; entries that somebody else wrote are checked."""
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return tuple(
        ScriptFinding(
            where=one_line(one.get("where", ""), 120),
            code=one_line(one.get("code", ""), 10),
            certainty="is" if one.get("certainty") == "is" else "may be",
            message=one_line(one.get("message", ""), 300),
        )
        for one in found[:MOST_FINDINGS]
    )
