"""A picture as it stands in the report's page: SVG that reacts, or an image."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from seedbed.analysis.report.figures.drawing.run_marks import RunMark, with_marks
from seedbed.analysis.report.figures.drawing.style import LARGEST_SVG, NARROW, Rendered, png

TALL, WHOLE = 0.5, 0.8
"""Height by width from which a picture gets a third of a page, or half of one."""
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Inline:
    """A picture as it stands in the page.

    Attributes:
        name: Anchor.
        title: Heading.
        caption: What to see.
        wide: Mark-up for paper and desktop.
        narrow: Mark-up for a phone.
    """

    name: str
    title: str
    caption: str
    wide: Markup
    narrow: Markup

    @property
    def room(self) -> str:
        """How much height it needs on paper: empty for as much as most, else a class of the page.

        A picture that is an image is as high as its narrow drawing or its name says.
        """
        size = _SIZE.search(self.wide)
        if size is None:
            return "whole" if self.name == "confusion_matrices" else "tall"
        shape = float(size[2]) / float(size[1])
        return "whole" if shape > WHOLE else "tall" if shape > TALL else ""

    @property
    def reacts(self) -> bool:
        """Whether its marks name their runs."""
        return 'class="run"' in self.wide


def inline(one: Rendered, marks: Mapping[str, RunMark]) -> Inline:
    """A picture for the page: SVG while it is small, PNG beyond.

    Args:
        one: The picture, drawn.
        marks: Run → what to tell of its marks.
    """
    picture = one.picture
    wide, narrow = (
        Markup(with_marks(svg, marks))  # noqa: S704 - matplotlib escapes its text, with_marks its own
        for svg in (one.wide, one.narrow)
    )
    if len(one.wide) > LARGEST_SVG:
        wide = _image(picture.title, one.png)
    if len(one.narrow) > LARGEST_SVG:
        narrow = _image(picture.title, png(picture, NARROW))
    return Inline(picture.name, picture.title, picture.caption, wide, narrow)


def _image(title: str, data: bytes) -> Markup:
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return Markup('<img alt="{}" src="{}">').format(title, source)
