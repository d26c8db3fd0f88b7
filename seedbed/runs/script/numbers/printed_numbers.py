"""The numbers that a script prints, each with the words before it.

``Test accuracy: 0.7557``, ``loss = 1.2e-3``, ``acc 75.6 %``, ``[0.31, 0.89]``, ``np.float64(0.9)``,
``test loss, test acc: [0.19, 0.83]``. The lines of Keras' own progress are left out: what they say
is recorded from the fit itself. Where names and numbers do not match one by one, the numbers get a
place, such as ``score [2]``, and no name of their own.
"""

import re
from collections.abc import Iterable, Iterator

from seedbed.runs.script.numbers.number_spellings import plain_numbers
from seedbed.runs.script.numbers.printed_matrices import parts_of_output

NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?![\d.]*\d)(?:\.\d+)?|\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?"
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PROGRESS = re.compile(
    r"^\s*(?:Epoch \d+\s*/\s*\d+\s*$|\d+/(?:\d+|Unknown)\b.*(?:step|━|=>|\[=))|\d+%\|"
)
OF_OTHERS = re.compile(
    r"^\s*(?:Epoch \d+: .*(?:improve|early stopping|reducing|setting|finished)"
    r"|Restoring model weights|\S*sh: (?:line )?\d+: )"
)
"""Lines that callbacks of Keras print, and a shell that does not find a program."""

BETWEEN = r"(?:\s*[,;/]\s*|\s+)"
"""What stands between the numbers of a list; NumPy prints spaces."""

LIST = rf"[\[({{]\s*(?P<first>{NUMBER})(?P<others>(?:{BETWEEN}{NUMBER})*)\s*,?\s*[\])}}]"
KINDS = "rmse|mse|mae|mape|eer|hter|auc|f1|r2|acc|accuracy|error|loss"
KIND = re.compile(rf"\b(?:{KINDS})\b", re.IGNORECASE)
MOST_WORDS = 5
SMALL_WORDS = {"a", "an", "the", "of", "on", "in", "for", "at", "our", "my", "is"}
UNIT = (
    rf"(?:[ \t]*\(?(?<![\w.])(?P<unit>(?i:{KINDS}))\b"
    r"(?=[ \t]*(?:$|[,;.)\]|/]|(?:on|for|after|in)\b)(?![ \t]*[,;/|][ \t]*[-+.\d]))\)?)?"
)
"""The kind of a number, where it stands behind it; not the name of the next number."""

NAMED = re.compile(
    r"(?P<name>[A-Za-z_][\w .,%/&()'-]*?)\s*(?:[:=]|->|\bis\b|\bare\b)\s*"
    rf"(?:{LIST}|(?P<number>{NUMBER})(?P<rest>(?:{BETWEEN}{NUMBER}(?![\w:]))*))"
    rf"\s*(?P<percent>%?){UNIT}"
)
PLAIN = re.compile(
    r"(?P<name>[A-Za-z_][\w .%/()'-]*?)\s+(?P<number>[-+]?\d*\.\d+(?:[eE][-+]?\d+)?)"
    rf"\s*(?P<percent>%?){UNIT}"
)
BEFORE = re.compile(rf"^\s*(?P<number>{NUMBER})\s*(?P<percent>%?){UNIT}\s*[.;)]*\s*$")
"""A number with nothing but its unit, such as ``57.06 RMSE``."""

BARE = re.compile(rf"^\s*(?:{LIST}|(?P<number>{NUMBER})(?P<rest>(?:{BETWEEN}{NUMBER})*))\s*,?\s*$")
BY_CLASS = re.compile(r"^\s*(?:precision\s+recall\s+f1-score\s+support|pre\s+rec\s+spe\s+f1\b.*)$")
SEPARATED = re.compile(r"\s*(?:[,/&]|\band\b)\s*")
CLASS_ROW = re.compile(r"^\s*(?P<name>\S+(?: \S+)*)\s{2,}(?P<numbers>[-\d.]+(?:\s+[-\d.]+)+)\s*$")
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
    result: dict[str, float] = {}
    for name, values in list(printed(text).items())[:MOST_NAMES]:
        if len(values) > OFTEN:
            result[name] = values[-1]
            continue
        for number, value in enumerate(values, 1):
            result[name if number == 1 else f"{name} {number}"] = value
    return result


def printed(text: str) -> dict[str, list[float]]:
    """Name → each number printed under it, in order.

    Args:
        text: What was printed.
    """
    by_name: dict[str, list[float]] = {}
    for name, value in _found(text.splitlines()):
        by_name.setdefault(name, []).append(value)
    return by_name


def _found(lines: Iterable[str]) -> Iterator[Found]:
    columns: list[str] = []
    for whole in parts_of_output(lines):
        if isinstance(whole, tuple):
            continue
        line = COLOUR.sub("", whole).rsplit("\r", 1)[-1][:LONGEST]
        if "\b" in line or "s/step" in line or PROGRESS.search(line):
            continue
        if OF_OTHERS.search(line):
            continue
        line = plain_numbers(line)
        if BY_CLASS.match(line):
            columns = line.split()
            continue
        row = CLASS_ROW.match(line) if columns else None
        if row and len(row["numbers"].split()) >= len(columns) - 2:
            yield from _by_class(row["name"], row["numbers"].split(), columns)
            continue
        if line.strip():
            columns = []
        yield from _of_line(line)


def _of_line(line: str) -> Iterator[Found]:
    bare = BARE.match(line)
    if bare:
        yield from _several("number", _values(bare))
        return
    alone = BEFORE.match(line)
    if alone and alone["unit"]:
        yield _name(alone["unit"]), _values(alone)[0]
        return
    named = list(NAMED.finditer(line))
    for match in named or PLAIN.finditer(line):
        yield from _several(_with_unit(match), _values(match))


def _with_unit(match: re.Match[str]) -> str:
    """The words before a number, and the kind behind it unless the words have it."""
    words, unit = match["name"], match["unit"]
    if not unit or unit.lower() in words.lower():
        return words
    return f"{words} {unit}"


def _by_class(name: str, values: list[str], columns: list[str]) -> Iterator[Found]:
    """A line of scikit-learn's report by class; the accuracy stands in the last column but one."""
    if len(values) < len(columns):
        if name == "accuracy":
            yield name, float(values[0])
        return
    for column, value in zip(columns, values, strict=False):
        yield f"{name} {column}".lower(), float(value)


def _values(match: re.Match[str]) -> list[float]:
    parts = match.groupdict()
    if parts.get("first"):
        texts = [parts["first"], *re.findall(NUMBER, parts["others"] or "")]
    else:
        texts = [parts["number"], *re.findall(NUMBER, parts.get("rest") or "")]
    return [float(text.replace(",", "")) for text in texts]


def _several(words: str, values: list[float]) -> Iterator[Found]:
    names = [_name(part) for part in SEPARATED.split(words)]
    if len(values) == 1:
        name = names[-1] if "," in words else _name(words)
        if name:
            yield name, values[0]
        return
    if len(names) == len(values) and all(names):
        yield from zip(names, values, strict=True)
        return
    if name := _name(words):
        for number, value in enumerate(values, 1):
            yield f"{name} [{number}]", value


def _name(words: str) -> str:
    """The last few words before a number, in lower case; without what is itself a number.

    Of a longer text that says earlier what kind of number it is, as ``Accuracy of the network on
    the 10000 test images``, articles and prepositions are left out.
    """
    kept = re.findall(r"[A-Za-z_][\w%'-]*", words)
    if KIND.search(" ".join(kept[:-MOST_WORDS])) and not KIND.search(" ".join(kept[-MOST_WORDS:])):
        kept = [word for word in kept if word.lower() not in SMALL_WORDS]
    return " ".join(kept[-MOST_WORDS:]).lower().strip(" -_'")
