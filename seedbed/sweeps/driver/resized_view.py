"""A live view in a terminal that becomes narrower: no rest of the old view stays on the screen."""

from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import ControlType, Segment


class ResizedView:
    """Remembers what a live view shows, and makes room where the terminal wraps it anew.

    Rich erases as many rows as it has drawn. A terminal that becomes narrower breaks them into
    more, which would stay above the next view.

    Args:
        console: The terminal.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = console.width
        self._view: RenderableType | None = None

    def shown(self, view: RenderableType) -> None:
        """Take note of what is on the screen now."""
        self._view, self._width = view, self._console.width

    def make_room(self) -> None:
        """Erase the rows that the terminal has added since; call it before the next view."""
        width = self._console.width
        if self._view is None or width >= self._width:
            return
        options = self._console.options.update(width=self._width)
        lines = self._console.render_lines(self._view, options, pad=False)
        added = sum(rows_of(Segment.get_line_length(line), width) - 1 for line in lines)
        row = ((ControlType.ERASE_IN_LINE, 2), (ControlType.CURSOR_UP, 1))
        if added:
            self._console.control(Control(*(row * added)))


def rows_of(length: int, width: int) -> int:
    """Rows that a line takes in a terminal of a width."""
    return max(1, -(-length // width))
