"""``seedbed service``: start parts of the service, check their health, save and restore it."""

import os
import sys
from pathlib import Path
from typing import IO

import click

from seedbed.cli.program import Program
from seedbed.service.secrets import OF_THE_STACK, read_files, refuse_weak, write_env
from seedbed.system.errors import InputError
from seedbed.system.paths import SHIPPED, home


@click.group(name="service", cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def service() -> None:
    """Run a team's service: start, health, backup, secrets."""


@service.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def start(command: tuple[str, ...]) -> None:
    """Become COMMAND, once its secrets are there and cannot be guessed."""
    _prepare()
    try:
        os.execvp(command[0], command)  # noqa: S606 (that is what it is for)
    except OSError as error:
        raise InputError(
            f"COMMAND must be a program that can be run, got {command[0]!r}: {error.strerror}."
        ) from None


@service.command()
def check() -> None:
    """Refuse to go on unless every secret of the stack is set and cannot be guessed."""
    read_files(os.environ)
    refuse_weak(os.environ, required=OF_THE_STACK)
    click.echo("Every secret is set, and none of them is easily guessed.")


@service.command()
@click.argument("file", type=click.Path(path_type=Path), default=home() / ".env")
def secrets(file: Path) -> None:
    """Write FILE (.env) with random secrets; one that exists is left alone."""
    write_env(file, SHIPPED / ".env.example")
    click.echo(f"{file} is written, for your eyes only; keep a copy where the backups are.")


@service.command()
def accounts() -> None:
    """Make MLflow's accounts admin and nightly, or give them the passwords of the environment."""
    from seedbed.service.accounts import set_accounts

    _prepare()
    for sentence in set_accounts(os.environ) or ["The accounts are as they should be."]:
        click.echo(sentence)


@service.command()
@click.argument("what", type=click.Choice(["mlflow", "overview", "scheduler", "worker"]))
@click.argument("address")
def healthy(what: str, address: str) -> None:
    """Ask the service at ADDRESS as its users do; exit status 1 unless it answers."""
    from seedbed.service import health
    from seedbed.service.dask_tls import use_certificate

    read_files(os.environ)
    use_certificate(os.environ)
    if what == "mlflow":
        health.check_mlflow(address, os.environ)
    elif what == "overview":
        health.check_overview(address)
    elif what == "scheduler":
        health.check_scheduler(address)
    else:
        health.check_worker(address)
    click.echo("well")


@service.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def backup(file: Path) -> None:
    """Save databases, artifacts and store to FILE, or to the standard output: -."""
    from seedbed.service.backup import back_up
    from seedbed.service.places import Places

    read_files(os.environ)
    places = Places.of(os.environ)
    if str(file) == "-":
        if sys.stdout.isatty():
            raise InputError("FILE must not be the terminal: give a path, or > FILE behind it.")
        counts = back_up(places, sys.stdout.buffer)
    else:
        if file.exists():
            raise InputError(f"FILE must be new, but {file} exists: give another name.")
        part = file.with_name(f"{file.name}.part")
        try:
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as out:
                counts = back_up(places, out)
                out.flush()
                os.fsync(out.fileno())
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
    saved = ", ".join(f"{name} {count}" for name, count in counts.items())
    click.echo(f"Saved: {saved} (databases in bytes, folders in files).", err=True)


@service.command()
@click.argument("file", type=click.File("rb"))
@click.option("--yes", is_flag=True, help="Replace what is there.")
def restore(file: IO[bytes], yes: bool) -> None:
    """Bring back the backup FILE, or the one on the standard input: -."""
    from seedbed.service.places import Places
    from seedbed.service.restore import restore as bring_back

    read_files(os.environ)
    manifest = bring_back(Places.of(os.environ), file, yes)
    click.echo(f"Restored: the backup of {manifest['made']}, {len(manifest['sha256'])} files.")


def _prepare() -> None:
    """Take secrets from files, refuse weak ones, and write what MLflow and Dask read from files."""
    from seedbed.service.accounts import write_auth_config
    from seedbed.service.dask_tls import use_certificate

    read_files(os.environ)
    refuse_weak(os.environ)
    write_auth_config(os.environ)
    use_certificate(os.environ)
