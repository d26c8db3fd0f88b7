"""IPython's commands in a notebook's cell: code in them is read, the rest is dropped."""

import re

_OTHER_LANGUAGE = re.compile(
    r"^%%(bash|sh|script|html|HTML|javascript|js|latex|markdown|svg|perl|ruby|writefile|file|R|sql|cmd)\b"
)
_TIMED = re.compile(
    r"^(\s*)%(?:time|timeit|prun|memit|mprun|lprun)\b((?:\s+-\w+(?:\s+\d+)?)*)\s+(?=\S)"
)
_TIMED_VALUE = re.compile(r"^(\s*[\w, .\[\]]+=\s*)%(?:time|timeit)\b((?:\s+-\w+(?:\s+\d+)?)*)\s*")
_RUN = re.compile(r"^(\s*)%run\s+(?:-\w+\s+)*[\"']?([\w./\\-]+?)(?:\.py|\.ipynb)?[\"']?(?:\s.*)?$")
_MAGIC = re.compile(r"^(\s*)([%!?]|\w[\w.]*\?\??\s*$)")
_SHELL_WORD = re.compile(
    r"^(\s*)(?:pip3?|conda|ls|cd|pwd|mkdir|wget|unzip|rm|cp|mv)(?:\s+[\w./~-].*)?$"
)
_VALUE = re.compile(r"^(\s*[\w, ]+=\s*)[!%](?!=)")
_WRITES = re.compile(r"^%%(?:writefile|file)\s+(?:-a\s+)?[\"']?([\w./-]+)\.py\b")


def written_module(lines: list[str]) -> tuple[str, str] | None:
    """The name and text of the module that a cell writes with ``%%writefile name.py``."""
    match = _WRITES.match(lines[0]) if lines else None
    return (match[1].removeprefix("./"), "\n".join(lines[1:])) if match is not None else None


def without_magics(lines: list[str]) -> list[str]:
    """The lines of a cell as Python: one for one, so that their numbers stay.

    Args:
        lines: As the notebook holds them.

    Returns:
        ``%time model.fit(x)`` as ``model.fit(x)``, ``%run helper.py`` as an import of its names,
        ``files = !ls`` as ``files = None``, and other commands as ``pass``.
    """
    if lines and _OTHER_LANGUAGE.match(lines[0]):
        return ["" for _ in lines]
    code: list[str] = []
    continued = False
    for line in lines:
        if continued:
            code.append("")
            continued = line.rstrip().endswith("\\")
            continue
        found = _as_python(line)
        code.append(line if found is None else found)
        dropped = found is not None and (
            found.strip() in {"", "pass"} or _VALUE.match(line) is not None
        )
        continued = dropped and line.rstrip().endswith("\\")
    return code


def commands_of(lines: list[str], code: list[str]) -> dict[int, str]:
    """The commands of a cell as the notebook holds them.

    Args:
        lines: Lines of the cell.
        code: The same as Python (``without_magics``).

    Returns:
        Offset of a line → the command that stands there, with the lines that continue it; of a
        cell in another language the whole cell.
    """
    if lines and _OTHER_LANGUAGE.match(lines[0]):
        return {0: "\n".join(lines)}
    found: dict[int, str] = {}
    begin = None
    for offset, (line, python) in enumerate(zip(lines, code, strict=True)):
        if begin is not None:
            found[begin] = found[begin].rstrip().removesuffix("\\") + line.strip()
        elif line != python:
            begin, found[offset] = offset, line
        if begin is not None and not line.rstrip().endswith("\\"):
            begin = None
    return found


def _as_python(line: str) -> str | None:
    """A line with a command as Python; None for a line that is Python already."""
    if line.startswith("%%"):
        return ""
    timed = _TIMED.match(line)
    if timed is not None:
        return timed[1] + line[timed.end() :]
    run = _RUN.match(line)
    if run is not None and re.fullmatch(r"(\w+[./\\])*\w+", run[2].removeprefix("./")):
        module = re.sub(r"[/\\]", ".", run[2].removeprefix("./"))
        return f"{run[1]}from {module} import *"
    value = _TIMED_VALUE.match(line)
    if value is not None:
        return value[1] + line[value.end() :]
    if _VALUE.match(line):
        return _VALUE.sub(r"\1None  #", line)
    command = _MAGIC.match(line) or _SHELL_WORD.match(line)
    return command[1] + "pass" if command is not None else None
