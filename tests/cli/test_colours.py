"""Colours are for terminals that want them."""

import click
import pytest

from seedbed.cli.program import Program


@pytest.mark.parametrize(
    ("name", "value", "color"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", None), ("TERM", "dumb", False)],
)
def test_no_colour_where_the_environment_says_so(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, color: bool | None
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    found: list[bool | None] = []

    @click.command()
    def ask() -> None:
        found.append(click.get_current_context().color)

    with pytest.raises(SystemExit):
        Program("seedbed", commands={"ask": ask}).main(["ask"])
    assert found == [color]
