"""The tables of a sweep's display at the widths of terminals."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console, RenderableType

from seedbed.analysis.wording import names_within
from seedbed.sweeps.driver.display_tables import head_lines, means_table, running_table
from seedbed.sweeps.driver.score_tally import ScoreTally

ALIKE = [f"learning_rate_of_the_first_phase=0.00{number} batch_size=8" for number in (1, 2)]
SHORT = ["batch_size=8 learning_rate=0.001", "batch_size=8 learning_rate=0.01"]


def tally(*scores: float) -> ScoreTally:
    found = ScoreTally()
    for number, score in enumerate(scores):
        found.add(str(number), score)
    return found


def shown(table: RenderableType | None, width: int) -> list[str]:
    assert table is not None
    stream = io.StringIO()
    Console(file=stream, width=width, force_terminal=True, color_system=None).print(table)
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert all(len(line) <= width for line in lines)
    return lines


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize("names", [SHORT, ALIKE], ids=["short", "alike"])
def test_means_tell_configurations_apart_at_any_width(width: int, names: list[str]) -> None:
    begun = [(name, tally(0.9, 0.92, 0.91 + at / 10)) for at, name in enumerate(names)]
    head, *rows = shown(means_table(begun, 10, width, accuracies=True), width)
    assert "runs" in head
    assert len({row.split("  ")[0] for row in rows}) == 2
    assert all("91.00 % ± 2.48" in row or "94.33 % ± " in row for row in rows)
    assert not any("…" in row.split("%")[1] for row in rows), "no mean is cut"


def test_words_are_brief_only_where_there_is_no_room() -> None:
    begun = [(SHORT[0], tally(0.9, 0.92, 0.91))]
    wide, narrow = (shown(means_table(begun, 9, w, accuracies=True), w)[1] for w in (80, 60))
    assert wide.endswith("mean 91.00 % ± 2.48 points (95 %, n=3)")
    assert narrow.endswith("3  91.00 % ± 2.48")
    other = shown(means_table([(SHORT[0], tally(1.5))], 9, 60, accuracies=False), 60)
    assert other[0].endswith("mean so far")
    assert other[1].endswith("1  1.5")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_running_cells_are_told_apart_at_any_width(width: int) -> None:
    running = [
        SimpleNamespace(
            claim=SimpleNamespace(
                cell=SimpleNamespace(name=name, options=SimpleNamespace(epochs=6))
            ),
            last_epoch=lambda: SimpleNamespace(epoch=3, metrics={"val_accuracy": 0.98}),
        )
        for name in ALIKE
    ]
    rows = shown(running_table(running, 2, width), width)  # type: ignore[arg-type]
    assert rows[-1] == "2 more elsewhere"
    assert len(set(rows)) == 3
    assert all("epoch 3/6" in row and row.endswith("98.00 %") for row in rows[:2])


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_options_that_differ_at_both_ends_are_told_apart_by_their_values(width: int) -> None:
    names = [f"batch_size={size} learning_rate={rate}" for size in (8, 64) for rate in (0.01, 0.1)]
    begun = [(name, tally(0.9, 0.92)) for name in names]
    _, *rows = shown(means_table(begun, 10, width, accuracies=True), width)
    assert len({row.split("  ")[0] for row in rows}) == 4
    assert rows[0].startswith("8 0.01  " if width == 40 else "batch_size=8")


def test_names_are_cut_at_words_and_the_shortest_change_is_taken() -> None:
    pair = ["batch_size=8 learning_rate=0.001 seed=0", "batch_size=8 learning_rate=0.01 seed=0"]
    assert names_within(pair, 40) == pair
    assert names_within(pair, 20) == ["…0.001 seed=0", "…0.01 seed=0"]
    apart = ["batch_size=8 learning_rate=0.001", "batch_size=64 learning_rate=0.001"]
    assert names_within(apart, 24) == ["…8 learning_rate=0.001", "…64 learning_rate=0.001"]
    assert names_within(apart, 12) == ["8 0.001", "64 0.001"]
    assert names_within(["", *apart], 12) == ["", "8 0.001", "64 0.001"]
    assert names_within([], 12) == []
    assert names_within(["x=a_long_name_1", "x=a_long_name_2"], 12) == ["…1", "…2"]


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_the_head_wraps_at_words_and_shows_how_far_it_is_without_colours(width: int) -> None:
    words = "9 of 18 done, 2 running, 7 left, about 2 min to go"
    lines = head_lines("live", 9, 18, words, width)
    text = [line.plain for line in lines]
    assert text[0].startswith("live ━━━━━━━━━━──────────")
    assert " ".join(" ".join(text).split()).endswith(words)
    assert max(map(len, text)) <= width
    assert len(text) == {40: 3, 60: 2, 80: 1, 140: 1}[width]


def test_there_is_no_heading_before_the_first_result() -> None:
    assert means_table([], 10, 80, accuracies=True) is None
