"""A badge: a small SVG picture with two words, for a README."""

from html import escape

CHARACTER, PADDING = 6.6, 10
"""Width of a character and of the margin beside a word, in pixels, at 11 px."""
COLOURS = {"good": "#2e7d32", "bad": "#b3261e", "open": "#6b6b6b", "plain": "#1f5f99"}


def badge(label: str, value: str, colour: str = "plain") -> str:
    """The badge as SVG.

    Args:
        label: Left word.
        value: Right word.
        colour: A key of ``COLOURS``, behind the right word.
    """
    left, right = (round(len(word) * CHARACTER) + 2 * PADDING for word in (label, value))
    words = f"{escape(label)}: {escape(value)}"
    size = f'width="{left + right}" height="20"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{words}">
<title>{words}</title>
<rect width="{left}" height="20" fill="#3c3c3c"/>
<rect x="{left}" width="{right}" height="20" fill="{COLOURS[colour]}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left / 2:g}" y="14">{escape(label)}</text>
<text x="{left + right / 2:g}" y="14">{escape(value)}</text>
</g>
</svg>
"""


def verdict_badge(verdict: str, failing: bool = False) -> str:
    """The badge of a verdict; red if it is one to fail on.

    Args:
        verdict: ``different``, ``equivalent``, ``undecided`` …
        failing: Whether it fails a build.
    """
    known = {"different": "plain", "equivalent": "good", "quiet": "good", "drift": "bad"}
    return badge("seedbed", verdict, "bad" if failing else known.get(verdict, "open"))
