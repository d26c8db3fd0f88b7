"""IPython's commands in a notebook's text: which run, as what, and which are left out."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from seedbed.doctor.source.module import Module

READING = {
    "cat", "date", "df", "du", "echo", "find", "free", "grep", "head", "hostname", "ls", "lscpu",
    "nproc", "nvidia-smi", "pwd", "sort", "tail", "uname", "uniq", "wc", "which",
}  # fmt: skip
"""Programs that change nothing: a notebook that asks for what they print gets it."""

MAKING = {"cp", "gunzip", "mkdir", "mv", "tar", "touch", "unzip"}
"""Programs that make files, and run where all paths that they name lie in the run's copy."""

SETTINGS = {"alias_magic", "autoreload", "autosave", "colors", "config", "load_ext", "logstart",
            "logstop", "matplotlib", "precision", "pylab", "reload_ext", "reset", "reset_selective",
            "tensorflow_version", "xmode", "who", "whos", "history", "pdb", "pwd", "ls", "magic",
            "lsmagic", "doctest_mode", "notebook"}  # fmt: skip
"""Magics that have no effect in a run that nobody watches."""

RUNNING = {"run", "env", "set_env", "cd"}
"""Magics that take effect."""

_WRITE = re.compile(r"^%%(?:writefile|file)\s+(-a\s+|--append\s+)?[\"']?([^\"'\n]+?)[\"']?\s*$")
_CAPTURE = re.compile(r"^(\s*)%%capture\b(?:\s+--?[\w-]+)*\s*(\w+)?")
_ASSIGNED = re.compile(r"^(\s*[\w, ]+=\s*)([!%])\s*(.*)$", re.S)
_COMMAND = re.compile(r"^(\s*)(!!?|%{1,2})\s*(.*)$", re.S)
_WORDS = re.compile(r"^(\s*)(pip3?|conda|ls|cd|pwd|mkdir|wget|unzip|rm|cp|mv)\b(.*)$")
_SHELL_SIGNS = re.compile(r"[;&<>`$()\n]")


@dataclass(frozen=True)
class LeftOut:
    """A command that does not run.

    Attributes:
        where: Its place in the notebook.
        text: The command, its first line.
    """

    where: str
    text: str

    def __str__(self) -> str:
        """``cell 1 line 2 !pip install x``."""
        return f"{self.where} {self.text}"


def runnable(module: Module) -> tuple[str, list[LeftOut]]:
    """The text of a notebook with its commands as calls of ``get_ipython()``, line for line.

    Args:
        module: The notebook.

    Returns:
        The text, and the commands that are left out of it.
    """
    lines = list(module.source_lines)
    left_out = []
    for row, command in sorted(module.commands.items()):
        code = _call(command, lines[row - 1])
        if code is None:
            first = command.strip().splitlines()[0][:80]
            out = LeftOut(module.line(row).words, first)
            left_out.append(out)
            code = _without(command, str(out), lines[row - 1])
        lines[row - 1] = code
    return "\n".join(lines), left_out


def _call(command: str, python: str) -> str | None:
    """What a command runs as; None if it is left out."""
    first, _, text = command.partition("\n")
    if write := _WRITE.match(first):
        return f"get_ipython().write_file({write[2]!r}, {text + chr(10)!r}, {bool(write[1])})"
    if capture := _CAPTURE.match(first):
        return f"{capture[1]}{capture[2]} = get_ipython().captured()" if capture[2] else ""
    return _line_call(command, python)


def _line_call(command: str, python: str) -> str | None:
    """What a command of one line runs as; None if it is left out."""
    if assigned := _ASSIGNED.match(command):
        before, sign, rest = assigned.groups()
        if sign == "!" and is_run(rest):
            return f"{before}get_ipython().getoutput({rest!r})"
        return None if sign == "!" or python.startswith(f"{before}None") else python
    match = _COMMAND.match(command) or _WORDS.match(command)
    if match is None:
        return python  # name?
    indent, sign, rest = match.groups()
    if sign.startswith("!"):
        return f"{indent}get_ipython().system({rest!r})" if is_run(rest) else None
    text = rest if sign.startswith("%") else sign + rest
    return _magic(indent, text, python, is_cell=sign == "%%")


def _magic(indent: str, text: str, python: str, *, is_cell: bool) -> str | None:
    """What ``%name rest`` runs as."""
    name, _, rest = text.strip().partition(" ")
    if name in RUNNING and not is_cell:
        return f"{indent}get_ipython().run_line_magic({name!r}, {rest.strip()!r})"
    if name in SETTINGS or (python.strip() not in {"", "pass"}):
        return python  # the statement that %time and the like measure
    if is_cell and name in {"time", "timeit", "prun", "memit", "script_time"}:
        return python
    if not is_cell and is_run(text):
        return f"{indent}get_ipython().system({text!r})"
    return None


def _without(command: str, out: str, python: str) -> str:
    """The line that stands for a command that is left out."""
    assigned = _ASSIGNED.match(command)
    if assigned is None:
        return python
    names = [name.strip() for name in assigned[1].rstrip().removesuffix("=").split(",")]
    indent = assigned[1][: len(assigned[1]) - len(assigned[1].lstrip())]
    return indent + " = ".join([*names, f"get_ipython().left_out({out!r})"])


def is_run(command: str) -> bool:
    """Whether a shell command runs: it only reads, or makes files within the run's copy."""
    if _SHELL_SIGNS.search(command):
        return False
    try:
        parts = [shlex.split(part) for part in command.split("|")]
    except ValueError:
        return False
    programs = [words[0] if words else "" for words in parts]
    if all(name in READING for name in programs):
        return not any(word in {"-delete", "-exec", "-execdir"} for word in parts[0])
    inside = not any(_leaves(word) for words in parts for word in words[1:])
    return len(programs) == 1 and programs[0] in MAKING and inside


def _leaves(word: str) -> bool:
    path = Path(word.partition("=")[2] or word)
    return path.is_absolute() or ".." in path.parts or word.startswith("~")


def missed(name: str, left_out: Iterable[LeftOut], *, is_file: bool) -> str:
    """What to say where a name or a file is missing that a command would have brought.

    Args:
        name: The name, or the file's path.
        left_out: Commands that did not run.
        is_file: Whether it is a file: then every command that fetches or unpacks may be meant.

    Returns:
        The end of a sentence; empty if no command is likely.
    """
    words = {part for part in re.split(r"\W+", Path(name).stem) if len(part) > 2} | {name}
    sure = [one for one in left_out if any(word in one.text for word in words)]
    if not sure and is_file:
        fetching = ("wget", "curl", "gdown", "kaggle", "git", "unzip", "tar", "drive", "bash", "sh")
        sure = [one for one in left_out if any(word in one.text for word in fetching)]
    if not sure:
        return ""
    told = "; ".join(map(str, sure[:3]))
    return f"; repeat leaves out {told}: run that once beside the notebook"
