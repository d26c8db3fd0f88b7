"""The numbers that a script prints, each with the words before it.

``Test accuracy: 0.7557``, ``loss = 1.2e-3``, ``acc 75.6 %``, ``[0.31, 0.89]``. The lines of Keras'
own progress are left out: what they say is recorded from the fit itself.
"""

import re
from collections.abc import Iterable, Iterator

NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?"
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PROGRESS = re.compile(r"^\s*(?:Epoch \d+\s*/\s*\d+|\d+/(?:\d+|Unknown)\b.*(?:step|━|=>|\[=))")
NAMED = re.compile(
    rf"(?P<name>[A-Za-z_][\w .%/()'-]*?)\s*(?:[:=]|->|\bis\b)\s*[\[(]?\s*(?P<number>{NUMBER})"
    rf"(?P<rest>(?:\s*,\s*{NUMBER})*)\s*[\])]?\s*(?P<percent>%?)"
)
PLAIN = re.compile(
    r"(?P<name>[A-Za-z_][\w .%/()'-]*?)\s+(?P<number>[-+]?\d*\.\d+(?:[eE][-+]?\d+)?)"
    r"\s*(?P<percent>%?)"
)
BARE = re.compile(rf"^\s*[\[(]?\s*(?P<number>{NUMBER})(?P<rest>(?:\s*,\s*{NUMBER})*)\s*[\])]?\s*$")
LONGEST = 1000
"""Characters of a line that are looked at: nobody prints a result further right."""

MOST_NAMES = 60
OFTEN = 3
"""A name that is printed more often than this is a running value; the last one counts."""

Found = tuple[str, float]


def numbers(text: str) -> dict[str, float]:
    """Name → number of everything printed.

    A name that comes up to three times gives ``name``, ``name 2`` and ``name 3``; one that comes
    more often gives its last value only.

    Args:
        text: What was printed.
    """
    by_name: dict[str, list[float]] = {}
    for name, value in _found(text.splitlines()):
        by_name.setdefault(name, []).append(value)
    result: dict[str, float] = {}
    for name, values in list(by_name.items())[:MOST_NAMES]:
        if len(values) > OFTEN:
            result[name] = values[-1]
            continue
        for number, value in enumerate(values, 1):
            result[name if number == 1 else f"{name} {number}"] = value
    return result


def _found(lines: Iterable[str]) -> Iterator[Found]:
    for whole in lines:
        line = COLOUR.sub("", whole).rsplit("\r", 1)[-1][:LONGEST]
        if "\b" in line or "s/step" in line or PROGRESS.match(line):
            continue
        bare = BARE.match(line)
        if bare:
            yield from _several("number", bare["number"], bare["rest"])
            continue
        named = list(NAMED.finditer(line)) or list(PLAIN.finditer(line))
        for match in named:
            name = _name(match["name"])
            if name:
                rest = match.groupdict().get("rest") or ""
                yield from _several(name, match["number"], rest)


def _several(name: str, first: str, rest: str) -> Iterator[Found]:
    values = [float(part.replace(",", "")) for part in (first, *re.findall(NUMBER, rest))]
    if len(values) == 1:
        yield name, values[0]
        return
    for number, value in enumerate(values, 1):
        yield f"{name} [{number}]", value


def _name(words: str) -> str:
    """The last few words before a number, in lower case; without what is itself a number."""
    kept = re.findall(r"[A-Za-z_][\w%'-]*", words)
    return " ".join(kept[-5:]).lower().strip(" -_'")
