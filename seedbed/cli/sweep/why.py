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
from seedbed.cli.sweep.repeat import FLAGS, WithFlags
from seedbed.sweeps.repeat.why import WhyRequest, find_out
from seedbed.system.errors import InputError
from seedbed.system.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.analysis.answers.answer import Answer
    from seedbed.sweeps.design.design import Design

MINUTE_S = 60


@dataclass(frozen=True)
class WhyOptions:
    """The options of ``why``."""

    runs: int
    minutes: float | None
    name: str | None
    folder: Path | None
    vary_pinned: bool
    workers: int | None
    time_limit: float | None
    level: float
    form: str


@click.command(cls=WithFlags)
@click.argument("script", type=click.Path(path_type=Path))
@grouped(
    WhyOptions,
    "options",
    click.option("--runs", default=40, show_default=True, help="The most runs to spend."),
    click.option(
        "--minutes",
        type=click.FloatRange(min=0, min_open=True),
        help="Start no round after so long.",
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
def why(script: Path, options: WhyOptions) -> None:
    """Say which source makes a script's accuracy differ, and how to pin it.

    Reruns SCRIPT, unmodified: first twice with equal seeds, then with one source of randomness
    changed at a time. Words after -- are the script's own flags. The same command again continues.
    """
    groups = click.get_current_context().meta[FLAGS]
    if len(groups) > 1:
        raise InputError(
            f"why asks about one script with one group of flags, got {len(groups)} groups: leave "
            "out all but one --."
        )
    if not 0 < options.level < 1:
        raise InputError(f"--level must lie between 0 and 1, got {options.level}.")
    request = WhyRequest(
        script=script,
        flags=groups[0] if groups else (),
        runs=options.runs,
        folder=options.folder,
        name=options.name,
        vary_pinned=options.vary_pinned,
    )
    result = find_out(request, _Training(options), _progress(options), options.level)
    _print(result.answer, options.form)
    if options.form == "text":
        click.echo(
            inert(
                f"\n{result.runs} runs, recorded as the sweep {result.sweep}: seedbed report "
                f"{result.sweep} draws it."
            )
        )


class _Training:
    """Trains what a design asks for; counts the minutes."""

    def __init__(self, options: WhyOptions) -> None:
        self._options = options
        self._began = time.monotonic()
        self._rounds = 0

    def __call__(self, design: "Design") -> bool:
        from seedbed.runs.settings.tensorflow_setup import prepare
        from seedbed.sweeps.executors.local_pool import start_fork_server

        spent = (time.monotonic() - self._began) / MINUTE_S
        if self._rounds and self._options.minutes is not None and spent > self._options.minutes:
            return False
        self._rounds += 1
        prepare(design.numerics)
        start_fork_server()
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
    from seedbed.analysis.answers.why import with_table

    writers = {"json": to_json, "markdown": to_markdown, "csv": to_csv}
    text = writers[form](answer) if form in writers else "\n".join(with_table(answer).sentences)
    click.echo(("\n" if form == "text" else "") + inert(text))
