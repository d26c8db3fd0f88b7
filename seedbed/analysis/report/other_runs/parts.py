"""What runs of another tool answer, question by question, for their report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.epochs import epochs_of_runs
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, each, imported
from seedbed.analysis.answers.search import search_of_sweep
from seedbed.analysis.answers.spread import spread_of_runs
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent

MOST_CURVES = 200
"""Runs up to which a report reads every run's curve."""
MOST_COMPARED = 40
"""Configurations up to which a report compares every pair."""
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
        parts: Name, one of ``TITLES`` → answer; questions that the runs cannot answer are missing.
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
    runs: Runs, *, level: float = 0.95, progress: Progress = silent
) -> RunsFindings:
    """Ask runs of another tool every question of the report.

    Args:
        runs: The runs, and how they are grouped.
        level: Confidence level of the intervals.
        progress: Told how far the reading is.

    Raises:
        InputError: No run has the score, or a name that no run has.
        StoreError: The store cannot be reached.
    """
    by = runs.asked.by[0] if len(runs.asked.by) == 1 else None
    found = imported(runs, progress)
    having = found.having
    questions: dict[str, Callable[[], Answer]] = {
        "spread": lambda: each(found, lambda group: spread_of_runs(found, group, level=level))
    }
    if 1 < len(having) <= MOST_COMPARED:
        apart = imported(runs, progress, apart=by is not None)
        questions["comparison"] = lambda: compare_sweep(apart, Terms(level=level), by=by)
    if len(having) > 2:
        questions["search"] = lambda: search_of_sweep(found, level=level)
    if sum(len(group.runs) for group in having) <= MOST_CURVES:
        questions["best-epoch"] = lambda: each(
            found, lambda group: epochs_of_runs(found, group, level=level)
        )
    parts, unanswered = {}, {}
    for name, ask in questions.items():
        try:
            parts[name] = ask()
        except InputError as error:
            if name == "spread":
                raise
            unanswered[name] = str(error)
    ordered = {name: parts[name] for name in TITLES if name in parts}
    return RunsFindings(found, ordered, unanswered)


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
