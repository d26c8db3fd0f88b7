"""The run of a sweep with the lowest score, and how to repeat it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_grid import ONLY, score_of
from seedbed.analysis.wording import one_line
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_LOWEST

FEWEST = 2
MOST_LETTERS = 1000


@dataclass(frozen=True)
class LowestRun:
    """A run.

    Attributes:
        words: Its seeds, configuration and score.
        place: Where it is.
        command: What repeats it, as the record has it; None if that names another run.
        title: What it is: the lowest run, or the worst where lower is better.
        cell: Its configuration and seeds; None where they are not known.
    """

    words: str
    place: Place
    command: str | None
    title: str = "lowest run"
    cell: tuple[str, str] | None = None


def lowest_run(
    runs: Mapping[tuple[str, str], RunSummary],
    parent: RunSummary,
    fresh: Collection[int] | None,
    number: DecidingNumber = TEST_ACCURACY,
) -> LowestRun | None:
    """The finished run with the worst score; None for fewer than two of them.

    Args:
        runs: Configuration and seeds → the run.
        parent: The sweep's run.
        fresh: The seeds whose runs are the result of a search; None for another sweep.
        number: What stands for each run.
    """
    counted = None if fresh is None else {str(seed) for seed in fresh}
    scored = [
        (number.goodness(score), label, seeds, run)
        for (label, seeds), run in runs.items()
        if (score := score_of(run, number)) is not None
        and (counted is None or run.params.get("seed") in counted)
    ]
    if len(scored) < FEWEST:
        return None
    good, label, seeds, run = min(scored, key=lambda one: one[:3])
    written = number.text(number.goodness(good))
    noted = json_object(parent.tags.get(TAG_LOWEST))
    command = noted.get("command") if noted.get("run") == run.run_id else None
    named = "" if label == ONLY else one_line(label, 80)
    return LowestRun(
        " · ".join(filter(None, (seeds, named, written))),
        Place(run.experiment_id, run.run_id),
        one_line(command, MOST_LETTERS) if isinstance(command, str) else None,
        number.worst_run,
        (label, seeds),
    )


def noted_lowest(parent: RunSummary) -> LowestRun | None:
    """The run that a sweep's own run notes as the lowest; None if it notes none, or no words.

    Args:
        parent: The sweep's run; whoever may write it can change what it notes.
    """
    noted = json_object(parent.tags.get(TAG_LOWEST))
    run_id, words, command = (noted.get(key) for key in ("run", "words", "command"))
    if not (isinstance(run_id, str) and isinstance(words, str) and words):
        return None
    return LowestRun(
        one_line(words, MOST_LETTERS),
        Place(parent.experiment_id, run_id),
        one_line(command, MOST_LETTERS) if isinstance(command, str) else None,
        "worst run" if noted.get("title") == "worst run" else "lowest run",
    )
