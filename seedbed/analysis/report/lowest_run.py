"""The run of a sweep with the lowest score and what repeats it, for a terminal."""

from collections.abc import Sequence
from contextlib import suppress

from seedbed.analysis.findings.deciding_number import DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.deciding import with_deciding_number
from seedbed.analysis.report.run_command import run_command
from seedbed.analysis.report.run_words import seed_words
from seedbed.analysis.wording import one_line
from seedbed.system.errors import InputError, ReadOnlyError
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun

MOST_LETTERS = 160


def lowest_words(findings: Findings) -> str | None:
    """The run with the lowest score on one line; None for fewer than two runs."""
    if findings.worst is None:
        return None
    arm, dot = findings.worst
    every = [one.accuracy for arm in findings.arms for one in (*arm.dots, *arm.others)]
    label = arm.label if arm.options else ""
    words = [seed_words(findings, dot), label, _score(every, findings.number)]
    return one_line(" · ".join(filter(None, words)), MOST_LETTERS)


def lowest_of_findings(findings: Findings) -> list[str]:
    """Rows for a terminal on a sweep whose report is written; none for fewer than two runs."""
    words = lowest_words(findings)
    return _rows(words, findings.worst_command, findings.number) if words else []


def note_lowest(name: str, store: Store) -> list[str]:
    """The same of a recorded sweep without a report; its page gets the command as well.

    A store that can only be read keeps what an earlier call noted.

    Raises:
        InputError: There is no such sweep.
        StoreError: The store cannot be reached.
    """
    sweep = read_sweep(name, store)
    try:
        sweep, number = with_deciding_number(sweep)
    except InputError:  # the runs have no number in common
        return []
    scored = [run for run in sweep.finished if number.metric in run.metrics]
    if len(scored) < 2:
        return []
    lowest = min(scored, key=lambda run: number.goodness(run.metrics[number.metric]))
    score = _score([run.metrics[number.metric] for run in scored], number)
    words = one_line(f"{lowest.name} · {score}", MOST_LETTERS)
    command = run_command(sweep, lowest.run_id, store)
    with suppress(ReadOnlyError):
        parent = ParentRun(store, sweep.run_id)
        parent.lowest(lowest.run_id, words, command, number.worst_run)
    return _rows(words, command, number)


def _score(every: Sequence[float], number: DecidingNumber) -> str:
    """The worst of all scores, and whether they are all the same."""
    return number.text(min(every, key=number.goodness)) + (
        ", as every run" if len(set(every)) == 1 else ""
    )


def _rows(words: str, command: str | None, number: DecidingNumber) -> list[str]:
    row = f"{number.worst_run.removesuffix(' run').capitalize():<10} {words}"
    return [f"{row}; to repeat it:", f"    {command}"] if command else [row]
