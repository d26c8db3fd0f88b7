"""Which errors mean that a ledger is out of reach."""

import sys

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import exc

from seedbed.cli.main import Seedbed
from seedbed.sweeps.ledger.storages.storage_errors import ledger_away
from seedbed.system.errors import LockedError, StoreError


def test_errors_are_told_apart_without_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert ledger_away(ValueError("a mistake"), "of the sweep") is None
    lost = ledger_away(exc.OperationalError("select", {}, OSError("gone")), "of the sweep")
    assert isinstance(lost, StoreError)


def test_a_lock_that_is_held_is_told_without_optuna(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("optuna.exceptions", "sqlalchemy"):
        monkeypatch.setitem(sys.modules, name, None)
    held = LockedError("somebody holds it")
    assert ledger_away(held, "of the sweep") is held


def test_a_verb_that_exits_early_keeps_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    @click.command()
    @click.pass_context
    def verb(ctx: click.Context) -> None:
        ctx.exit(3)

    class OneVerb(Seedbed):
        def get_command(self, ctx: click.Context, name: str) -> click.Command:  # noqa: ARG002
            return verb

    done = CliRunner().invoke(OneVerb(name="seedbed"), ["run"])
    assert done.exit_code == 3, done.output
