"""The page of questions names every command."""

from pathlib import Path

from seedbed.cli.verbs import ASK

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "questions.md"


def test_every_command_has_a_row() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    for command in ASK:
        assert any(f"`{command} " in row for row in rows), command
