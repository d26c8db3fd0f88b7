"""The file that keeps the next night of each series: what is half or odd in it is left out."""

import json
from pathlib import Path

import pytest

from seedbed.sweeps.nightly.due_nights import read_plan

WHOLE = {
    "next": "2030-01-02T02:00:00+00:00",
    "cron": "0 2 * * *",
    "timezone": "Europe/Berlin",
    "file": "nightly.yaml",
}
ODD: tuple[object, ...] = (
    *({key: value for key, value in WHOLE.items() if key != left_out} for left_out in WHOLE),
    {**WHOLE, "next": "2030-01-02T02:00:00"},
    {**WHOLE, "next": "tomorrow"},
    {**WHOLE, "next": 1e999},
    {**WHOLE, "cron": "0 2"},
    {**WHOLE, "cron": None},
    {**WHOLE, "timezone": "../../etc/passwd"},
    {**WHOLE, "timezone": "Nowhere/Town"},
    {**WHOLE, "timezone": ["UTC"]},
    {},
    None,
    [WHOLE],
    "a night",
)


@pytest.mark.parametrize("odd", ODD)
def test_half_a_plan_is_left_out_beside_a_whole_one(odd: object, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"whole": WHOLE, "odd": odd}))
    assert read_plan(path) == {"whole": WHOLE}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\x00", b"[" * 100_000])
def test_a_file_that_is_no_plan_holds_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert read_plan(path) == {}


def test_a_field_of_a_later_version_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"whole": {**WHOLE, "jitter": "5"}}))
    assert read_plan(path) == {"whole": {**WHOLE, "jitter": "5"}}
