"""What a schedule hands to the processes of its nights."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.sweeps.nightly import scheduler


def test_a_ledger_reaches_the_nights_by_their_environment_and_not_by_a_command_line(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del store_path
    monkeypatch.setenv("SEEDBED_LEDGER", "")  # set back at the end, whatever the command does
    handed: list[str] = []

    def keep(*_args: object, more: list[str], **_more: object) -> None:
        handed.extend(more)
        raise KeyboardInterrupt

    monkeypatch.setattr(scheduler, "Scheduler", keep)
    file = tmp_path / "one.yaml"
    file.write_text(
        "question: Q?\nexperiment: mnist_cnn\nseeds: 2\nschedule: {cron: '0 2 * * *'}\n"
    )
    url = "postgresql://driver:hidden@db/ledger"
    given = ["schedule", str(file), "--ledger", url, "--workers", "2"]
    CliRunner().invoke(main, given)
    assert handed == ["--workers", "2"]
    assert os.environ["SEEDBED_LEDGER"] == url
