"""Nothing that a terminal acts on gets through, and JSON stays what it was."""

import errno
import json
import unicodedata

import pytest
from hypothesis import given, strategies as st

from seedbed.cli.program import Program
from seedbed.system.errors import InputError
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.schema import LONGEST_NAME, shown_name

ANY = st.text(st.characters(), max_size=200)


@given(ANY)
def test_no_control_character_is_left(text: str) -> None:
    for character in inert(text):
        assert character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    inert(text).encode()


@given(st.text(max_size=200))
def test_harmless_text_stays_and_json_keeps_its_meaning(text: str) -> None:
    if text.isprintable():
        assert inert(text) == text
    assert json.loads(inert(json.dumps([text], ensure_ascii=False))) == [text]


@given(ANY)
def test_a_run_name_is_one_printable_line_that_fits_a_database(text: str) -> None:
    name = shown_name(text)
    assert name.isprintable()
    assert len(name) <= LONGEST_NAME


def test_a_mistake_is_told_without_its_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = Program("p")

    @program.command()
    def fail() -> None:
        raise InputError("the file \x1b]0;owned\x07\x1b[2J must go")

    with pytest.raises(SystemExit, match="2"):
        program.main(["fail"])
    assert capsys.readouterr().err == "Error: the file \\u001b]0;owned\\u0007\\u001b[2J must go\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (IsADirectoryError(errno.EISDIR, "Is a directory", "a.yaml"), "a.yaml must be a file or"),
        (OSError(errno.ELOOP, "Too many levels", b"a.yaml"), "a.yaml must be a file or folder"),
        (OSError(errno.EMFILE, "Too many open files", "x"), "must allow more open files"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found"), "set TMPDIR"),
    ],
)
def test_a_file_that_the_system_refuses_is_one_sentence(
    error: OSError, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Program("p")

    @program.command()
    def fail() -> None:
        raise error

    with pytest.raises(SystemExit, match="2"):
        program.main(["fail"])
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.splitlines()) == 1
