"""What runs of another tool answer, question by question, for their report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.configuration_answers import each
from seedbed.analysis.answers.epochs import epochs_of_runs
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, imported
from seedbed.analysis.answers.search import search_of_sweep
from seedbed.analysis.answers.spread import spread_of_runs
from seedbed.analysis.findings.configurations import Group
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent

MOST_CURVES = 200
"""Runs up to which a report reads every run's curve."""
MOST_COMPARED = 40
"""Configurations up to which a report compares every pair."""
PLAIN_TERMS = Terms()
TITLES = {
    "comparison": "Is there a difference?",
    "spread": "How much the runs vary",
    "search": "How lucky the best configuration is",
    "best-epoch": "Choosing the best epoch",
}


@dataclass(frozen=True)
class RunsFindings:
    """All that a report says of runs of another tool.

    Attributes:
        found: The runs, grouped.
        parts: Name, one of ``TITLES`` → answer; questions without an answer are missing.
        unanswered: Title of such a question → why.
    """

    found: Recorded
    parts: Mapping[str, Answer]
    unanswered: Mapping[str, str]

    @property
    def verdict(self) -> Answer:
        """The answer that the report begins with."""
        return self.parts.get("comparison", self.parts["spread"])


def findings_of_runs(
    runs: Runs,
    terms: Terms = PLAIN_TERMS,
    *,
    prior_sd: float | str | None = None,
    progress: Progress = silent,
) -> RunsFindings:
    """Ask runs of another tool every question of the report.

    Args:
        runs: The runs, and how they are grouped.
        terms: How configurations are compared; their level is that of every interval.
        prior_sd: The sd of earlier runs, as ``compare_sweep`` takes it.
        progress: Told how far the reading is.

    Raises:
        InputError: No run has the score, or a name that no run has.
        StoreError: The store cannot be reached.
    """
    by = runs.asked.by[0] if len(runs.asked.by) == 1 else None
    level = terms.level
    found = imported(runs, progress)
    having = found.having
    unanswered = _too_many(having)
    questions: dict[str, Callable[[], Answer]] = {
        "spread": lambda: each(found, lambda group: spread_of_runs(found, group, level=level))
    }
    if len(having) > 1 and "comparison" not in unanswered:
        apart = found if by is None else imported(runs, progress, apart=True)
        questions["comparison"] = lambda: compare_sweep(apart, terms, by=by, prior_sd=prior_sd)
    if len(having) > 2:
        questions["search"] = lambda: search_of_sweep(found, level=level)
    if "best-epoch" not in unanswered:
        questions["best-epoch"] = lambda: each(
            found, lambda group: epochs_of_runs(found, group, level=level)
        )
    parts = {}
    for name, ask in questions.items():
        try:
            parts[name] = ask()
        except InputError as error:
            if name == "spread":
                raise
            unanswered[name] = str(error)
    ordered = {name: parts[name] for name in TITLES if name in parts}
    return RunsFindings(found, ordered, unanswered)


def _too_many(having: Sequence[Group]) -> dict[str, str]:
    """Questions that a report leaves out because there is too much to read, and why."""
    counted = sum(len(group.runs) for group in having)
    found = {}
    if len(having) > MOST_COMPARED:
        found["comparison"] = (
            f"a report compares up to {MOST_COMPARED} configurations, got {len(having)}: name some "
            "with --where, or ask seedbed compare, which takes them all"
        )
    if counted > MOST_CURVES:
        found["best-epoch"] = (
            f"a report reads the curves of up to {MOST_CURVES} runs, got {counted}: name some with "
            "--where, or ask seedbed epochs, which takes them all"
        )
    return found


def whole_answer(said: RunsFindings) -> Answer:
    """The verdict with the fields of every part, and a line for each question without an answer.

    Args:
        said: What the runs answer.
    """
    shared = {"sweep", "notes"}
    fields: dict[str, object] = {
        name.replace("-", "_"): {
            key: value for key, value in part.fields.items() if key not in shared
        }
        for name, part in said.parts.items()
    }
    verdict = said.verdict
    fields |= {key: verdict.fields[key] for key in ("sweep", "notes") if key in verdict.fields}
    fields["unanswered"] = dict(said.unanswered)
    return replace(verdict, fields=fields)
