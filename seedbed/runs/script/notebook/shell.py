"""What ``get_ipython()`` gives while a notebook runs as a script."""

import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from seedbed.doctor.source.find_files import read_module
from seedbed.runs.script.notebook.commands import is_run, runnable
from seedbed.runs.script.process.process_setup import own_process

_FIELD = re.compile(r"\{([^{}]+)\}|\$([A-Za-z_]\w*)")
_MEASURED = {"time", "timeit", "prun", "capture", "memit"}
_FLAGS = re.compile(r"^(?:-\w+(?:\s+\d+)?\s+)*")


class LeftOutError(Exception):
    """The notebook uses what a command would have given that repeat leaves out."""


class Lines(list[str]):
    """What a command printed, as IPython gives it: a list with the text as attributes."""

    @property
    def n(self) -> str:
        """Lines, joined by line ends."""
        return "\n".join(self)

    @property
    def s(self) -> str:
        """Lines, joined by spaces."""
        return " ".join(self)

    l = property(list)  # noqa: E741 (IPython's name)
    nlstr, spstr = n, s


class Missing:
    """Stands for a value that is not there; whatever is done with it says why.

    Args:
        command: The command that would have given it, with its place.
    """

    def __init__(self, command: str) -> None:
        self._command = command

    def _fail(self, *_: object, **__: object) -> NoReturn:
        raise LeftOutError(f"it uses what repeat leaves out: {self._command}")

    __len__ = __iter__ = __getitem__ = __call__ = __bool__ = __add__ = __str__ = _fail
    __contains__ = __eq__ = __lt__ = __gt__ = __int__ = __float__ = _fail
    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail()


class Captured(Missing):
    """Stands for a cell's output, which the run's record has."""

    def show(self) -> None:
        """It was shown already."""


class _Events:
    """Takes what libraries such as Matplotlib want called after a cell, and never calls it."""

    def register(self, event: str, function: Callable[..., object]) -> None:
        """Do nothing: all cells are one script."""

    def unregister(self, event: str, function: Callable[..., object]) -> None:
        """Do nothing."""


class NotebookShell:
    """Takes the commands of a notebook; unknown ones do nothing.

    Attributes:
        events: What libraries connect to.
    """

    def __init__(self) -> None:
        self.events = _Events()

    def getoutput(self, command: str, *_: object, **__: object) -> object:
        """``x = !command``: the lines that it prints."""
        text = _filled(command)
        if not is_run(text):
            return self.left_out(f"!{text}")
        with own_process():
            done = subprocess.run(  # noqa: S602 (what the notebook asks for, of a list of programs)
                text,
                shell=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        return Lines(done.stdout.splitlines())

    def system(self, command: str) -> None:
        """``!command``."""
        given = self.getoutput(command)
        if isinstance(given, Lines):
            sys.stdout.write(f"{given.n}\n")

    def left_out(self, command: str) -> Missing:
        """Stand in for the value of a command that does not run."""
        return Missing(command)

    def captured(self) -> Missing:
        """Stand in for what ``%%capture`` keeps; the cell prints as any other."""
        return Captured("what %%capture keeps (the cell's output is in the run's record)")

    def write_file(self, name: str, text: str, append: bool) -> None:
        """``%%writefile``."""
        path = Path(_filled(name))
        with path.open("a" if append else "w", encoding="utf-8") as stream:
            stream.write(text)

    def run_line_magic(self, name: str, line: str, *_: object) -> object:
        """``%name line``."""
        if name in {"env", "set_env"}:
            return _environment(line)
        if name == "cd":
            _change_folder(_filled(line).strip("'\""))
        elif name == "run":
            _run(_filled(line))
        elif name in _MEASURED:
            exec(_FLAGS.sub("", line), _namespace())  # noqa: S102 (the notebook's own code)
        return None

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """``%%name line`` of a notebook that was exported as a script."""
        if name in {"writefile", "file"}:
            self.write_file(line.removeprefix("-a ").strip(), cell, line.startswith("-a "))
        elif name in _MEASURED:
            exec(cell, _namespace())  # noqa: S102 (the notebook's own code)

    magic = run_line_magic

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def _namespace() -> dict[str, object]:
    return sys.modules["__main__"].__dict__


def _filled(text: str) -> str:
    """``{expression}`` and ``$name`` of the notebook, as IPython puts them in."""

    def value(match: re.Match[str]) -> str:
        try:
            return str(eval(match[1] or match[2], _namespace()))  # noqa: S307 (the notebook's own)
        except Exception:  # a notebook's expression raises anything
            return match[0]

    return _FIELD.sub(value, text)


def _environment(line: str) -> str | None:
    """``%env``, ``%env NAME``, ``%env NAME=value`` and ``%env NAME value``."""
    name, sign, value = line.partition("=") if "=" in line else line.partition(" ")
    if not sign:
        return os.environ.get(name.strip())
    os.environ[name.strip()] = _filled(value).strip()
    return None


def _change_folder(name: str) -> None:
    """``%cd``: as IPython does it, a folder that is not there changes nothing."""
    if Path(name).is_dir():
        os.chdir(name)
    else:
        sys.stderr.write(f"%cd {name}: there is no such folder here\n")


def _run(line: str) -> None:
    """``%run file``: its names are the notebook's afterwards."""
    words = [word for word in shlex.split(line) if word not in {"-i", "-t", "-n"}]
    path = Path(words[0])
    if not path.suffix:
        path = path.with_suffix(".py")
    before, sys.argv = sys.argv, [str(path), *words[1:]]
    try:
        if path.suffix == ".ipynb":
            code = runnable(read_module(path)[0])[0]
            exec(compile(code, str(path), "exec"), _namespace())  # noqa: S102
        else:
            given = runpy.run_path(str(path.absolute()), run_name="__main__")
            _namespace().update({k: v for k, v in given.items() if not k.startswith("__")})
    finally:
        sys.argv = before
