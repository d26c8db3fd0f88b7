"""HTML in which no line ends between a number and its sign, as none does on a terminal."""

import re

_ASIDE = r"<(?P<name>svg|script|style|pre|code)\b.*?</(?P=name)>|<[^>]*>"
"""Parts without running text: drawings, scripts, commands and tags."""
_PART = re.compile(f"{_ASIDE}|(?P<text>[^<]+)", re.DOTALL)
_BOUND = re.compile(
    r"(?<=\d) (?=%)|(?<=±) (?=\d)|(?<=\b[pn]) (?=(?:=|&lt;) )|(?<=\b[pn] =) |(?<=\b[pn] &lt;) "
)


def non_breaking(html: str) -> str:
    """The page with spaces that bind in ``95 %``, ``± 0.4``, ``p = 0.03`` and ``n = 5``."""
    return _PART.sub(_bound, html)


def _bound(part: re.Match[str]) -> str:
    return _BOUND.sub("\N{NO-BREAK SPACE}", part[0]) if part["text"] else part[0]
