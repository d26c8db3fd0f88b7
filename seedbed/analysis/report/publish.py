"""The report of a recorded sweep: written beside the store, and logged to the parent run."""

import hashlib
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from seedbed.analysis.answers.script.asked import DEFAULT, AskedOfScript
from seedbed.analysis.answers.why.next_command import next_step
from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.configurations import group_runs
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.night_series import MOST_NIGHTS
from seedbed.analysis.findings.nights_of_sweep import nights_of_sweep
from seedbed.analysis.report.images import stored_images
from seedbed.analysis.report.lowest_run import lowest_words
from seedbed.analysis.report.run_command import run_command
from seedbed.analysis.report.run_words import RunLinks
from seedbed.analysis.report.write import ReportFiles, write_report
from seedbed.analysis.wording import one_line
from seedbed.system.errors import NotRecordedError, ReadOnlyError
from seedbed.system.files.file_lock import FileLock
from seedbed.system.progress import Progress, silent
from seedbed.system.readers_folders import readers_folder, report_folder
from seedbed.tracking.reading.design_file import read_design_file
from seedbed.tracking.reading.nights_until import nights_until
from seedbed.tracking.reading.sweep_parents import parent_place
from seedbed.tracking.reading.sweep_reader import read_sweep_of_run
from seedbed.tracking.records import SweepRecord
from seedbed.tracking.schema import REPORT_FOLDER, SCORE
from seedbed.tracking.store import Store
from seedbed.tracking.ui_links import LOCAL_UI, charts_link
from seedbed.tracking.writing.experiment_note import note_verdicts
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.shared_view import share_charts

MOST_LETTERS = 120
"""Letters of what a number is."""


@dataclass(frozen=True)
class Published:
    """A report and where it went.

    Attributes:
        files: The report's files on this machine.
        experiment_id: MLflow's id of the sweep's experiment.
        run_id: MLflow's id of the parent run that has them as artifacts.
        not_logged: Why that run does not have them, in a sentence; empty if it has.
    """

    files: ReportFiles
    experiment_id: str
    run_id: str
    not_logged: str = ""


def publish(
    name: str,
    store: Store,
    folder: Path | None = None,
    progress: Progress = silent,
    asked: AskedOfScript = DEFAULT,
) -> Published:
    """Write the report of the newest sweep called ``name`` and log it to its parent run.

    The parent run's description becomes the verdict, and the headline figures its metrics. In a
    store that can only be read, the run stays as it is.

    Args:
        name: The sweep.
        store: Where it is recorded.
        folder: Where to write; default: reports/NAME in the store, or in the user's data folder if
            the store can only be read.
        progress: Told how far the reading is.
        asked: Of scripts: the number and the arms that are asked about.

    Raises:
        InputError: There is no such sweep, number or arm, or the folder cannot be written.
        StoreError: The store cannot be reached, or another process is at this report for too long.
    """
    experiment_id, run_id = parent_place(name, store)
    with _one_at_a_time(run_id):
        sweep = read_sweep_of_run(run_id, store, progress)
        links = _links(name, store, experiment_id)
        files = write_report(
            sweep,
            folder or report_folder("reports", name),
            progress=partial(progress, "configurations"),
            images=stored_images(sweep),
            asked=asked,
            links=links,
            why_command=partial(_why, sweep),
            nights=nights_of_sweep(sweep, nights_until(run_id, store, MOST_NIGHTS)),
            run_command=partial(run_command, sweep, store=store),
            design=_design(sweep, store),
        )
        try:
            _log(sweep, files, store, experiment_id)
        except ReadOnlyError as error:
            not_logged = f"the report is not logged to MLflow. {error}"
            return Published(files, experiment_id, run_id, not_logged)
        return Published(files, experiment_id, run_id)


def _log(sweep: SweepRecord, files: ReportFiles, store: Store, experiment_id: str) -> None:
    """Log a report, its verdict and its figures to the sweep's parent run."""
    parent, found = ParentRun(store, sweep.run_id), files.findings
    share_charts(store, experiment_id, sweep.run_id)
    charts = charts_link("", experiment_id, sweep.run_id).lstrip("/")
    parent.description(f"{files.description}\n[Charts of the runs by configuration]({charts})\n")
    parent.verdict(found.answer, found.headline)
    words = lowest_words(found)
    if found.worst and words:
        title = found.number.worst_run
        parent.lowest(found.worst[1].run_id, words, found.worst_command, title)
    if len(found.duels) == 1:
        compared = found.duels[0].comparison
        parent.looked(sorted({*sweep.looks, min(compared.n_a, compared.n_b)}))
    parent.artifacts(files.written, REPORT_FOLDER)
    note_verdicts(store, experiment_id)
    parent.number(number_facts(found))
    parent.metrics(headline(found))


def _links(name: str, store: Store, experiment_id: str) -> RunLinks:
    """Where MLflow shows the runs; without a server, where ``seedbed ui`` does."""
    if store.is_served:
        return RunLinks(store.uri, experiment_id)
    return RunLinks(LOCAL_UI, experiment_id, opened_by=f"seedbed ui {shlex.quote(name)}")


@contextmanager
def _one_at_a_time(run_id: str) -> Iterator[None]:
    """Hold the lock of a sweep's report: its folder, and the looks that its run remembers."""
    key = hashlib.sha256(run_id.encode()).hexdigest()[:16]  # a server's word, not a file's name
    with FileLock(readers_folder("reports") / f".{key}.lock").held():
        yield


def _design(sweep: SweepRecord, store: Store) -> str | None:
    """The sweep's file as it was run; None if its run keeps none."""
    try:
        return read_design_file(sweep.run_id, store)
    except NotRecordedError:
        return None


def _why(sweep: SweepRecord) -> str | None:
    """Command that finds which source makes the runs vary; None without runs or such a command."""
    groups = [group for group in group_runs(sweep, SCORE, fraction=False) if group.runs]
    if not groups:
        return None
    step = next_step(sweep, max(groups, key=lambda group: group.scores.mean()))
    return step.command if step else None


def headline(findings: Findings) -> dict[str, float]:
    """The sweep's figures for MLflow's table, by the names in ``seedbed.tracking.schema``.

    Args:
        findings: What the sweep says; accuracies are fractions.

    Returns:
        The configuration with the highest mean, and its gap to the next, with 95 % intervals; a
        figure that the runs cannot carry is left out.
    """
    arms = [arm for arm in findings.arms if arm.spread is not None]
    figures: dict[str, float | None] = {}
    if not findings.number.is_test_accuracy:
        return {}
    best = max(arms, key=_mean, default=None)
    if best is not None and best.spread is not None:
        spread = best.spread
        figures |= {
            "accuracy_mean": spread.mean.value,
            "accuracy_mean_low": spread.mean.low,
            "accuracy_mean_high": spread.mean.high,
            "accuracy_sd": spread.sd.value if spread.sd else None,
            "accuracy_next_low": spread.next_run.low,
            "accuracy_next_high": spread.next_run.high,
        }
    if len(arms) > 1:
        first, second = sorted(arms, key=_mean)[:-3:-1]
        for duel in findings.duels:
            if {duel.a, duel.b} == {first.label, second.label}:
                sign = 1 if duel.a == first.label else -1
                gap = duel.comparison.difference
                ends = [None if end is None else sign * end for end in (gap.low, gap.high)]
                figures |= {
                    "difference": sign * gap.value,
                    "difference_low": ends[0 if sign > 0 else 1],
                    "difference_high": ends[1 if sign > 0 else 0],
                }
    return {key: float(value) for key, value in figures.items() if value is not None}


def number_facts(findings: Findings) -> dict[str, object]:
    """The number that a report is about, with its best mean, for lists of sweeps."""
    number, best = findings.number, findings.best
    facts: dict[str, object] = {
        "metric": number.metric,
        "is": one_line(number.words, MOST_LETTERS),
        "share": number.is_share,
        "scale": number.scale,
        "lower_is_better": number.lower_is_better,
    }
    if best is not None and best.spread is not None:
        mean = best.spread.mean
        facts |= {"mean": mean.value, "low": mean.low, "high": mean.high}
    return facts


def _mean(arm: Arm) -> float:
    return arm.spread.mean.value if arm.spread is not None else float("-inf")
