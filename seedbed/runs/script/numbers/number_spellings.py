"""Numbers as libraries print them, turned into plain digits.

``np.float64(0.91)``, ``tf.Tensor(0.91, shape=(), dtype=float32)``, ``<tf.Variable … numpy=0.91>``,
``array([0.75, 0.43], dtype=float32)``, ``('Test accuracy:', 0.91)``, ``9123/10000 (91 %)``.
Settings that stand beside a result are no numbers of the script: ``Best: 0.97 using {'lr': 0.01}``.
"""

import re

FLOAT = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
SCALAR = re.compile(rf"\b(?:np|numpy)\.[a-z]+_?\d*\(({FLOAT})\)")
TENSOR = re.compile(
    r"\b(?:tf\.Tensor|tensor|Array|array|np\.array|numpy\.array|DeviceArray)\("
    rf"(\[[^\]]*\]|{FLOAT})[^)(]*(?:\([^)]*\)[^)(]*)*\)"
)
EAGER = re.compile(rf"<tf\.[A-Za-z]+[^<>]*?\bnumpy=(\[[^\]]*\]|{FLOAT})[^<>]*>")
VARIABLE = re.compile(rf"<Variable path=[^<>]*?\bvalue=(\[[^\]]*\]|{FLOAT})[^<>]*>")
TUPLE = re.compile(
    rf"\(?(['\"])(?P<name>[^'\"]*?[A-Za-z][^'\"]*?)[:=]?\s*\1\s*[,:]\s*(?={FLOAT}|\[)"
)

FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)\s*\(\s*(\d+(?:\.\d+)?)\s*%\s*\)")
"""A count, of how many, and the same in percent: ``9123/10000 (91 %)``."""

RESULTS = (
    "acc|loss|score|error|auc|f1|eer|hter|far|frr|precision|recall|dice|iou|mae|mse|top|mean|std"
)
RESULT = re.compile(rf"(?:{RESULTS})\w*['\"]?\s*:\s*[-+.\d]", re.IGNORECASE)
"""A key and its number in a dictionary that holds results, not settings."""

DICTIONARY = re.compile(
    r"(?P<words>\b(?:using|with|for|from|param\w*|hyper[- ]?param\w*|config\w*|settings?)"
    r"\s*(?::|=|\bare\b|\bis\b)?\s*)\{(?:[^{}]|\{[^{}]*\})*\}?",
    re.IGNORECASE,
)
"""Printed settings, such as ``using {'lr': 0.01, 'units': 16}``."""

KEYWORDS = re.compile(
    rf"(?P<words>{FLOAT}\s*%?\)?,?\s+(?:using|with|at|for)\s+)"
    rf"(?:\w*param\w*:?\s+)?(?!\w*(?:{RESULTS}))[a-z_]\w*\s*[=:].*$",
    re.IGNORECASE,
)
"""A number and the settings that gave it, such as ``0.97 using lr=0.01, units=16``."""


def plain_numbers(line: str) -> str:
    """The line with every result in plain digits, and quoted names before their numbers bare.

    Args:
        line: One line of what was printed.
    """
    line = FRACTION.sub(_share, SCALAR.sub(r"\1", line))
    for spelling in (TENSOR, EAGER, VARIABLE):
        line = spelling.sub(r"\1", line)
    line = KEYWORDS.sub(r"\g<words>", DICTIONARY.sub(_without_settings, line))
    return TUPLE.sub(r"\g<name>: ", line)


def _share(match: re.Match[str]) -> str:
    """A count's share in percent, with all its digits where the script rounds it."""
    count, every, said = (float(group) for group in match.groups())
    exact = 100 * count / every if every else said
    return f"{exact:.10g} %" if abs(exact - said) <= 1 else f"{match[3]} %"


def _without_settings(match: re.Match[str]) -> str:
    """The words before printed settings; the whole if the dictionary holds results."""
    return match[0] if RESULT.search(match[0]) else match["words"]
