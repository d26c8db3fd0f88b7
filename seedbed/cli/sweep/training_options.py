"""The options of every verb that runs a sweep."""

import re
from dataclasses import dataclass
from typing import Literal

import click
from click.core import ParameterSource

from seedbed.cli.format_option import TEXT_OR_JSON
from seedbed.cli.option_groups import Command, grouped
from seedbed.cli.run_options import TIME_LIMIT
from seedbed.system.errors import InputError
from seedbed.system.text.masking import password_of
from seedbed.system.text.printing import print_text

UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
MAX_WORKERS = 1024


@dataclass(frozen=True)
class TrainingOptions:
    """How a sweep is to be run and shown.

    Attributes:
        workers: Runs at once, or None for one per core or thread of the cluster.
        ledger: ``postgresql://…``, or None for a journal file in the store.
        cluster: Address of a Dask scheduler, or None for this machine.
        resources: What a run needs of a Dask worker, e.g. ``{"GPU": 1}``.
        runs_per_gpu: How many runs share a GPU of this machine; ``auto``: as many as fit.
        memory_limit: Bytes that a run's process may keep, or None.
        patience: Seconds to wait for a ledger that is away or a full disk.
        time_limit: Seconds that a run may take, or None.
        tries: Tries of a cell that fails for a reason that may pass.
        quiet: Whether to print failures only.
        form: ``json`` to print JSON, one event a line.
        report: Whether to end with the verdict and the report.
    """

    workers: int | None
    ledger: str | None
    cluster: str | None
    resources: dict[str, float]
    runs_per_gpu: int | Literal["auto"]
    memory_limit: int | None
    patience: float
    time_limit: float | None
    tries: int
    quiet: bool
    form: Literal["text", "json"]
    report: bool

    @property
    def style(self) -> Literal["live", "quiet", "json"]:
        """How to show what happens."""
        return "json" if self.form == "json" else "quiet" if self.quiet else "live"


def _ledger(ctx: click.Context, param: click.Parameter, url: str | None) -> str | None:
    """Warn about a password that everybody on this machine can read."""
    given = ctx.get_parameter_source(str(param.name))
    if url and given is ParameterSource.COMMANDLINE and password_of(url):
        warning = (
            "warning: the password in --ledger can be read in the list of processes (ps): set "
            "SEEDBED_LEDGER instead, or keep the password in a PGPASSFILE."
        )
        print_text(warning, error=True)
    return url


LEDGER = click.option(
    "--ledger",
    callback=_ledger,
    envvar="SEEDBED_LEDGER",
    metavar="URL",
    help="postgresql://…, shared by drivers on several hosts  "
    "[default: a journal file in the store; SEEDBED_LEDGER].",
)


def _memory(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([kMG]?)B?", text, re.IGNORECASE)
    if not match or not float(match[1]):
        raise InputError(
            f"--memory-limit must be a size such as 3G or 800M, got {text!r}: give the bytes that "
            "a run may keep, with k, M or G."
        )
    return int(float(match[1]) * UNITS[match[2].lower()])


def _resources(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> dict[str, float]:
    found = {}
    for text in texts:
        name, _, amount = text.partition("=")
        try:
            found[name] = float(amount)
        except ValueError:
            found[name] = 0.0
        if not name or not found[name] > 0:
            raise InputError(
                f"--resource must be NAME=AMOUNT, got {text!r}: e.g. GPU=1 for workers that were "
                "started with --resources GPU=1."
            )
    return found


def _runs_per_gpu(_ctx: click.Context, _param: click.Parameter, text: str) -> int | Literal["auto"]:
    if text == "auto":
        return "auto"
    if not text.isdecimal() or not 1 <= int(text) <= MAX_WORKERS:
        raise InputError(
            f"--runs-per-gpu must be auto or a whole number from 1 to {MAX_WORKERS}, got {text!r}: "
            "give how many runs are to share a GPU."
        )
    return int(text)


def training_options(command: Command) -> Command:
    """Add the options of every verb that runs a sweep; they arrive as ``training``."""
    return grouped(
        TrainingOptions,
        "training",
        click.option(
            "--workers",
            type=click.IntRange(min=1, max=MAX_WORKERS),
            help="Runs at once  [default: the cores, what GPUs take, or the cluster's threads].",
        ),
        LEDGER,
        click.option(
            "--cluster", metavar="ADDRESS", help="Train on a Dask cluster, e.g. tcp://host:8786."
        ),
        click.option(
            "--resource",
            "resources",
            multiple=True,
            callback=_resources,
            metavar="NAME=AMOUNT",
            help="What a run needs from a cluster's worker, e.g. GPU=1.",
        ),
        click.option(
            "--runs-per-gpu",
            callback=_runs_per_gpu,
            default="auto",
            metavar="N",
            help="Runs that share a GPU of this machine  [default: auto, as many as fit].",
        ),
        click.option(
            "--memory-limit",
            callback=_memory,
            metavar="SIZE",
            help="Memory of one run's process, e.g. 3G; a run that needs more fails.",
        ),
        click.option(
            "--patience",
            type=click.FloatRange(min=0),
            default=120.0,
            show_default=True,
            metavar="SECONDS",
            help="How long to wait for a ledger that does not answer, or a full disk.",
        ),
        TIME_LIMIT,
        click.option(
            "--tries",
            type=click.IntRange(min=1),
            default=3,
            show_default=True,
            help="Times to try a cell whose failure may be temporary.",
        ),
        click.option("--quiet", is_flag=True, help="Print failures only."),
        TEXT_OR_JSON,
        click.option("--report/--no-report", default=True, help="End with verdict and report."),
    )(command)
