"""``seedbed sweep FILE``: run a sweep that a file describes, or one in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from seedbed.cli.completion import named_or_file
from seedbed.cli.option_groups import grouped
from seedbed.cli.sweep.option_words import one_value_each, values_by_name
from seedbed.cli.sweep.run_and_report import run_and_report
from seedbed.cli.sweep.scripts.script_arguments import seeds_of
from seedbed.cli.sweep.training_options import TrainingOptions, training_options
from seedbed.sweeps.driver.find_sweep import sweep_name
from seedbed.system.errors import InputError

if TYPE_CHECKING:
    from seedbed.sweeps.design.design import Design

SEEDS = "10"


@dataclass(frozen=True)
class InWords:
    """What describes a sweep without a file.

    Attributes:
        vary: ``NAME=VALUE,VALUE`` of each option that varies.
        fixed: ``NAME=VALUE`` of each option that is the same in every run.
        seeds: How many seeds, or which; None if not given.
        save: A new file to write the sweep to, or None.
    """

    vary: tuple[str, ...]
    fixed: tuple[str, ...]
    seeds: str | None
    save: Path | None

    def first_given(self) -> str | None:
        """The first of the options that was given; None for none."""
        given = {
            "--vary": self.vary,
            "--set": self.fixed,
            "--seeds": self.seeds,
            "--save": self.save,
        }
        return next((flag for flag, value in given.items() if value), None)


def _complete(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Sweeps that come with Seedbed, experiments and files."""
    from seedbed.system.paths import SHIPPED

    names = [path.stem for path in sorted((SHIPPED / "sweeps").glob("*.yaml"))]
    names += [path.stem for path in sorted((SHIPPED / "experiments").glob("[a-z]*.py"))]
    return named_or_file(names, incomplete)


@click.command()
@click.argument("file", shell_complete=_complete)
@click.option("--name", help="Name of the sweep  [default: the file's `name`, or its file name].")
@grouped(
    InWords,
    "words",
    click.option(
        "--vary",
        multiple=True,
        metavar="OPTION=VALUES",
        help="Without a file: values to compare, e.g. learning_rate=.001,.003.",
    ),
    click.option(
        "--set",
        "fixed",
        multiple=True,
        metavar="OPTION=VALUE",
        help="Without a file: an option of every run, e.g. epochs=5.",
    ),
    click.option(
        "--seeds", help=f"Without a file: how many seeds, or which: 3,5,8  [default: {SEEDS}]."
    ),
    click.option(
        "--save",
        type=click.Path(path_type=Path),
        metavar="NEW",
        help="Without a file: also write the sweep to this new file, to run, edit and share.",
    ),
)
@training_options
def sweep(file: str, name: str | None, words: InWords, training: TrainingOptions) -> None:
    """Run the sweep that FILE describes; finished runs are kept.

    FILE is a YAML file, or the name of a sweep that comes with Seedbed, such as first.

    An experiment in its place, by name or as your own Python file, needs no YAML file:

    \b
      seedbed sweep my_cnn.py --vary learning_rate=.001,.003 --seeds 5
    """  # noqa: D301 (click wants the character)
    if name is not None:
        sweep_name(name, "--name")
    run_and_report(_design(file, name, words), training, retry=True)


def _design(file: str, name: str | None, words: InWords) -> "Design":
    from seedbed.sweeps.design.inline_sweep import (
        InlineSweep,
        design_of_inline,
        is_experiment,
        nearest_experiment,
    )

    if is_experiment(file):
        return design_of_inline(
            InlineSweep(
                experiment=file,
                vary=values_by_name(words.vary, "--vary"),
                options=one_value_each(values_by_name(words.fixed, "--set")),
                seeds=seeds_of(words.seeds or SEEDS),
                name=name,
                save=words.save,
            )
        )
    from seedbed.sweeps.design.design import load

    flag = words.first_given()
    if flag:
        fix = "a sweep's file already says what varies; change it there."
        if not file.endswith((".yaml", ".yml")) and (near := nearest_experiment(file)):
            fix = f"did you mean {near!r}?"
        raise InputError(
            f"{flag} must follow an experiment, such as mnist_cnn or my_cnn.py, got {file}: {fix}"
        )
    return load(Path(file), name)
