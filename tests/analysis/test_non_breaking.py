"""No line of a page ends between a number and its sign."""

import pytest

from seedbed.analysis.non_breaking import non_breaking


@pytest.mark.parametrize(
    ("html", "bound"),
    [
        ("<p>95 % of 5 runs</p>", "<p>95~% of 5 runs</p>"),
        ("<td>95.1 % ± 0.4</td>", "<td>95.1~% ± 0.4</td>".replace("± ", "±~")),
        ("p = 0.03, n = 5", "p~=~0.03, n~=~5"),
        ("p &lt; 0.0001", "p~&lt;~0.0001"),
        ("<b>9</b> % and stop = 3", "<b>9</b> % and stop = 3"),
    ],
)
def test_a_number_stays_beside_its_sign(html: str, bound: str) -> None:
    assert non_breaking(html) == bound.replace("~", "\N{NO-BREAK SPACE}")
    assert non_breaking(non_breaking(html)) == non_breaking(html)


@pytest.mark.parametrize("name", ["svg", "script", "style", "pre", "code"])
def test_drawings_scripts_and_commands_stay_as_they_are(name: str) -> None:
    text = f'<{name} id="x"><a title="5 %">n = 5, 95 %</a></{name}>'
    assert non_breaking(text) == text


def test_attributes_stay_as_they_are() -> None:
    assert non_breaking('<i title="95 % of n = 5">') == '<i title="95 % of n = 5">'
