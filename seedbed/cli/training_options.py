"""The options of every verb that trains."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from seedbed.system.errors import InputError
from seedbed.system.masking import password_of

if TYPE_CHECKING:
    pass


Command = Callable[..., Any]


def _ledger(ctx: click.Context, param: click.Parameter, url: str | None) -> str | None:
    """Warn of a password that everybody on this machine can read."""
    given = ctx.get_parameter_source(str(param.name))
    if url and given is ParameterSource.COMMANDLINE and password_of(url):
        click.echo(
            "warning: the password in --ledger can be read in the list of processes (ps): set "
            "SEEDBED_LEDGER instead, or keep the password in a PGPASSFILE.",
            err=True,
        )
    return url


LEDGER = click.option(
    "--ledger",
    callback=_ledger,
    envvar="SEEDBED_LEDGER",
    metavar="URL",
    help="postgresql://… where drivers on several hosts share the sweep  "
    "[default: a journal file in the store; SEEDBED_LEDGER].",
)


AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


MAX_WORKERS = 1024


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


def training_options(command: Command) -> Command:
    """The options of every command that trains."""
    for option in (
        click.option("--report/--no-report", default=True, help="End with verdict and report."),
        AS_JSON,
        click.option("--quiet", is_flag=True, help="Say only what failed."),
        click.option(
            "--tries",
            type=click.IntRange(min=1),
            default=3,
            show_default=True,
            help="Of a cell that fails for a reason that may pass.",
        ),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="Of one run; a longer one fails.",
        ),
        click.option(
            "--patience",
            type=click.FloatRange(min=0),
            default=120.0,
            show_default=True,
            metavar="SECONDS",
            help="How long a ledger that is away or a full disk is waited for.",
        ),
        click.option(
            "--memory-limit",
            callback=_memory,
            metavar="SIZE",
            help="Of one run's process, e.g. 3G; a larger one fails.",
        ),
        click.option(
            "--resource",
            "resources",
            multiple=True,
            callback=_resources,
            metavar="NAME=AMOUNT",
            help="What a run needs of a cluster's worker, e.g. GPU=1.",
        ),
        click.option(
            "--cluster", metavar="ADDRESS", help="Train on a Dask cluster, e.g. tcp://host:8786."
        ),
        LEDGER,
        click.option(
            "--workers",
            type=click.IntRange(min=1, max=MAX_WORKERS),
            help="Runs at once  [default: the cores, or the cluster's threads].",
        ),
    ):
        command = option(command)
    return command
