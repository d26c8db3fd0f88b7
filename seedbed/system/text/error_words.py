"""The words of a long error message that say why: the first line often only says that it failed."""

import re

LONGEST = 500
LONGEST_END = 160
"""Letters of the last line that stand beside the first."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(
    r"\x1b\[[0-9;]*m|^\{\{function_node [^}]*\}\} |\s*\[Op:\w+\](?: name:\s*)?$", re.M
)
"""Colours, and what TensorFlow writes before and behind a message."""
_NUMBERS = re.compile(r"\d[\d., ]*")
_ROOT_CAUSE = re.compile(r"^\(\d+\)\s+([A-Z_]+):\s+(\S.*)$")
"""``(0) INVALID_ARGUMENT: Received a label value of 11 …``, as TensorFlow lists root causes."""
_NO_CAUSE = re.compile(
    r"^(?:\[\[.*|\[Op:.*|File \"|<stack traces|<ipython|Detected at node|defined at|Stack trace"
    r"|\d+ root error|\d+ (?:successful|derived)|[-=~^*_ ]+$|https?://\S+$|Traceback \(most)"
)
"""Lines that tell where, and not why."""
_BELOW = re.compile(r"^(?:Call )?[Aa]rguments received by|^Original stack trace")
"""From such a line on, a message lists what it was called with."""
_LEADS = re.compile(
    r"^(?:Graph execution error|in user code|Exception encountered when calling\b.*"
    r"|All the \d+ fits failed.*)[:.]?$"
)
"""First lines that only say that something failed."""


def telling_words(text: str) -> str:
    """What a message says of the cause, on one line.

    Of TensorFlow's messages it is the root cause, of Keras' what a layer complained about; of
    others the first line, after a colon with the next one, else with the last one that tells more.

    Args:
        text: The message of an exception.
    """
    lines = _lines(text)
    if not lines:
        return ""
    first, rest = lines[0], [line for line in lines[1:] if not _NO_CAUSE.match(line)]
    if _LEADS.match(first):
        found = _root_cause(lines) or _of_lead(first, rest)
    elif not rest:
        found = first
    elif first.endswith(":"):
        has_frames = len(rest) < len(lines) - 1
        found = f"{first} {rest[-1 if has_frames else 0]}"
    else:
        found = first if first in rest[-1] else f"{first} … {_cut(rest[-1])}"
    return found[:LONGEST]


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_END else f"{line[: LONGEST_END - 1]}…"


def without_colours(text: str) -> str:
    """The text without the codes that colour it on a terminal."""
    return _COLOUR.sub("", text)


def alike(one: str, other: str) -> bool:
    """Whether two errors at one place are one but for their numbers, which may follow the seed.

    Args:
        one: ``train.py line 5: ValueError: 11 is not in [0, 10)``.
        other: The same of another run.
    """
    (place, _, said), (where, _, says) = one.partition(": "), other.partition(": ")
    return place == where and _NUMBERS.sub("0", said) == _NUMBERS.sub("0", says)


def _lines(text: str) -> list[str]:
    """The lines without colours, up to what the message was called with."""
    lines: list[str] = []
    for raw in _NOISE.sub("", text).strip().splitlines():
        line = raw.strip()
        if _BELOW.match(line):
            break
        if line:
            lines.append(line)
    return lines


def _root_cause(lines: list[str]) -> str | None:
    causes = (match.group(2) for line in lines if (match := _ROOT_CAUSE.match(line)))
    return next(causes, None)


def _of_lead(first: str, rest: list[str]) -> str:
    """The cause below a line that says nothing of it; of Keras' the line right below."""
    if not rest:
        return first
    return rest[0] if first.startswith("Exception encountered") else rest[-1]
