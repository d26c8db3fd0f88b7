"""What the arms of a script are called: by what they differ in, in words or in the script's own."""

from collections import Counter
from collections.abc import Mapping, Sequence

from seedbed.runs.script.numbers.headline import PERCENT, is_shown

LONGEST = 40
"""Characters of a printed name that can be one of an arm."""
MOST_KINDS = 2
"""Kinds of layers that a name tells."""


def arm_names(
    differs: Sequence[Mapping[str, object]],
    values: Sequence[float],
    said: Mapping[str, Sequence[float]],
) -> list[str]:
    """A name for each arm, no two alike.

    Args:
        differs: Of each arm the settings that differ → their values.
        values: Of each arm the number that stands for it.
        said: What the whole script printed: name → values.
    """
    names = [_by_settings(one) for one in differs]
    if all(names) and len(set(names)) == len(names):
        return [str(name) for name in names]
    if own := _as_printed(values, said):
        return own
    layers = [str(one["layers"]).split() for one in differs if "layers" in one]
    by_layers = _by_layers(layers) if len(layers) == len(differs) else []
    names = by_layers or [_first(one) for one in differs]
    if len(set(names)) < len(names):
        return [f"training {place}: {name}" for place, name in enumerate(names, 1)]
    return [str(name) for name in names]


def _by_settings(differs: Mapping[str, object]) -> str:
    """By the settings that differ, but for those of layers; empty if only layers differ."""
    plain = {name: value for name, value in differs.items() if not name.startswith("layer")}
    return _words(list(plain.items())[:3])


def _first(differs: Mapping[str, object]) -> str:
    if "layers" in differs:
        number = len(str(differs["layers"]).split())
        return f"{number} layer{'' if number == 1 else 's'}"
    return _by_settings(differs) or _words(list(differs.items())[:1])


def _words(parts: Sequence[tuple[str, object]]) -> str:
    return " ".join(f"{name.rsplit(' ', 1)[-1]}={value}" for name, value in parts)


def _as_printed(values: Sequence[float], said: Mapping[str, Sequence[float]]) -> list[str]:
    """The script's own words, if it prints the number of each arm under a name of its own."""
    names: list[str] = []
    for value in values:
        own = [
            name
            for name, printed in said.items()
            if len(printed) == 1
            and len(name) <= LONGEST
            and any(is_shown(value * unit, printed) for unit in (1, PERCENT))
        ]
        if len(own) != 1:
            return []
        names += own
    return names if len(set(names)) == len(names) else []


def _by_layers(layers: Sequence[Sequence[str]]) -> list[str]:
    """By the kinds of layers that only some have; empty where they differ in their number alone."""
    common = Counter(layers[0])
    for one in layers[1:]:
        common &= Counter(one)
    more = [list(Counter(one) - common) for one in layers]
    kinds = set().union(*more)
    if kinds & set(common) or max(map(len, more)) > MOST_KINDS:
        return []
    words = [" and ".join(one) for one in more]
    if all(words):
        return words
    missing = "".join(words) if len(words) == 2 else ""
    return [f"with {word}" if word else f"without {missing}".strip() for word in words]
