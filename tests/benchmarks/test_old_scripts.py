"""What the corpus check reads from ``repeat``."""

import json

from benchmarks.old_scripts import Row, line, row_of, summary


def events_of(**cell: object) -> list[str]:
    events = [
        {"event": "warning", "text": "a.py runs on Keras 2.21 (tf-keras), because line 3 asks"},
        {"event": "cell", "reason": None, "test_accuracy": None, **cell},
    ]
    return [json.dumps(event) for event in events]


def test_number_of_a_script_that_ran_or_why_it_has_none() -> None:
    keras = "Keras 2.21 (tf-keras)"
    assert row_of("a.py", 0, events_of(state="finished", test_accuracy=0.5), "") == Row(
        "a.py", True, keras, "test_accuracy 0.5000"
    )
    assert (
        row_of("a.py", 0, events_of(state="finished"), "").said == "a number, but not an accuracy"
    )
    failed = row_of("a.py", 1, events_of(state="failed", reason="line 3: it raises"), "failed: …")
    assert failed == Row("a.py", False, keras, "line 3: it raises")
    assert row_of("a.py", 2, [], "Error: script must be Python 3.\n").said == (
        "Error: script must be Python 3."
    )


def test_lines_and_count() -> None:
    rows = [Row("a.py", True, "Keras 3", "x"), Row("b.py", False, "", "y")]
    assert line(rows[0], 6) == "a.py    ran  Keras 3                 x"
    assert summary(rows) == "1 of 2 scripts ran to a number."
