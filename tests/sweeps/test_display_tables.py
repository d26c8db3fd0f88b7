"""The tables of a sweep's display at the widths of terminals."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console, RenderableType

from seedbed.sweeps.driver.display_tables import means_table, running_table
from seedbed.sweeps.driver.score_tally import ScoreTally

ALIKE = [f"learning_rate_of_the_first_phase=0.00{number} batch_size=8" for number in (1, 2)]
SHORT = ["batch_size=8 learning_rate=0.001", "batch_size=8 learning_rate=0.01"]


def tally(*scores: float) -> ScoreTally:
    found = ScoreTally()
    for number, score in enumerate(scores):
        found.add(str(number), score)
    return found


def shown(table: RenderableType, width: int) -> list[str]:
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
