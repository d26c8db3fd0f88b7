"""Files of traced functions: read as they were written, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from seedbed.runs.training.trace_files import KeptTrace, TraceFiles
from seedbed.system.files.cached_answers import CachedAnswers

KEPT = KeptTrace("seen", {"init": 1, "order": 2}, (), "f_0", 1, (0, 2), ("conv2d",), b"operations")


def test_a_source_is_untried_until_another_seed_traced_the_same() -> None:
    assert KEPT.untried({"init": 1, "order": 2}) == []
    assert KEPT.untried({"init": 1, "order": 3}) == ["order"]
    varied = replace(KEPT, varied=("order",))
    assert varied.untried({"init": 1, "order": 3}) == []
    assert varied.untried({"init": 0, "order": 2}) == ["init"]
    assert KEPT.untried({"init": 1, "order": 2, "new": 0}) == ["new"]


def test_a_trace_is_read_as_it_was_written(store_path: Path) -> None:
    del store_path
    files = TraceFiles()
    assert files.read("a") is None
    files.write("a", KEPT)
    assert files.read("a") == KEPT
    assert KEPT.is_same_function(replace(KEPT, state="confirmed", seeds={"init": 2}))
    assert not KEPT.is_same_function(replace(KEPT, library=b"others"))


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\nx", b"{}\nx", b"\xff\n", b'{"seeds": 1}\n'])
def test_what_is_no_trace_is_none(store_path: Path, content: bytes) -> None:
    del store_path
    CachedAnswers("traces").write("a", content)
    assert TraceFiles().read("a") is None


def test_a_trace_whose_header_was_changed_is_none(store_path: Path) -> None:
    files = TraceFiles()
    files.write("a", KEPT)
    path = store_path / "cache" / "traces" / "a"
    path.write_bytes(path.read_bytes().replace(b"[0, 2]", b"[0, 3]"))
    assert files.read("a") is None
