"""One sentence for a wrong verb or option, with the right one; imported when it is needed."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from seedbed.cli.verbs import VERBS
from seedbed.system.text.did_you_mean import nearest_name
from seedbed.system.text.number_text import is_number
from seedbed.system.text.printing import print_text

OLD_FLAGS = {
    "--json": "--format json",
    "--sarif": "--format sarif",
    "--markdown": "--format markdown",
    "--text": "--format text",
    "--csv": "--format csv",
    "--from-csv": "--from",
    "--series": "--from",
}
"""Flags that earlier versions had, and how they are written now."""

OLD_ROOMS = ("sweeps", "experiments", "analysis")
"""Programs of earlier versions: ``python -m ROOM``."""

SYNONYMS = {
    "diff": "compare",
    "history": "list",
    "init": "new",
    "kill": "cancel",
    "lint": "doctor",
    "log": "list",
    "ls": "list",
    "mlflow": "ui",
    "plan": "check",
    "power": "seeds",
    "ps": "status",
    "rerun": "repeat",
    "show": "status",
    "start": "sweep",
    "train": "run",
    "validate": "check",
    "variance": "spread",
}

EXTRA_WORDS = re.compile(r"Got unexpected extra arguments? \((.*)\)")
"""How click names words that a command does not read; it has no exception of their own."""


def wrong_verb(words: Sequence[str]) -> str:
    """The sentence for a command whose first word is not a verb."""
    if words[0] in OLD_ROOMS:
        return f"`seedbed {shlex.join(words)}` is now `{new_spelling(words)}`."
    meant = SYNONYMS.get(words[0]) or nearest_name(words[0], VERBS)
    if words[0].endswith((".yaml", ".yml")):
        meant = f"sweep {words[0]}"
    elif words[0].endswith((".py", ".ipynb")) or _is_experiment(words[0]):
        meant = f"run {words[0]}"
    if meant is None:
        return f"No such verb {words[0]!r}: seedbed --help lists the verbs."
    return f"No such verb {words[0]!r}: did you mean 'seedbed {meant}'?"


def moved_room(room: str, words: Sequence[str]) -> int:
    """Say on standard error how ``python -m ROOM …`` is written now; returns the exit code."""
    old = shlex.join(["python", "-m", room, *words])
    print_text(f"Error: `{old}` is now `{new_spelling([room, *words])}`.", error=True)
    return 2


def new_spelling(words: Sequence[str]) -> str:
    """How a command of an earlier version is written now.

    Args:
        words: The room and what follows it, e.g. ``["sweeps", "run", "first.yaml"]``.
    """
    room, *rest = words
    if room == "sweeps" and rest[:1] == ["run"]:
        rest = ["sweep", *rest[1:]]
    elif room == "experiments" and rest[:1] and rest[0] not in VERBS and rest[0][0] != "-":
        rest = ["run", *rest]
    elif not rest:
        rest = ["--help"]
    return " ".join(["seedbed", _with_new_flags(rest)])


def _with_new_flags(words: Sequence[str]) -> str:
    written = []
    for word, follower in zip(words, [*words[1:], ""], strict=True):
        reads = word == "--csv" and (follower.endswith(".csv") or Path(follower).is_file())
        written.append("--from" if reads else OLD_FLAGS.get(word) or shlex.quote(word))
    return " ".join(written)


def _is_experiment(word: str) -> bool:
    from seedbed.system.paths import SHIPPED

    return word.isidentifier() and (SHIPPED / "experiments" / f"{word}.py").is_file()


def wrong_command(group: str, name: str, known: Sequence[str]) -> str:
    """The sentence for a word that is not a command of ``group``."""
    near = nearest_name(name, known)
    hint = f"did you mean {near!r}?" if near else f"{group} --help lists them."
    return f"No such command {name!r} of {group}: {hint}"


def wrong_option(error: click.NoSuchOption) -> str:
    """The sentence for an option that its command does not have."""
    name, ctx = error.option_name, error.ctx
    if ctx is None:
        return error.format_message()
    known = [
        option
        for param in ctx.command.get_params(ctx)
        if isinstance(param, click.Option) and not param.hidden
        for option in (*param.opts, *param.secondary_opts)
        if option.startswith("--")
    ]
    if is_number(name):
        return (
            f"{name!r} is read as an option: write -- before numbers below zero, "
            f"as in `{ctx.command_path} -- {name}`."
        )
    new = OLD_FLAGS.get(name)
    if name == "--csv" and {"--from", "--format"} <= set(known):
        return "--csv is now --from FILE (to read a file) or --format csv (to print a table)."
    if new and new.split()[0] in known:
        return f"{name} is now {new}."
    near = nearest_name(name, known)
    if near:
        return f"No such option '{name}': did you mean '{near}'?"
    return f"No such option '{name}': {ctx.command_path} --help lists the options."


def missing_parameter(error: click.MissingParameter) -> str:
    """The sentence for an argument or option that its command cannot do without."""
    ctx, param = error.ctx, error.param
    if ctx is None or param is None:
        return error.format_message()
    usage = _usage(ctx)
    what = param.make_metavar(ctx)
    if isinstance(param, click.Option):
        what = param.opts[-1] if param.is_flag else f"{param.opts[-1]} {what}"
        usage += f" {what}"
    path = ctx.command_path
    more = f"`{path} --help` says more"
    if what == "SWEEP":
        more = "`seedbed list` names the sweeps"
    return f"{path} needs {what}: write `{usage}`; {more}."


def wrong_usage(error: click.ClickException) -> str:
    """The sentence for any other mistake; words after all arguments get the right usage."""
    message = " ".join(error.format_message().split())
    extra = EXTRA_WORDS.fullmatch(message)
    if extra is None or not isinstance(error, click.UsageError) or error.ctx is None:
        return message
    words, ctx = extra[1], error.ctx
    options = {option for param in ctx.command.params for option in param.opts}
    path = ctx.command_path
    if {"--a", "--b"} <= options and any(map(is_number, words.split())):
        return f"{path} reads numbers by arm: write `{path} --a 75.5 75.9 --b 74.8 75.1`."
    return f"{path} does not read {words!r}: write `{_usage(ctx)}`; `{path} --help` says more."


def _usage(ctx: click.Context) -> str:
    """How a command is written, without options, e.g. ``seedbed stop SWEEP``."""
    return " ".join(ctx.get_usage().removeprefix("Usage: ").replace("[OPTIONS]", "").split())
