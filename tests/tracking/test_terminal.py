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


def _caused_by(error: OSError) -> Exception:
    """What a library raises where the system refused something."""
    raised = ValueError("a library's own words")
    raised.__cause__ = error
    return raised


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (IsADirectoryError(errno.EISDIR, "Is a directory", "a.yaml"), "a.yaml must be a file or"),
        (OSError(errno.ELOOP, "Too many levels", b"a.yaml"), "a.yaml must be a file or folder"),
        (OSError(errno.EMFILE, "Too many open files", "x"), "must allow more open files"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found"), "set TMPDIR"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a"), "a must be there, but it is not"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "a"), "The disk of a must have room"),
        (OSError(errno.EROFS, "Read-only file system", "a"), "read-only: make it writable, then"),
        (OSError(errno.EBUSY, "Device or resource busy", "a"), "what is asked for with a, but"),
        (OSError("odd"), "what is asked for, but it refuses (odd)"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "ulimit -u"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "one more process or thread"),
        (MemoryError(), "There must be more memory"),
        (RuntimeError("can't start new thread"), "one more process or thread"),
        (ImportError("libx.so: cannot open shared object file: Too many open files"), "ulimit -n"),
        (ImportError("libx.so: failed to map segment from shared object"), "more memory"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "see that the other"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "The connection must hold"),
        (TimeoutError("timed out"), "The connection must hold, but it does not (timed out)"),
        (_caused_by(OSError(errno.EBUSY, "busy", "a")), "what is asked for with a, but"),
        (_caused_by(OSError(errno.ENOSPC, "No space left on device", "a")), "The disk of a must"),
    ],
)
def test_what_the_system_refuses_is_one_sentence(
    error: Exception, sentence: str, capsys: pytest.CaptureFixture[str]
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


def test_a_mistake_of_seedbed_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    program = Program("p")

    @program.command()
    def fail() -> None:
        raise KeyError("a mistake")

    with pytest.raises(SystemExit, match="1"):
        program.main(["fail"])
    assert "Traceback" in capsys.readouterr().err
