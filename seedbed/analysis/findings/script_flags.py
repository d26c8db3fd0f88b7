"""The flags of a script by their own names: ``learning-rate=0.001``, not ``arguments=…``."""

import shlex
from collections.abc import Sequence

from seedbed.system.text.number_text import is_number

Options = tuple[tuple[str, object], ...]
ARGUMENTS = "arguments"
NOT_GIVEN = "default"
"""What a configuration has whose command does not give a flag that others do."""
ON = "yes"


def with_flags_named(configurations: Sequence[Options]) -> list[Options]:
    """The configurations with each flag that differs in place of the script's whole command line.

    Args:
        configurations: Options of each; ``arguments`` holds flags as a shell reads them.

    Returns:
        The same, in order; as they were where no flag has a name, or names alone would make two
        configurations equal.
    """
    if not all(dict(options).get(ARGUMENTS) is not None for options in configurations):
        return list(configurations)
    given = [_flags(str(dict(options)[ARGUMENTS])) for options in configurations]
    names = list(dict.fromkeys(name for flags in given for name in flags))
    values = {name: [flags.get(name, NOT_GIVEN) for flags in given] for name in names}
    differing = [name for name in names if len(set(values[name])) > 1]
    taken = {name for options in configurations for name, _ in options}
    named = [
        _in_place(options, [(name, values[name][at]) for name in differing])
        for at, options in enumerate(configurations)
    ]
    unclear = len(set(named)) < len(configurations) or taken & set(differing)
    return list(configurations) if unclear else named


def _in_place(options: Options, flags: Sequence[tuple[str, object]]) -> Options:
    """Options with flags where the command line stood."""
    pairs: list[tuple[str, object]] = []
    for option in options:
        pairs.extend(flags if option[0] == ARGUMENTS else [option])
    return tuple(pairs)


def _flags(line: str) -> dict[str, str]:
    """Flag → its value; arguments without a flag are numbered."""
    try:
        words = shlex.split(line)
    except ValueError:
        return {ARGUMENTS: line}
    flags: dict[str, str] = {}
    open_flag, bare = "", 0
    for word in words:
        if word.startswith("-") and not is_number(word):
            name, equals, value = word.partition("=")
            open_flag = "" if equals else name.lstrip("-")
            flags[name.lstrip("-")] = value if equals else ON
        elif open_flag:
            flags[open_flag], open_flag = word, ""
        else:
            bare += 1
            flags[f"argument {bare}"] = word
    return flags
