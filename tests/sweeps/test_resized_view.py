"""A live view in a terminal that becomes narrower leaves nothing of itself on the screen."""

import io

from rich.console import Console
from rich.text import Text

from seedbed.sweeps.driver.resized_view import ResizedView, rows_of


def test_rows_that_the_terminal_adds_are_erased_before_the_next_view() -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=80, height=24, force_terminal=True)
    resized = ResizedView(console)
    resized.make_room()
    resized.shown(Text("\n".join(["a" * 70, "b" * 20, "c" * 61])))
    resized.make_room()
    assert screen.getvalue() == "", "as wide as before"
    console.width = 30
    resized.make_room()
    assert screen.getvalue().count("\x1b[1A") == 4, "70 letters take 3 rows, 61 take 3"
    assert screen.getvalue().count("\x1b[2K") == 4
    console.width = 100
    screen.truncate(0)
    resized.make_room()
    assert "\x1b" not in screen.getvalue(), "a wider terminal joins nothing that was not wrapped"


def test_an_empty_line_takes_a_row() -> None:
    assert [rows_of(length, 30) for length in (0, 1, 30, 31, 61)] == [1, 1, 1, 2, 3]
