"""Which errors mean that a ledger is out of reach."""

import sys

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import exc

from seedbed.cli.main import Seedbed
from seedbed.sweeps.ledger.storages.storage_errors import ledger_away
from seedbed.system.errors import StoreError


def test_errors_are_told_apart_without_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert ledger_away(ValueError("a mistake"), "of the sweep") is None
    lost = ledger_away(exc.OperationalError("select", {}, OSError("gone")), "of the sweep")
    assert isinstance(lost, StoreError)


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
