"""``seedbed why``: which source makes a script's accuracy differ from run to run."""

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seedbed.cli.option_groups import grouped
from seedbed.cli.sweep.option_words import one_value_each, values_by_name
from seedbed.cli.sweep.scripts.repeat import FLAGS, WithFlags
from seedbed.system.errors import InputError
from seedbed.system.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.analysis.answers.answer import Answer
    from seedbed.sweeps.design.design import Design
    from seedbed.sweeps.repeat.why_targets import Target

MINUTE_S = 60


@dataclass(frozen=True)
class WhyOptions:
    """The options of ``why``."""

    runs: int
    minutes: float | None
    metric: str | None
    fixed: tuple[str, ...]
    name: str | None
    folder: Path | None
    vary_pinned: bool
    workers: int | None
    time_limit: float | None
    level: float
    form: str


@click.command(cls=WithFlags)
@click.argument("target", metavar="SCRIPT | EXPERIMENT | SWEEP")
@grouped(
    WhyOptions,
    "options",
    click.option("--runs", default=40, show_default=True, help="The most runs to spend."),
    click.option(
        "--minutes",
        type=click.FloatRange(min=0, min_open=True),
        help="Start no round after so long.",
    ),
    click.option(
        "--metric",
        help="The number that it is about, as `seedbed numbers` names it  [default: the accuracy].",
    ),
    click.option(
        "--set",
        "fixed",
        multiple=True,
        metavar="OPTION=VALUE",
        help="Of an experiment: an option of every run, e.g. epochs=5.",
    ),
    click.option("--name", help="Name of the sweep  [default: the script's and a few digits]."),
    click.option(
        "--folder",
        type=click.Path(path_type=Path),
        help="Run in a copy of this folder, which holds the script  [default: the script's own].",
    ),
    click.option(
        "--vary-pinned", is_flag=True, help="Vary the seeds that the script sets itself as well."
    ),
    click.option("--workers", type=click.IntRange(min=1, max=1024), help="Runs at once."),
    click.option(
        "--time-limit",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Of one run; a longer one fails.",
    ),
    click.option(
        "--level", default=0.95, show_default=True, help="Confidence level of the intervals."
    ),
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "csv", "markdown"]),
        default="text",
        show_default=True,
        help="What to print.",
    ),
)
def why(target: str, options: WhyOptions) -> None:
    """Say which source makes a script's accuracy differ, and how to pin it.

    Reruns a SCRIPT, unmodified, or an EXPERIMENT: first with equal seeds, then with one source of
    randomness changed at a time. Words after -- are the script's own flags. The same command again
    continues. Of a recorded SWEEP it says what its runs tell, and runs nothing.
    """
    from seedbed.sweeps.repeat.why import WhyRequest, find_out
    from seedbed.sweeps.repeat.why_targets import is_target

    flags = _flags()
    if not is_target(target):
        _print(_of_sweep(target, flags, options), options.form)
        return
    request = WhyRequest(
        _target(target, flags, options), options.runs, options.metric, options.level
    )
    result = find_out(request, _Training(options), _progress(options))
    _print(result.answer, options.form)
    if options.form == "text":
        click.echo(
            inert(
                f"\n{result.runs} runs, recorded as the sweep {result.sweep}: seedbed report "
                f"{result.sweep} draws it."
            )
        )


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
    from seedbed.sweeps.repeat.why_targets import (
        ExperimentTarget,
        ScriptTarget,
        is_experiment_file,
    )

    if given in NAMES or is_experiment_file(Path(given)):
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
    return ScriptTarget(Path(given), flags, options.folder, options.name, options.vary_pinned)


def _of_sweep(name: str, flags: tuple[str, ...], options: WhyOptions) -> "Answer":
    from seedbed.cli.sweep.find_sweep import sweep_name
    from seedbed.sweeps.repeat.why_recorded import why_recorded

    if Path(name).suffix in (".yaml", ".yml"):
        raise InputError(
            f"why takes a script, an experiment or the name of a recorded sweep, got {name}: run "
            f"it with seedbed sweep {name}, then ask by its name."
        )
    if flags or options.fixed:
        raise InputError(
            f"Flags and --set belong to a script or an experiment, but {name} is a recorded "
            "sweep: leave them out."
        )
    return why_recorded(sweep_name(name), options.metric, options.level)


class _Training:
    """Trains what a design asks for; counts the minutes."""

    def __init__(self, options: WhyOptions) -> None:
        self._options = options
        self._began = time.monotonic()
        self._rounds = 0

    def __call__(self, design: "Design") -> bool:
        from seedbed.runs.execution.catalog import SCRIPT
        from seedbed.runs.settings.tensorflow_setup import prepare
        from seedbed.sweeps.executors.local_pool import PRELOAD, start_fork_server
        from seedbed.sweeps.repeat.script_design import preloads

        spent = (time.monotonic() - self._began) / MINUTE_S
        if self._rounds and self._options.minutes is not None and spent > self._options.minutes:
            return False
        self._rounds += 1
        prepare(design.numerics)
        start_fork_server((PRELOAD, *(preloads(design) if design.experiment == SCRIPT else ())))
        from seedbed.sweeps.driver.run_sweep import run_sweep
        from seedbed.sweeps.driver.settings import SweepSettings

        style: Literal["live", "quiet"] = "live" if self._options.form == "text" else "quiet"
        settings = SweepSettings(time_limit_s=self._options.time_limit, style=style)
        with contextlib.ExitStack() as stack:
            if style == "quiet":  # warnings of runs must not stand before the answer
                stack.enter_context(contextlib.redirect_stdout(sys.stderr))
            result = run_sweep(design, self._options.workers, settings)
        for name, reason in result.failed.items():
            click.echo(inert(f"failed: {name}: {reason}"), err=True)
        if result.stopped:
            click.get_current_context().exit(130)
        return bool(result.finished) and not result.undelivered


def _progress(options: WhyOptions) -> Callable[["Answer", int], None]:
    def told(answer: "Answer", runs: int) -> None:
        if options.form == "text":
            click.echo(inert(f"after {runs} runs: {answer.sentences[0]}"), err=True)

    return told


def _print(answer: "Answer", form: str) -> None:
    from seedbed.analysis.answers.answer import to_csv, to_json, to_markdown

    writers = {"json": to_json, "markdown": to_markdown, "csv": to_csv}
    text = writers[form](answer) if form in writers else answer.text
    click.echo(("\n" if form == "text" else "") + inert(text))
