"""Parts of the page's pictures as SVG; their colours are classes of the style sheet."""

from collections.abc import Sequence

from markupsafe import Markup


def picture(width: float, height: float, said: str, parts: Sequence[Markup]) -> Markup:
    """A picture.

    Args:
        width: In units of its own.
        height: Likewise.
        said: What it shows, for those who do not see it.
        parts: What it consists of.
    """
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, said, Markup("").join(parts)
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


def titled(said: str, part: Markup) -> Markup:
    """A part that tells more when it is pointed at."""
    return Markup("<g><title>{}</title>{}</g>").format(said, part)
