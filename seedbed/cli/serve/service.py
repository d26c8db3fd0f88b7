"""``seedbed service``: start parts of the service, check their health, save and restore it."""

import os

import click

from seedbed.cli.program import Program
from seedbed.cli.serve.backup import backup, restore, secrets
from seedbed.service.mlflow_apps import register_apps
from seedbed.service.secrets import OF_THE_STACK, read_files, refuse_weak
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_text


@click.group(name="service", cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def service() -> None:
    """Run a team's service: start, health, backup, secrets."""


@service.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def start(command: tuple[str, ...]) -> None:
    """Run COMMAND once its secrets are set and cannot be guessed."""
    _prepare()
    register_apps(os.environ)
    try:
        os.execvp(command[0], command)  # noqa: S606 (that is what it is for)
    except OSError as error:
        raise InputError(
            f"COMMAND must be a program that can be run, got {command[0]!r}: {error.strerror}."
        ) from None


@service.command()
def check() -> None:
    """Check that every secret is set and hard to guess.

    Exit code 2, and a sentence, for one that is not.
    """
    read_files(os.environ)
    refuse_weak(os.environ, required=OF_THE_STACK)
    print_text("Every secret is set, and none of them is easily guessed.")


@service.command()
def accounts() -> None:
    """Set up the accounts admin and nightly of MLflow.

    Accounts that exist get the passwords of the environment.
    """
    from seedbed.service.accounts import set_accounts

    _prepare()
    for sentence in set_accounts(os.environ) or ["The accounts are as they should be."]:
        print_text(sentence)


@service.command()
@click.argument("what", type=click.Choice(["mlflow", "overview", "scheduler", "worker"]))
@click.argument("address")
def healthy(what: str, address: str) -> None:
    """Check a service at ADDRESS as its users reach it.

    Exit code 0 if it answers, else 1.
    """
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
    print_text("well")


for command in (secrets, backup, restore):  # compose and systemd call them here
    service.add_command(command)


def _prepare() -> None:
    """Take secrets from files, refuse weak ones, and write what MLflow and Dask read from files."""
    from seedbed.service.accounts import write_auth_config
    from seedbed.service.dask_tls import use_certificate

    read_files(os.environ)
    refuse_weak(os.environ)
    write_auth_config(os.environ)
    use_certificate(os.environ)
