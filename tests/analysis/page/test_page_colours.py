"""Every colour of the page's words can be read on every ground, in both themes."""

import re

import pytest

from seedbed.analysis.page.settings import TEMPLATES
from tests.support.accessible import LEAST_CONTRAST

WORDS = ("ink", "muted", "blue", "vermillion", "green", "amber")
GROUNDS = ("paper", "wash")


def themes() -> list[dict[str, str]]:
    """Name → colour, of the light and of the dark theme."""
    css = (TEMPLATES / "page.css").read_text()
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]


def light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return sum(v * weight for v, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(theme: int) -> None:
    colours = themes()[theme]
    for word in WORDS:
        for ground in GROUNDS:
            low, high = sorted(light(colours[name]) for name in (word, ground))
            assert (high + 0.05) / (low + 0.05) >= LEAST_CONTRAST, (word, ground)
