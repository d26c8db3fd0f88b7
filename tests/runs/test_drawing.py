"""Pictures of a run: what is drawn is where the numbers say, and nothing is cut off."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from seedbed.runs.recording.charts import BLUE, ORANGE, Axis, Chart, Panel, plain_axis
from seedbed.runs.recording.error_rates import write_pictures
from seedbed.runs.recording.run_pictures import confusion_picture, curves_picture


def pixels_of(path: Path, colour: str) -> npt.NDArray[Any]:
    """``[pixel, (x, y)]`` where a picture has nearly that colour."""
    image = np.asarray(Image.open(path).convert("RGB"), dtype=int)
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return np.argwhere(np.abs(image - wanted).max(axis=2) < 12)[:, ::-1]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.booleans())
def test_axes_hold_their_values_and_have_round_ticks(values: list[float], whole: bool) -> None:
    axis = plain_axis("x", values, whole=whole)
    assert axis.low < min(values)
    assert axis.high > max(values)
    assert len(axis.ticks) <= 8
    for position, words in axis.ticks:
        assert axis.low <= position <= axis.high
        shown = float(words.replace("−", "-"))
        assert shown == pytest.approx(position, abs=1e-9 * max(1, abs(axis.high)))
        assert not whole or "." not in words


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 10], ["0", "2", "4", "6", "8", "10"]),
        ([0.95, 1.0], ["0.95", "0.96", "0.97", "0.98", "0.99", "1.00"]),
        ([-1, 1], ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    ],
)
def test_ticks(values: list[float], ticks: list[str]) -> None:
    assert [words for _, words in plain_axis("x", values).ticks] == ticks


def test_points_and_lines_lie_where_they_should(tmp_path: Path) -> None:
    chart = Chart(300, 300, "title")
    axis = Axis("", 0, 10, [])
    panel = Panel(chart, (50, 50, 250, 250), axis, axis)
    panel.point(2, 7, ORANGE)
    panel.steps([0, 5, 10], [1, 3, 3], BLUE)
    chart.write(str(tmp_path / "x.png"))
    np.testing.assert_allclose(
        pixels_of(tmp_path / "x.png", ORANGE).mean(axis=0), [90, 110], atol=1
    )
    blue = {(x, y) for x, y in pixels_of(tmp_path / "x.png", BLUE).tolist()}
    for x, y in [(100, 230), (149, 230), (150, 210), (200, 190), (240, 190)]:
        assert any((x + dx, y + dy) in blue for dx in (-1, 0, 1) for dy in (-1, 0, 1)), (x, y)
    assert not any((x, y) in blue for x in range(60, 140) for y in range(185, 225))


def test_a_matrix_is_shaded_by_row_and_its_names_fit() -> None:
    counts = np.array([[5, 5], [0, 900]])
    small = np.asarray(confusion_picture(counts, ["a", "b"], "t"), dtype=int)
    assert {(107, 174, 214), (247, 251, 255), (8, 48, 107)} <= set(map(tuple, small.reshape(-1, 3)))
    for names in (
        ["a" * 30, "b"],
        [f"class number {n}" for n in range(12)],
        list(map(str, range(90))),
    ):
        picture = confusion_picture(np.eye(len(names), dtype=np.int64), names, "a long title " * 4)
        assert max(picture.size) < 1700
        edges = np.asarray(picture)[[0, -1]], np.asarray(picture)[:, [0, -1]]
        assert all((edge == 255).all() for edge in edges), "something touches the border"


@pytest.mark.parametrize("epochs", [1, 2, 60])
def test_curves_show_both_parts_and_touch_no_border(epochs: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    keys = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
    history = {key: (rng.random(epochs) * 1e-3).tolist() for key in keys}
    curves_picture(history, 1, "a title that is far too long for one line " * 4).write(
        str(tmp_path / "x.png")
    )
    for colour in (BLUE, ORANGE):
        across = pixels_of(tmp_path / "x.png", colour)[:, 0]
        assert across.min() < 430 < across.max()
    image = np.asarray(Image.open(tmp_path / "x.png"))
    assert all((edge == 255).all() for edge in (image[[0, -1]], image[:, [0, -1]]))


def test_curves_are_drawn_as_far_as_they_are_there(tmp_path: Path) -> None:
    history = {"train_loss": [2.0, float("inf"), 1.0], "val_loss": [2.0, 1.5]}
    curves_picture(history, None, "title").write(str(tmp_path / "x.png"))
    for colour in (BLUE, ORANGE):
        across = pixels_of(tmp_path / "x.png", colour)[:, 0]
        assert 0 < across.min() < across.max() < 430, "the other panel stays empty"


def test_det_and_roc_mark_the_threshold(tmp_path: Path) -> None:
    """One of four impostors accepted, one of five genuine trials rejected."""
    scores = np.array([0.1, 0.2, 0.3, 0.7, 0.4, 0.6, 0.7, 0.8, 0.9])
    genuine = np.arange(9) >= 4
    write_pictures(scores, genuine, 0.5, "title", tmp_path)

    def marked(name: str) -> npt.NDArray[Any]:
        found = pixels_of(tmp_path / f"{name}.png", ORANGE)
        return np.asarray(found[found[:, 1] > 60].mean(axis=0))

    def roc(far: float, hit: float) -> list[float]:
        return [68 + 372 * (far + 0.02) / 1.04, 405 - 351 * (hit + 0.02) / 1.04]

    np.testing.assert_allclose(marked("roc"), roc(0.25, 0.8), atol=1)
    ends = 1.5932  # normal deviate of 1 - 0.5 / 9
    place = [(z + ends + 0.1) / (2 * ends + 0.2) for z in (-0.6745, -0.8416)]
    np.testing.assert_allclose(marked("det"), [68 + 372 * place[0], 405 - 351 * place[1]], atol=1)
    orange = pixels_of(tmp_path / "far_frr.png", ORANGE)
    rates = orange[(orange[:, 1] > 60)]
    before = rates[(rates[:, 0] > 68 + 372 * 0.22 / 1.04) & (rates[:, 0] < 68 + 372 * 0.4 / 1.04)]
    assert np.abs(before[:, 1] - (405 - 351 * 0.02 / 1.04)).max() <= 2, "no genuine below .4"
