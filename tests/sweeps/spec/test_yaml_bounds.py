"""What a sweep's file may hold at most: refused in a moment, at its line, before it is built."""

import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.yaml_file import YamlFile
from seedbed.system.errors import InputError
from seedbed.system.files.yaml_bounds import LARGEST

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: " + "[" * 21, "s.yaml line 1 column 23: values must not nest deeper than 20"),
        ("\n".join(" " * n + "a:" for n in range(99)), "line 21 column 21: values must not nest"),
        ("a: " + "[" * 50_000, "values must not nest deeper than 20"),
        ("a: [" + "1," * 25_000 + "]", "a file must hold at most 20,000 values"),
        (BOMB, "line 5 column 12: a file must hold at most 20,000 values, aliases counted"),
        ("a: &a [1, *a]", r"the alias \*a must not hold itself"),
        ("a: &a {b: *a}", r"the alias \*a must not hold itself"),
        ("a: " + "9" * 400, "a number must have at most 40 digits, got 400"),
        ("a: -0x" + "f" * 5000, "a number must have at most 40 digits"),
        ("a: 1e" + "9" * 5000, "a number must have at most 40 digits"),
        ("a: " + "x" * 30_000, "a value must have at most 20,000 characters, got 30,000"),
        ("b: 1\n" * LARGEST, "the sweep's file must have at most 100,000 characters"),
        ('a: "x\\e[2Jy"', r"a text must hold no control characters, got 'x\\u001b\[2Jy'"),
        ('"a\\r": 1', r"a text must hold no control characters, got 'a\\u000d'"),
        (
            "a: &a {b: 1}\n" + "".join(f"m{n}: {{<<: *a}}\n" for n in range(3000)),
            r"line 102 column 8: a file must merge at most 100 mappings \(<<\)",
        ),
        ("a: !!int x", "the sweep's file must be YAML"),
        ("a: !!float x", "the sweep's file must be YAML"),
    ],
)
def test_a_file_beyond_the_bounds_is_refused(text: str, sentence: str) -> None:
    began = time.process_time()
    with pytest.raises(InputError, match=sentence):
        YamlFile.parse(text, Path("s.yaml"))
    assert time.process_time() - began < 5


def test_a_file_of_ten_megabytes_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("question: " + "x" * 10_000_000)
    began = time.process_time()
    with pytest.raises(InputError, match="must have at most 100,000 characters"):
        YamlFile.read(path)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a: "' + "9" * 400 + '"', "9" * 400),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: &x [1, 2]\nb: [*x, *x]\n", [1, 2]),
    ],
)
def test_what_is_within_the_bounds_is_read(text: str, value: object) -> None:
    assert YamlFile.parse(text, Path("s.yaml")).content["a"] == value


def test_an_anchor_that_is_set_twice_prints_no_warning() -> None:
    text = "a: &x 1\nb: &x 2\nc: *x\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert YamlFile.parse(text, Path("s.yaml")).content["c"] == 2


LETTERS = st.sampled_from("ab:-[]{}&*!|>'\"#%@`,? \n\t0129.eE+_~<=\\\x1b\x85")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=LETTERS, max_size=60))
def test_random_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    sentence = ""
    try:
        CheckedFile.parse(f"question: q\nexperiment: mnist_cnn\nseeds: 3\n{text}", Path("s.yaml"))
    except InputError as error:
        sentence = str(error)
    assert "\x1b" not in sentence
