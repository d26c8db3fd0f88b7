"""CSV as spreadsheets of several countries write it."""

from pathlib import Path

import pytest

from seedbed.system.files.csv_rows import csv_rows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("\ufeffa,b\n0.9,1\n", [["a", "b"], ["0.9", "1"]]),
        ("a;b\n0,9;1\n", [["a", "b"], ["0.9", "1"]]),
        ("0,9;0,81\n\n0,91;1e3\n", [["0.9", "0.81"], ["0.91", "1e3"]]),
        ("a\tb\n0,9\t-1,5e-3\n", [["a", "b"], ["0.9", "-1.5e-3"]]),
        ("tags;all,score\nx;y,0.9\n", [["tags;all", "score"], ["x;y", "0.9"]]),
        ("name;note\nx;one, two\n", [["name", "note"], ["x", "one, two"]]),
        ("1,0,1\n0,1,1\n", [["1", "0", "1"], ["0", "1", "1"]]),
        ('"a\nb",c\n1,2\n', [["a\nb", "c"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("", []),
        ("# made by ann\na,b\n0.9,1\n", [["a", "b"], ["0.9", "1"]]),
        ('\ufeff# a run, "more\n\n#\na;b\n0,9;1\n', [["a", "b"], ["0.9", "1"]]),
        ("# arm,acc\nx,0.9\n", [["arm", "acc"], ["x", "0.9"]]),
        ("# arm,acc\narm,acc\nx,0.9\n", [["arm", "acc"], ["x", "0.9"]]),
        ("#,arm,acc\n1,x,0.9\n", [["#", "arm", "acc"], ["1", "x", "0.9"]]),
        ("# run 3,lr 0.1\n1,0\n0,1\n", [["run 3", "lr 0.1"], ["1", "0"], ["0", "1"]]),
        ("# 2 runs\n1,0\n0,1\n", [["1", "0"], ["0", "1"]]),
        ("#12\n#13\n", [["#12"], ["#13"]]),
        ("a,b\n#1,2\n", [["a", "b"], ["#1", "2"]]),
    ],
)
def test_rows_are_read_with_their_own_marks(
    content: str, rows: list[list[str]], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8", newline="")
    assert [cells for _, cells in csv_rows(path)] == rows
