"""``python -m seedbed``: run a sweep, look at it, stop it, go on with it."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from seedbed.runs.execution.catalog import SCRIPT
from seedbed.runs.settings.tensorflow_setup import prepare, usable_cores
from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.executors.local_pool import start_fork_server
from seedbed.sweeps.repeat.script_design import split_flags
from seedbed.system.errors import InputError
from seedbed.system.gc_pause import no_search
from seedbed.system.masking import masked, password_of
from seedbed.system.paths import store_folder
from seedbed.system.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.sweeps.ledger.ledger import Ledger

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
FLAGS = "seedbed.flags"


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


def _where(command: Command) -> Command:
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


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the sweep  [default: the file's `name`, or its file name].")
@_where
def sweep(file: Path, name: str | None, **given: Any) -> None:
    """Run the sweep that FILE describes; what is done already is not done again."""
    _run(load(file, None if name is None else _name(name, "--name")), given)


@click.command()
@click.argument("sweep")
@_where
def resume(sweep: str, **given: Any) -> None:
    """Go on with SWEEP, from its name alone; any number of drivers may."""
    _run(_design_of(sweep, given["ledger"]), given)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Validate FILE and say what it asks for; nothing is run."""
    design = load(file)
    from seedbed.sweeps.design.forecast import check_minutes, outlook, pace

    known = pace(design)
    check_minutes(design, known)
    click.echo(outlook(design, known, usable_cores()))


@click.command()
@click.argument("sweep")
@LEDGER
@AS_JSON
def status(sweep: str, ledger: str | None, as_json: bool) -> None:
    """What of SWEEP is done, running (where, since when), failed (why) and left."""
    from seedbed.sweeps.ledger.status import read_status, show

    with closing(_ledger_of(sweep, ledger)) as opened:
        found = read_status(opened)
    click.echo(inert(found.as_json() if as_json else show(found)))


@click.command()
@click.argument("sweep")
@LEDGER
def stop(sweep: str, ledger: str | None) -> None:
    """Have every driver of SWEEP finish what runs and start nothing more."""
    with closing(_ledger_of(sweep, ledger)) as opened:
        opened.order("stop")
    click.echo(f"{sweep}: its drivers finish what runs. seedbed resume {sweep} goes on.")


@click.command()
@click.argument("sweep")
@LEDGER
def cancel(sweep: str, ledger: str | None) -> None:
    """Have every driver of SWEEP stop what runs, now."""
    with closing(_ledger_of(sweep, ledger)) as opened:
        opened.order("cancel")
    click.echo(f"{sweep}: its drivers stop what runs. seedbed resume {sweep} goes on.")


@click.command()
@click.argument("sweep")
@click.option("--failed", is_flag=True, required=True, help="The cells that failed for good.")
@LEDGER
def retry(sweep: str, failed: bool, ledger: str | None) -> None:  # noqa: ARG001 (says which cells)
    """Queue cells of SWEEP once more; drivers that run take them, or resume does."""
    with closing(_ledger_of(sweep, ledger)) as opened:
        again = opened.retry_failed()
    cells = "1 cell waits" if len(again) == 1 else f"{len(again)} cells wait"
    click.echo(f"{sweep}: {cells} again. seedbed resume {sweep} runs what waits.")


class _WithFlags(click.Command):
    """A command after whose ``--`` the flags of somebody else follow, in groups."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the groups aside before click sees them."""
        own, ctx.meta[FLAGS] = split_flags(args)
        return super().parse_args(ctx, own)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show that flags may follow."""
        return [*super().collect_usage_pieces(ctx), "[-- FLAGS …]…"]


@click.command(cls=_WithFlags)
@click.argument("scripts", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--seeds", default="10", show_default=True, help="How many runs, or which: 3,5,8.")
@click.option("--name", help="Of the sweep  [default: the scripts' names and a few digits].")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Run in a copy of this folder, which holds the scripts  [default: each script's own].",
)
@click.option("--keep-seeds", is_flag=True, help="Leave the seeds that the scripts set.")
@click.option(
    "--predictions/--no-predictions",
    default=True,
    help="After each evaluate on arrays, ask the model for its predictions.",
)
@click.option(
    "--numeric",
    type=click.Choice(["fixed", "free"]),
    default="fixed",
    show_default=True,
    help="free: threads and operations may vary, as in everyday use.",
)
@click.option("--doctor", is_flag=True, help="End with what in the scripts makes them vary.")
@_where
def repeat(scripts: tuple[Path, ...], seeds: str, numeric: str, doctor: bool, **given: Any) -> None:
    """Run training SCRIPTS and notebooks as they are, each with many seeds, and compare them.

    What follows -- are the script's own flags; each further -- begins another group of them, which
    makes another configuration.
    """
    from seedbed.sweeps.repeat.script_design import Asked, design_of, seeds_of

    asked = Asked(
        scripts=scripts,
        flags=click.get_current_context().meta[FLAGS],
        seeds=seeds_of(seeds),
        name=given.pop("name"),
        folder=given.pop("folder"),
        keep_seeds=given.pop("keep_seeds"),
        predictions=given.pop("predictions"),
        free=numeric == "free",
    )
    _run(design_of(asked), given, doctor)


@click.command()
@click.argument("sweep")
@click.option("--alias", metavar="NAME", help="Points to this version from now on, e.g. champion.")
@click.option("--name", metavar="NAME", help="Of the registered model  [default: the experiment].")
def register(sweep: str, alias: str | None, name: str | None) -> None:
    """Put the best network of SWEEP, chosen on validation data, into MLflow's model registry."""
    from seedbed.analysis import model_choice as chosen
    from seedbed.tracking.model_registry import register_run
    from seedbed.tracking.reading.sweep_reader import read_sweep
    from seedbed.tracking.store import Store

    name = None if name is None else chosen.checked_name(name)
    alias = None if alias is None else chosen.checked_alias(alias)
    store = Store()
    store.check()
    record = read_sweep(_name(sweep), store)
    choice = chosen.choose(record)
    click.echo(inert(f"Registering {choice.run.name} …"), err=True)
    version = register_run(
        store,
        choice.run.run_id,
        name or chosen.checked_name(record.experiment),
        chosen.description(choice, record),
        alias=alias,
        tags={"sweep": record.name, "experiment": record.experiment},
    )
    click.echo(chosen.shown(choice, version))


def _run(design: Design, given: dict[str, Any], doctor: bool = False) -> None:
    if given["as_json"] and given["quiet"]:
        raise InputError("--json and --quiet must not be given together: leave one out.")
    if design.experiment == SCRIPT and given["cluster"]:
        raise InputError(
            "Scripts must be repeated on this machine, because it is not known what they read: "
            "leave out --cluster."
        )
    if not given["cluster"]:  # it loads TensorFlow while this process loads MLflow
        prepare(design.numerics)
        start_fork_server()
    with no_search():
        from seedbed.sweeps.driver.display import Style
        from seedbed.sweeps.driver.run_sweep import Where, run_sweep
        from seedbed.sweeps.repeat.script_report import Repeating

    style: Style = "json" if given["as_json"] else "quiet" if given["quiet"] else "live"
    where = Where(
        ledger=given["ledger"],
        cluster=given["cluster"],
        resources=given["resources"],
        memory_limit=given["memory_limit"],
        time_limit_s=given["time_limit"],
        max_tries=given["tries"],
        patience_s=given["patience"],
        style=style,
    )
    scripts = Repeating(design, style) if design.experiment == SCRIPT else None
    result = run_sweep(design, given["workers"], where)
    for name, reason in result.failed.items():
        click.echo(inert(f"failed: {name}: {reason}"), err=True)
    if result.conclusion and not given["quiet"]:
        _conclusion(result.conclusion, as_json=given["as_json"])
    if result.undelivered:
        click.echo(f"{result.undelivered} The records wait in the store; run again.", err=True)
    if result.left:
        click.echo(
            f"{result.left} cells are left: seedbed resume {design.name} goes on.",
            err=True,
        )
    if scripts and result.finished and not result.undelivered:
        scripts.numbers()
    if given["report"] and result.finished and not result.undelivered:
        _report(design.name, as_json=given["as_json"])
    if scripts and doctor:
        scripts.doctor()
    ctx = click.get_current_context()
    ctx.exit(130 if result.stopped else 1 if result.failed or result.undelivered else 0)


def _conclusion(text: str, as_json: bool) -> None:
    """What a search or a stop rule has to say."""
    click.echo(json.dumps({"event": "conclusion", "text": text}) if as_json else f"\n{text}")


def _report(name: str, as_json: bool) -> None:
    """Print the verdict, and where to look further."""
    from seedbed.analysis.report.publish import publish
    from seedbed.system.paths import tracking_uri
    from seedbed.tracking.store import Store

    files = publish(name, Store()).files
    uri = tracking_uri()
    ui = "make ui" if uri.startswith("sqlite:") else masked(uri)
    if as_json:
        click.echo(json.dumps({"event": "report", "text": files.text, "html": str(files.html)}))
        return
    click.echo(f"\n{inert(files.text)}\n\nReport     {files.html}\nMLflow UI  {ui}")


def _design_of(sweep: str, url: str | None) -> Design:
    """The design of a sweep that was run before, from what its ledger noted."""
    from seedbed.sweeps.ledger.ledger import file_of
    from seedbed.sweeps.ledger.storage import open_book

    if Path(sweep).suffix in (".yaml", ".yml"):
        return load(Path(sweep))
    with closing(open_book(_name(sweep), url, create=False)) as book:
        text = file_of(book)
    if text is None:
        place = masked(url) if url else "the store"
        raise InputError(
            f"The ledger of {sweep!r} in {place} must say which cells it has, but its driver was "
            "stopped before it could: start it with seedbed sweep FILE."
        )
    path = store_folder("ledgers") / f"{sweep}.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, sweep)


def _ledger_of(sweep: str, url: str | None) -> "Ledger":
    from seedbed.sweeps.ledger.ledger import Ledger
    from seedbed.sweeps.ledger.storage import open_book

    design = _design_of(sweep, url)
    return Ledger(open_book(design.name, url, create=False), design)


def _name(sweep: str, what: str = "SWEEP") -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", sweep):
        raise InputError(
            f"{what} must be the name of a sweep (letters, digits, '_', '-' and '.', at most 100)"
            f"{' or its file' if what == 'SWEEP' else ''}, got {sweep!r}: give {what} first, say."
        )
    return sweep
