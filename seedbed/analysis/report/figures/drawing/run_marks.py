"""Which run each mark of a picture shows, so that the page can name it, link it and light it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from markupsafe import escape
from matplotlib.artist import Artist
from matplotlib.figure import Figure

PREFIX = "runs:"
MOST_LINKED = 400
"""Marks of one picture that get words and a link of their own; more are only lit."""
_GROUP = re.compile(rf'<g id="[^"]*?{PREFIX}([^"]*)">(.*?)</g>', re.DOTALL)
_MARK = re.compile(r"<use [^>]*/>|<path [^>]*/>")


@dataclass(frozen=True)
class RunMark:
    """What the page tells of one mark.

    Attributes:
        seed: Its seed, or seeds, in words; marks with the same one are lit together.
        words: Its seed, configuration, score and state.
        link: Its page in MLflow; None where nobody knows the address.
        waits: Whether the link is none until the page has found that MLflow answers there.
    """

    seed: str
    words: str
    link: str | None = None
    waits: bool = False


def mark_runs(artist: Artist, runs: Sequence[str]) -> None:
    """Note whose marks an artist draws.

    Args:
        artist: Dots, one for each run in order, or the line of a single run.
        runs: MLflow's ids; of a number ``dot_key``, of a pair of runs ``pair_key`` of both.
    """
    artist.set_gid(PREFIX + ",".join(runs))


def dot_key(run: str, configuration: str) -> str:
    """Key of a run's number in a configuration: a script's run may have one in several."""
    return f"{run}_c{crc32(configuration.encode()):08x}"


def pair_key(a: str, b: str) -> str:
    """Key of a mark that shows the difference of two runs."""
    return f"{a}-{b}"


def unmarked(figure: Figure) -> Figure:
    """The figure without notes, for a file of its own."""
    for artist in figure.findobj(lambda one: (one.get_gid() or "").startswith(PREFIX)):
        artist.set_gid(None)
    return figure


def with_marks(svg: str, marks: Mapping[str, RunMark]) -> str:
    """Give each mark of an SVG its ``<title>``, seed and link.

    Args:
        svg: A picture whose artists were given to ``mark_runs``.
        marks: Run, or pair, → what to tell of it; marks of other runs stay as they are.

    Returns:
        The SVG without the notes.
    """
    counted = sum(group.count(",") + 1 for group, _ in _GROUP.findall(svg))
    told = counted <= MOST_LINKED

    def group(found: re.Match[str]) -> str:
        keys = found.group(1).split(",")
        head, body = _split(found.group(2))
        if len(_MARK.findall(body)) != len(keys):  # some lie outside the picture
            return f"<g>{found.group(2)}</g>"
        each = iter(keys)
        return f"<g>{head}{_MARK.sub(lambda mark: _told(mark.group(), next(each)), body)}</g>"

    def _told(mark: str, key: str) -> str:
        known = marks.get(key)
        if known is None:
            return mark
        seed = escape(known.seed)
        if not told:
            return f'<g class="run" data-seed="{seed}">{mark}</g>'
        opening = f'class="run" data-seed="{seed}"'
        title = f"<title>{escape(known.words)}</title>"
        if known.link is None:
            return f'<g {opening} role="img" tabindex="0">{title}{mark}</g>'
        if known.waits:
            to = f'role="img" tabindex="0" data-to="{escape(known.link)}"'
            return f"<a {opening} {to}>{title}{mark}</a>"
        return f'<a {opening} href="{escape(known.link)}" target="_blank">{title}{mark}</a>'

    return _GROUP.sub(group, svg)


def _split(body: str) -> tuple[str, str]:
    """The shapes that marks refer to, and the marks."""
    head, end, rest = body.partition("</defs>")
    return (head + end, rest) if end else ("", body)
