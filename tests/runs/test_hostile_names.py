"""Names from outside: refused with the rule, or shown as they are."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from pydantic import Field

from seedbed.runs.data.arrays import splits_from_arrays
from seedbed.runs.data.splits import LONGEST_CLASS, check_classes
from seedbed.runs.recording.run_pictures import confusion_picture
from seedbed.runs.settings.options import LONGEST_TEXT, RunOptions, as_params, parse
from seedbed.sweeps.spec.validation_errors import validated_name
from seedbed.system.errors import InputError
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER


@dataclass(frozen=True, kw_only=True)
class WithText(RunOptions):
    note: Annotated[str, Field(description="anything")] = ""


@given(st.text(st.characters(), max_size=1200))
@example("\x1b[2J")
@example("a\nb")
@example("<script>alert(1)</script> [red] ../.. \"'")
@example("x" * 10_000)
def test_a_text_option_is_taken_as_it_is_or_refused_with_the_rule(text: str) -> None:
    try:
        options = parse(WithText, {"note": text})
    except InputError as error:
        said = str(error)
        assert not text.isprintable() or len(text) > LONGEST_TEXT
        assert said.isprintable()
        assert len(said) < 400
    else:
        assert as_params(options)["note"] == text
        assert text.isprintable()


@pytest.mark.parametrize(
    "names",
    [("a\nb", "c"), ("\x1b[31mred", "c"), ("", "c"), (" ", "c"), ("x" * 101, "c"), ("c",) * 2],
)
def test_a_class_name_that_cannot_be_shown_is_refused(names: tuple[str, str]) -> None:
    inputs, labels = np.zeros((40, 2)), np.arange(40) % 2
    with pytest.raises(InputError, match="class"):
        splits_from_arrays(inputs, labels, split_seed=1, classes=names)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.text(min_size=1, max_size=LONGEST_CLASS), min_size=2, max_size=2, unique=True))
@example(["$\\frac{", "$x$"])
@example(["<b>", "../../etc"])
@example(["a" * 100, "b" * 100])
def test_pictures_show_any_class_and_title(classes: list[str]) -> None:
    try:
        check_classes(classes)
    except InputError:
        return
    picture = confusion_picture(np.eye(2, dtype=np.int64), classes, title=" ".join(classes))
    assert max(picture.size) < 3000


@given(st.text(st.characters(), max_size=300))
@example("../../etc/passwd")
@example("/etc/passwd")
@example("..")
@example("a\nb")
@example("<img src=x onerror=alert(1)>")
def test_a_sweep_has_a_name_that_is_no_path_or_none(name: str) -> None:
    try:
        taken = validated_name(name)
    except InputError as error:
        said = str(error)
        assert "A sweep's name must be letters" in said
    else:
        assert taken == name
        assert Path("/here", name).resolve().parent == Path("/here")
        assert name.isascii()
        assert not set(name) & set("<>/\\\"'&\n\x1b[]`*")


def test_a_run_folder_is_named_by_numbers_not_by_names(tmp_path: Path) -> None:
    header = replace(HEADER, name="../../outside", experiment="../x", sweep="../y")
    folder = RunFolder.create(tmp_path, header)
    assert folder.path.parent == tmp_path
    assert folder.header == header
