"""The help of the command: every verb's own help begins with its line in the list."""

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.cli.verbs import GROUPS, VERBS
from seedbed.runs.execution.catalog import NAMES, find


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_explains_itself_with_the_line_of_the_list(verb: str, flag: str) -> None:
    result = CliRunner().invoke(main, [verb, flag])
    assert result.exit_code == 0, result.output
    usage, _, rest = result.output.partition("\n\n")
    assert usage.startswith(f"Usage: main {verb} ")
    assert flat(rest).startswith(VERBS[verb].line)
    assert "-h, --help" in result.output
    assert "\\b" not in result.output


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_seedbed_alone_lists_the_verbs_by_group(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0
    assert result.stderr == ""
    at = [result.output.index(f"\n{group}:") for group in GROUPS]
    assert at == sorted(at)
    shown = flat(result.output)
    assert all(f" {verb.name} {verb.line}" in shown for verb in VERBS.values())


@pytest.mark.parametrize("verb", ["run", "describe", "verify"])
def test_experiments_are_listed_with_their_whole_question(verb: str) -> None:
    result = CliRunner().invoke(main, [verb, "--help"])
    assert result.output.startswith(f"Usage: main {verb} NAME [OPTIONS OF NAME]\n")
    listed = flat(result.output.partition("\nExperiments:\n")[2])
    for name in NAMES:
        assert f"{name} {find(name).question}" in listed


def test_no_list_of_a_help_is_cut_short() -> None:
    for words in ([], ["service"], ["run"]):
        lists = CliRunner().invoke(main, [*words, "--help"]).output.partition("\n\n")[2]
        assert "..." not in lists
