"""Which errors mean that a ledger is out of reach."""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import exc

from seedbed.cli.main import Seedbed
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.storages.storage_errors import ledger_away
from seedbed.system.errors import InputError, LockedError, StoreError
from tests.sweeps.conftest import new_database


def test_errors_are_told_apart_without_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert ledger_away(ValueError("a mistake"), "of the sweep") is None
    lost = ledger_away(exc.OperationalError("select", {}, OSError("gone")), "of the sweep")
    assert isinstance(lost, StoreError)


def test_a_psycopg_that_lacks_its_library_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('no pq wrapper available.\\nTried: c')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    with pytest.raises(InputError, match=r"fails \(no pq wrapper available\): pip install"):
        open_storage("mine", "postgresql://localhost/x", create=False)
    assert ledger_away(ValueError("a mistake"), "of the sweep") is None


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


def test_a_database_that_leaves_the_encoding_of_texts_open_holds_a_ledger(
    write_design: Callable[..., Path], postgres_server: Path
) -> None:
    """As PostgreSQL makes it under the locale C."""
    url = new_database(postgres_server, "ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    with closing(Ledger.open(load(write_design(seeds=1)), url)) as ledger:
        claim = ledger.claim()
        assert claim is not None
        ledger.failed(claim.trial_id, "größer als 数", again=False)
        assert list(ledger.reasons().values()) == ["größer als 数"]
