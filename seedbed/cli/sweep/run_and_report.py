"""Run a sweep and print what it found."""

import shutil
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NoReturn

import click

from seedbed.cli.sweep.run_cells import start_processes
from seedbed.cli.sweep.training_options import TrainingOptions
from seedbed.sweeps.json_events import Concluded, Reported
from seedbed.system.errors import InputError
from seedbed.system.processes.gc_pause import no_search
from seedbed.system.text.error_words import alike
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.terminal_escape import inert
from seedbed.system.text.terminal_lines import for_terminal, link

if TYPE_CHECKING:
    from seedbed.analysis.answers.script.asked import AskedOfScript
    from seedbed.analysis.findings.findings import Findings
    from seedbed.analysis.report.write import ReportFiles
    from seedbed.sweeps.design.design import Design
    from seedbed.sweeps.driver.settings import SweepResult, SweepSettings
    from seedbed.sweeps.repeat.try_alternatives import TryAlternatives

NOTHING_TO_TRY = (
    "Nothing to try: no fit continues another, no loop leaves its generators unseeded, and no "
    "epoch is chosen on rows that are scored."
)


def run_and_report(
    design: "Design",
    training: TrainingOptions,
    doctor: bool = False,
    *,
    retry: bool = False,
    asked: "AskedOfScript | None" = None,
    first: "Design | None" = None,
    then: "TryAlternatives | None" = None,
    last: Callable[[], str] | None = None,
) -> NoReturn:
    """Run the cells that are left, print what they say, and end with the exit code.

    Args:
        design: The sweep.
        training: How to run it.
        doctor: Whether to end with the doctor's findings about scripts.
        retry: Whether cells that failed before are tried again.
        asked: Of scripts: the number and the arms that are asked about.
        first: The part of the sweep that is run first, to see whether these are there.
        then: Of scripts: runs the other courses that show what a finding does to the number.
        last: What is said at the end, once all runs are recorded; in text in place of their numbers
            and verdict.
    """
    from seedbed.analysis.answers.script.asked import DEFAULT
    from seedbed.runs.execution.catalog import SCRIPT

    if training.form == "json" and training.quiet:
        raise InputError("--format json and --quiet must not be given together: leave one out.")
    if design.experiment == SCRIPT and training.cluster:
        raise InputError(
            "Scripts must be repeated on this machine, because it is not known what they read: "
            "leave out --cluster."
        )
    if training.cluster and training.runs_per_gpu != "auto":
        raise InputError(
            f"--runs-per-gpu {training.runs_per_gpu} must not be given with --cluster, because "
            "each worker shares its own GPUs: start the workers with --resources GPU=N, and give "
            "--resource GPU=1 here."
        )
    if not training.cluster:
        start_processes(design)
    with no_search():
        from seedbed.sweeps.driver.run_sweep import run_sweep
        from seedbed.sweeps.driver.settings import SweepSettings
        from seedbed.sweeps.repeat.script_report import ScriptReport

    settings = SweepSettings(
        ledger=training.ledger,
        cluster=training.cluster,
        resources=training.resources,
        runs_per_gpu=training.runs_per_gpu,
        memory_limit=training.memory_limit,
        time_limit_s=training.time_limit,
        max_tries=training.tries,
        patience_s=training.patience,
        style=training.style,
        retry_failed=retry,
    )
    scripts = ScriptReport(design, training.style) if design.experiment == SCRIPT else None
    if scripts and first is not None:
        if not scripts.has_runs():
            run_sweep(first, training.workers, settings)
        scripts.check(asked or DEFAULT)
    result = run_sweep(design, training.workers, settings)
    _print_troubles(result, design.name, training)
    answered = False
    is_brief = last is not None and training.form != "json"
    if scripts and (result.finished or result.failed) and not result.undelivered:
        scripts.warn_of_folder()
        answered = not is_brief and scripts.numbers(asked or DEFAULT)
    if scripts and then is not None and result.finished:
        _print_alternatives(then, design.name, training, settings)
    if training.report and result.finished and not result.undelivered:
        as_json = training.form == "json"
        _print_report(
            design.name, asked or DEFAULT, as_json=as_json, answered=answered, is_brief=is_brief
        )
    if scripts and doctor:
        scripts.doctor()
    if last is not None and result.finished and not (result.undelivered or training.quiet):
        _print_conclusion(last(), as_json=training.form == "json")
    ctx = click.get_current_context()
    ctx.exit(130 if result.stopped else 1 if result.failed or result.undelivered else 0)


def _complain(sentence: str) -> None:
    print_text(sentence, error=True)


def _print_troubles(result: "SweepResult", name: str, training: TrainingOptions) -> None:
    """Print what failed and what is left, and what a search or a stop rule concludes."""
    for reason, names in _by_reason(result.failed).items():
        _complain(f"failed: {', '.join(names)}: {reason}")
    if result.conclusion and not training.quiet:
        _print_conclusion(result.conclusion, as_json=training.form == "json")
    if result.undelivered:
        _complain(f"{result.undelivered} The records wait in the store; run again.")
    if result.common_failure is not None:
        rest = f", so the other {result.left} are not tried" if result.left else ""
        _complain(
            f"Every run so far ended with this error{rest}: mend it and give the same command "
            "again."
        )
    elif result.left:
        left = "1 cell is left" if result.left == 1 else f"{result.left} cells are left"
        _complain(f"{left}: seedbed resume {name} continues it.")


def _print_alternatives(
    then: "TryAlternatives", name: str, training: TrainingOptions, settings: "SweepSettings"
) -> None:
    """Run the other courses of a script and print what became of its number."""
    from seedbed.sweeps.driver.run_sweep import run_sweep

    answers = then.measured(name, lambda one: run_sweep(one, training.workers, settings))
    said = [answer.sentences[0] for answer in answers] or [NOTHING_TO_TRY]
    for sentence in said:
        _print_conclusion(sentence, as_json=training.form == "json")


def _by_reason(failed: Mapping[str, str]) -> dict[str, list[str]]:
    """Reason → the runs that failed for it, so that one error is told once."""
    found: dict[str, list[str]] = {}
    for name, reason in failed.items():
        known = next((one for one in found if alike(one, reason)), reason)
        found.setdefault(known, []).append(name)
    return found


def _print_conclusion(text: str, as_json: bool) -> None:
    """Print what a search or a stop rule concludes."""
    if as_json:
        print_as_is(Concluded(text).line())
    else:
        print_text(f"\n{text}")


def _print_report(
    name: str, asked: "AskedOfScript", *, as_json: bool, answered: bool, is_brief: bool
) -> None:
    """Print the verdict, unless it was just answered, and where to look further.

    Args:
        name: The sweep.
        asked: Of scripts: the number and the arms that are asked about.
        as_json: Whether to print an event.
        answered: Whether the answer about the script was printed.
        is_brief: Whether only to say where to look further.
    """
    from seedbed.analysis.report.lowest_run import lowest_of_findings
    from seedbed.analysis.report.publish import publish
    from seedbed.tracking.store import Store
    from seedbed.tracking.ui_links import run_link

    store = Store()
    published = publish(name, store, asked=asked)
    files = published.files
    if published.not_logged:
        print_text(f"warning: {published.not_logged}", error=True, colour="yellow")
    if as_json:
        print_as_is(Reported(files.text, str(files.html)).line())
        return
    ui = f"seedbed ui {name}"
    if store.is_served:
        address = run_link(store.uri, published.experiment_id, published.run_id)
        ui = link(address, address)
    page = link(str(files.html), files.html.absolute().as_uri())
    rows = [f"Report     {page}", f"MLflow UI  {ui}"]
    if is_brief:
        print_as_is("\n".join(["", *rows]))
        return
    text = for_terminal(inert(_verdict_text(files, answered).rstrip()))
    lowest = [inert(row) for row in lowest_of_findings(files.findings)]
    print_as_is("\n".join([f"\n{text}{_chart(files.findings)}\n", *lowest, *rows]))


def _verdict_text(files: "ReportFiles", answered: bool) -> str:
    """The verdict or what follows it, with a table that fits where a terminal is narrow."""
    from seedbed.analysis.report.text import COLUMNS, after_answer, plain

    columns = shutil.get_terminal_size().columns
    narrow = sys.stdout.isatty() and columns < COLUMNS
    if answered:
        return after_answer(files.findings, columns if narrow else COLUMNS)
    return plain(files.findings, columns) if narrow else files.text


def _chart(findings: "Findings") -> str:
    """The runs as dots, as wide as the terminal; empty where the output is not a terminal."""
    if not sys.stdout.isatty():
        return ""
    from seedbed.analysis.report.text_chart import text_chart

    number = findings.number
    runs = {arm.label: [number.scale * dot.accuracy for dot in arm.dots] for arm in findings.arms}
    chart = text_chart(runs, shutil.get_terminal_size().columns, is_share=number.is_share)
    return f"\n\n{inert(chart)}" if chart else ""
