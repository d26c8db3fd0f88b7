"""How numbers are written: percent with its unit, differences in points, lists, counts.

Accuracies arrive as fractions. ``percent`` writes a share ("95.92 %"), ``points`` a difference
of two shares ("+0.21 points"), ``width`` a spread ("0.21 points", no sign).
"""

import math
import re
from collections.abc import Iterable, Sequence

from seedbed.analysis.statistics.estimate import Estimate

_HYPHEN = re.compile(r"(?<![\w.-])-(?=\d)")
MINUTE, HOUR, DAY = 60, 3600, 86400
SCRIPT_ARM = "script_arm"
"""Option that stands for the trainings of a script that no single setting tells apart."""
LONGEST_ARM = 60
STREAM_SEEDS = "stream_seeds"
"""Option of a script's run: its sources that do not follow ``seed``."""


def fixed(value: float, digits: int = 2) -> str:
    """``value`` with ``digits`` decimals and never a negative zero."""
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("-") and float(text) == 0 else text


def percent(value: float, digits: int = 2) -> str:
    """A fraction as percent: 0.9592 is ``95.92 %``."""
    return f"{fixed(100 * value, digits)} %"


def points(value: float, digits: int = 2) -> str:
    """A difference of two fractions in percentage points, with its sign."""
    return f"{signed(value, digits)} points"


def signed(value: float, digits: int = 2) -> str:
    """A difference of two fractions in percentage points, with its sign and without its unit."""
    text = fixed(100 * value, digits)
    return text if text.startswith("-") or float(text) == 0 else f"+{text}"


def with_minus(text: object) -> str:
    """The text with a true minus sign before each negative number, as pictures have it."""
    return _HYPHEN.sub("−", str(text))


def width(value: float, digits: int = 2) -> str:
    """A spread of fractions (a standard deviation, half a width) in percentage points."""
    return f"{fixed(100 * value, digits)} points"


def span(estimate: Estimate, digits: int = 2, *, sign: bool = False) -> str:
    """The interval of an estimate, in percent or points without the unit; "none" without one."""
    if estimate.low is None or estimate.high is None:
        return "none"
    write = signed if sign else lambda value, d: fixed(100 * value, d)
    return f"{write(estimate.low, digits)} to {write(estimate.high, digits)}"


def p_value(value: float | None) -> str:
    """A p-value with its name: ``p = 0.031``, ``p < 0.0001``."""
    if value is None or math.isnan(value):
        return "no p-value"
    if value < 1e-4:
        return "p < 0.0001"
    return f"p = {value:.2f}" if value >= 0.1 else f"p = {value:.{4 if value < 0.001 else 3}f}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 run``, ``5 runs``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def numbered(number: int) -> str:
    """A number with its article: ``a 600``, ``an 80``, ``an 11,000``."""
    text = f"{number:,}"
    first = text.split(",", maxsplit=1)[0]
    return f"{'an' if first.startswith('8') or first in ('11', '18') else 'a'} {text}"


def listed(items: Iterable[str], *, limit: int = 6, last: str = "and") -> str:
    """``a, b and c``; past ``limit`` items, ``a, b, … and 12 more``."""
    words = list(items)
    if len(words) > limit:
        words = [*words[: limit - 1], f"{len(words) - limit + 1} more"]
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def one_line(text: object, limit: int = 60) -> str:
    """Text on one line, control characters as spaces, cut with … after ``limit`` characters."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def sentence_of(text: object, limit: int) -> str:
    """Text on one line, cut with … after the last whole word within ``limit`` characters."""
    plain = one_line(text, len(str(text)) + 1)
    return (
        plain
        if len(plain) <= limit
        else f"{plain[:limit].rpartition(' ')[0] or plain[: limit - 1]} …"
    )


def apart(a: Sequence[tuple[str, object]], b: Sequence[tuple[str, object]]) -> str:
    """A minus B in words, what differs first: ``batch_size=32 − 256, learning_rate=0.001``.

    Args:
        a: Options of the one.
        b: Options of the other, the same names in the same order.
    """
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    shared = [x for x, y in zip(a, b, strict=True) if x == y]
    tail = f", {label(shared)}" if shared else ""
    if len(differing) == 1:
        (first, (_, value)) = differing[0]
        return f"{label([first])} − {option_value(value)}{tail}"
    return f"{label([x for x, _ in differing])} − {label([y for _, y in differing])}{tail}"


def label(options: Sequence[tuple[str, object]]) -> str:
    """A configuration in words: ``batch_size=32 learning_rate=0.001``."""
    if not options:
        return "the only configuration"
    return " ".join(_option(name, value) for name, value in options)


def _option(name: str, value: object) -> str:
    """``batch_size=32``; of a training that a script names itself its name alone."""
    if name == SCRIPT_ARM:
        return one_line(value, LONGEST_ARM)
    return f"{one_line(name, 24)}={option_value(value)}"


def option_value(value: object, limit: int = 24) -> str:
    """An option's value as sweep files and flags have it, cut as ``one_line`` cuts."""
    return one_line(str(value).lower() if isinstance(value, bool) else value, limit)


def stream_words(value: object) -> list[str]:
    """A script's sources that have seeds of their own: ``init=3;line 14=5`` as two phrases."""
    parts = (part.rpartition("=") for part in str(value).split(";"))
    return [f"{source} {seed}" for source, _, seed in parts if source]


def names_within(labels: Sequence[str], width: int) -> list[str]:
    """The labels in a width, each another one.

    Where they are too long, what they share at the beginning goes first, then the names of options.
    """
    by_letter = _without_beginning(labels, r".*")
    forms = [list(labels), _without_beginning(labels), _values_alone(labels), by_letter]
    fitting = [form for form in forms if all(len(label) <= width for label in form)]
    for form in (*fitting, *forms):
        cut = [one_line(label, width) for label in form]
        if len(set(cut)) == len(set(labels)):
            return cut
    return [one_line(label, width) for label in by_letter]


def _without_beginning(labels: Sequence[str], whole: str = r"(?:.*[ =/])?") -> list[str]:
    """The labels without the words that all begin with; a word ends at a space, = or /.

    Args:
        labels: The labels.
        whole: What is taken away of the letters that they share.
    """
    given = list(filter(None, labels))
    letters = zip(*given, strict=False)
    shared = next((at for at, of in enumerate(letters) if len(set(of)) > 1), 0)
    found = re.match(whole, given[0][:shared]) if given else None
    start = found.end() if found else 0
    return [f"…{label[start:]}" if label and start else label for label in labels]


def _values_alone(labels: Sequence[str]) -> list[str]:
    """``batch_size=8 lr=0.1 seed=3`` as ``8 0.1 seed=3``, if all labels have the same options."""
    options = {tuple(re.findall(r"(?:^| )([\w.]+)=", label)) for label in labels if label}
    if len(options) != 1:
        return list(labels)
    return [re.sub(r"(^| )(?!\w*seed=)[\w.]+=", r"\1", label) for label in labels]


def gathered(notes: Iterable[tuple[str, str]], limit: int = 3) -> list[str]:
    """Notes on configurations, each once: ``a and b: no run finished``.

    Args:
        notes: Configuration and what is noted of it.
        limit: Configurations named; more are counted.
    """
    of: dict[str, list[str]] = {}
    for name, note in notes:
        of.setdefault(note, []).append(name)
    return [
        f"{listed(names) if len(names) <= limit else count(len(names), 'configuration')}: {note}"
        for note, names in of.items()
    ]


def ago(seconds: float) -> str:
    """A length of time in one unit."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= 2 * unit or (unit == MINUTE and seconds >= unit):
            return count(round(seconds / unit), name)
    return "less than a minute"
