"""``seedbed why``: which source makes a script's accuracy differ from run to run."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.figure_option import figure_options
from seedbed.cli.ask.options import FORMAT, LATEX
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.option_groups import grouped
from seedbed.cli.run_options import BACKEND, OFFLINE_DATA, TIME_LIMIT
from seedbed.cli.sweep.option_words import one_value_each, values_by_name
from seedbed.cli.sweep.run_cells import start_processes
from seedbed.cli.sweep.scripts.repeat import WithFlags
from seedbed.cli.sweep.scripts.script_arguments import FLAGS
from seedbed.cli.sweep.scripts.why_training import Training
from seedbed.system.errors import InputError, ReadOnlyError
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.analysis.answers.answer import Answer
    from seedbed.sweeps.repeat.why import WhyRequest, WhyResult
    from seedbed.sweeps.repeat.why_targets import Target


@dataclass(frozen=True)
class WhyOptions:
    """The options of ``why``."""

    runs: int
    minutes: float | None
    metric: str | None
    fixed: tuple[str, ...]
    name: str | None
    folder: Path | None
    backend: str | None
    vary_pinned: bool
    vary_environment: bool
    offline_data: bool
    doctor: bool
    try_fix: bool
    workers: int | None
    time_limit: float | None
    level: float
    form: Format


@click.command(cls=WithFlags)
@click.argument("target", metavar="SCRIPT | EXPERIMENT | SWEEP")
@grouped(
    WhyOptions,
    "options",
    click.option("--runs", default=40, show_default=True, help="The most runs to spend."),
    click.option(
        "--minutes",
        type=click.FloatRange(min=0, min_open=True),
        help="Start no new round after this time.",
    ),
    click.option(
        "--metric",
        help="The number to ask about, as `seedbed numbers` names it  [default: the accuracy].",
    ),
    click.option(
        "--set",
        "fixed",
        multiple=True,
        metavar="OPTION=VALUE",
        help="With an experiment: an option of every run, e.g. epochs=5.",
    ),
    click.option("--name", help="Name of the sweep  [default: the script's and a few digits]."),
    click.option(
        "--folder",
        type=click.Path(path_type=Path),
        help="Run in a copy of this folder, which holds the script  [default: the script's own].",
    ),
    BACKEND,
    click.option("--vary-pinned", is_flag=True, help="Also vary the seeds that the script sets."),
    click.option(
        "--vary-environment",
        is_flag=True,
        help="Also vary threads, deterministic operations and oneDNN, as one source.",
    ),
    OFFLINE_DATA,
    click.option(
        "--doctor", is_flag=True, help="Show the measured effect of each of the doctor's findings."
    ),
    click.option(
        "--try-fix",
        is_flag=True,
        help="With up to 10 more runs: the spread after the doctor's safe fixes.",
    ),
    click.option("--workers", type=click.IntRange(min=1, max=1024), help="Runs at once."),
    TIME_LIMIT,
    click.option(
        "--level", default=0.95, show_default=True, help="Confidence level of the intervals."
    ),
    FORMAT,
    LATEX,
)
@figure_options
def why(target: str, options: WhyOptions) -> None:
    """Say which source makes a script's accuracy differ, and how to pin it.

    Reruns a SCRIPT, unmodified, or an EXPERIMENT: first with equal seeds, then with one source of
    randomness changed at a time. Words after -- are the script's own flags. The same command again
    continues. Of a recorded SWEEP it says what its runs tell, and runs nothing.
    """
    from seedbed.runs.settings.tensorflow_setup import usable_cores
    from seedbed.sweeps.repeat.why import WhyRequest, find_out, with_side_by_side
    from seedbed.sweeps.repeat.why_earlier import is_begun, older_script
    from seedbed.sweeps.repeat.why_targets import is_target
    from seedbed.tracking.store import Store
    from seedbed.tracking.writing.experiment_note import note_headline

    flags = _flags()
    _refuse_address(target)
    if not is_target(target):
        _print(_of_sweep(target, flags, options), options.form)
        return
    meant = _target(target, flags, options)
    workers = options.workers or usable_cores()
    request = WhyRequest(meant, options.runs, options.metric, options.level, workers)
    training = Training(
        options.workers, options.minutes, options.time_limit, is_text=options.form == "text"
    )
    first = meant.design(meant.first)
    if not is_begun(first.name):
        start_processes(first)  # TensorFlow is loaded there while MLflow is loaded here
    older = older_script(first)
    if older is not None:
        print_text(f"warning: {older}.", error=True, colour="yellow")
    result = find_out(request, training, _progress(options))
    result = with_side_by_side(result, request, _say(options), options.time_limit)
    if not result.is_new and options.form == "text":
        text = f"{result.sweep}: all {result.runs} runs are recorded, so nothing was run."
        print_text(text)
    answer = _with_doctor(result, request, training, options)
    _print(answer, options.form)
    if result.is_new or options.form == "text":  # a program that asks again writes nothing
        with suppress(ReadOnlyError):  # an earlier call, which ran them, noted it
            note_headline(result.sweep, result.answer.sentences[0], Store())
    if options.form == "text":
        text = (
            f"{result.runs} runs, recorded as the sweep {result.sweep}: seedbed report "
            f"{result.sweep} draws it."
        )
        print_text(f"\n{text}")
        _print_lowest(result.sweep)


def _print_lowest(sweep: str) -> None:
    """Print which run scores lowest, and the command that repeats it."""
    from seedbed.analysis.report.lowest_run import note_lowest
    from seedbed.tracking.store import Store

    if rows := note_lowest(sweep, Store()):
        print_as_is(inert("\n".join(["", *rows])))


def _with_doctor(
    result: "WhyResult", request: "WhyRequest", training: Training, options: WhyOptions
) -> "Answer":
    """The answer; where asked, with the doctor's findings and what its fixes do."""
    from seedbed.sweeps.repeat.why_doctor import with_findings
    from seedbed.sweeps.repeat.why_targets import ScriptTarget
    from seedbed.sweeps.repeat.why_try_fix import with_fixes

    answer, target = result.answer, request.target
    if not isinstance(target, ScriptTarget):
        return answer
    if options.doctor or options.try_fix:
        answer = with_findings(answer, target.script)
    if options.try_fix:
        answer = with_fixes(answer, request, result.sweep, training)
    return answer


def _flags() -> tuple[str, ...]:
    groups = click.get_current_context().meta[FLAGS]
    if len(groups) > 1:
        raise InputError(
            f"why asks about one script with one group of flags, got {len(groups)} groups: leave "
            "out all but one --."
        )
    return groups[0] if groups else ()


def _target(given: str, flags: tuple[str, ...], options: WhyOptions) -> "Target":
    """The script or the experiment that is meant."""
    from seedbed.runs.execution.catalog import NAMES
    from seedbed.runs.script.process.outside_seeds import hash_seed_of_shell
    from seedbed.sweeps.repeat.why_targets import (
        ExperimentTarget,
        ScriptTarget,
        is_experiment_file,
    )

    if given in NAMES or is_experiment_file(Path(given)):
        _refuse_doctor(given, "an experiment", options)
        if options.offline_data:
            raise InputError(
                f"--offline-data must follow a script, but {given} is an experiment, which has its "
                "data set as an option: write --set dataset=mnist5k, say."
            )
        if flags:
            raise InputError(
                f"An experiment's options must be given with --set, got {flags[0]!r} after --: "
                "write --set epochs=5, say."
            )
        fixed = one_value_each(values_by_name(options.fixed, "--set"))
        return ExperimentTarget(given, fixed, options.name)
    if options.fixed:
        raise InputError(
            f"--set must follow an experiment, but {given} is a script: give its own flags after "
            "--."
        )
    return ScriptTarget(
        Path(given),
        flags,
        options.folder,
        options.name,
        options.vary_pinned,
        options.vary_environment,
        options.offline_data,
        options.backend or "",
        hash_seed_of_shell(),
    )


def _refuse_address(given: str) -> None:
    from seedbed.tracking.importing.readers import is_address

    if is_address(given):
        raise InputError(
            f"why takes a script, an experiment or the name of a recorded sweep, got {given}, "
            f"which another tool recorded: ask seedbed sources {given}."
        )


def _refuse_doctor(given: str, what: str, options: WhyOptions) -> None:
    if options.doctor or options.try_fix:
        raise InputError(
            f"--doctor and --try-fix must follow a script, but {given} is {what}: leave them out."
        )


def _of_sweep(name: str, flags: tuple[str, ...], options: WhyOptions) -> "Answer":
    from seedbed.analysis.answers.why.of_sweep import why_recorded
    from seedbed.sweeps.driver.find_sweep import sweep_name

    if Path(name).suffix in (".yaml", ".yml"):
        raise InputError(
            f"why takes a script, an experiment or the name of a recorded sweep, got {name}: run "
            f"it with seedbed sweep {name}, then ask by its name."
        )
    _refuse_doctor(name, "a recorded sweep", options)
    if options.offline_data:
        raise InputError(
            f"--offline-data must follow a script, but {name} is a recorded sweep: leave it out."
        )
    if flags or options.fixed:
        raise InputError(
            f"Flags and --set belong to a script or an experiment, but {name} is a recorded "
            "sweep: leave them out."
        )
    return why_recorded(sweep_name(name), options.metric, options.level)


def _progress(options: WhyOptions) -> Callable[["Answer", int], None]:
    def told(answer: "Answer", runs: int) -> None:
        if options.form == "text":
            print_text(f"after {runs} runs: {answer.sentences[0]}", error=True)

    return told


def _say(options: WhyOptions) -> Callable[[str], None]:
    def say(sentence: str) -> None:
        if options.form == "text":
            print_text(f"{sentence} …", error=True)

    return say


def _print(answer: "Answer", form: Format) -> None:
    from seedbed.analysis.questions.results.result import Result

    if form == "text":
        print_text()
    emit(Result(answer), form)
