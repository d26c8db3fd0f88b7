"""Scripts put together from right pieces have no certain finding."""

from pathlib import Path

from benchmarks.doctor_clean_scripts import clean_script
from seedbed.doctor.examine import examine


def test_no_clean_script_is_surely_at_fault() -> None:
    places = {Path(f"clean_{number}.py"): clean_script(number).encode() for number in range(50)}
    report = examine(list(places), None, places)
    assert report.read == len(places)
    assert [f"{f.where} {f.code}" for f in report.findings if f.certainty == "is"] == []
