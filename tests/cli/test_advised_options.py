"""Every option that a sentence names beside a command exists on that command."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

import seedbed
from seedbed.cli.main import main

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
ANY = "X"


def texts(file: Path) -> Iterator[str]:
    """The texts of a file; a value in braces is X."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else ANY for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def advised(text: str) -> Iterator[tuple[str, str]]:
    """The command and the option of each ``seedbed COMMAND … --option`` in a text."""
    for found in re.finditer(r"seedbed ([a-z][a-z-]*)\b([^;`\n]*)", text):
        verb, rest = found.groups()
        rest = re.split(r"[.:,)](?:\s|$)| -- |seedbed ", rest)[0]
        for option in OPTION.findall(rest):
            yield verb, option


def options_of(verb: str) -> set[str] | None:
    """The options of a command, of those below it too; None if it has no list of them."""
    command = main.get_command(click.Context(main), verb)
    below = list(command.commands.values()) if isinstance(command, click.Group) else []
    if command is None or not (command.params or below):
        return None  # no command, or one that takes an experiment's own options
    return {
        name
        for one in [command, *below]
        for param in one.params
        for name in (*param.opts, *param.secondary_opts)
    } | {"--help"}


def test_advice_names_options_that_the_command_takes() -> None:
    package = Path(seedbed.__file__).parent
    named = {
        (verb, option, str(file.relative_to(package)))
        for file in package.rglob("*.py")
        for text in texts(file)
        for verb, option in advised(text)
    }
    assert len(named) > 20
    assert [one for one in sorted(named) if one[1] not in (options_of(one[0]) or {one[1]})] == []


def test_an_option_of_another_command_is_found() -> None:
    assert list(advised("give seedbed repeat X --test-size to tell")) == [("repeat", "--test-size")]
    assert "--test-size" not in (options_of("repeat") or set())
    assert "--test-size" in (options_of("spread") or set())
