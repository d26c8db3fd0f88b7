"""Parts of the page's pictures as SVG; their colours are classes of the style sheet."""

from collections.abc import Sequence

from markupsafe import Markup


def picture(
    width: float, height: float, said: str, parts: Sequence[Markup], *, role: str = "img"
) -> Markup:
    """A picture.

    Args:
        width: In units of its own.
        height: Likewise.
        said: What it shows, for those who do not see it.
        parts: What it consists of.
        role: ``group`` if there are links in it, which an image hides.
    """
    return Markup('<svg viewBox="0 0 {} {}" role="{}" aria-label="{}">{}</svg>').format(
        width, height, role, said, Markup("").join(parts)
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """A straight line."""
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>').format(
        x1, y1, x2, y2, kind
    )


def path(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    """A line through points."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup('<polyline points="{}" class="{}"/>').format(joined, kind)


def text(x: float, y: float, words: str, kind: str) -> Markup:
    """Words at a point."""
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>').format(x, y, kind, words)


def dot(x: float, y: float, radius: float, kind: str) -> Markup:
    """A filled circle."""
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" class="{}"/>').format(x, y, radius, kind)


def linked(said: str, address: str, part: Markup) -> Markup:
    """A part that opens an address, and tells more when it is pointed at."""
    return Markup('<a href="{}" aria-label="{}"><title>{}</title>{}</a>').format(
        address, said, said, part
    )


def titled(said: str, part: Markup) -> Markup:
    """A part that tells more when it is pointed at."""
    return Markup("<g><title>{}</title>{}</g>").format(said, part)
