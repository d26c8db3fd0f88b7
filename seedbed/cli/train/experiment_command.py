"""Commands whose options are those of an experiment: ``seedbed VERB NAME --option …``."""

from collections.abc import Callable, Sequence
from typing import TypedDict

import click
from click.shell_completion import CompletionItem

from seedbed.cli.completion import named_or_file
from seedbed.cli.program import Program
from seedbed.runs.custom import experiment_file
from seedbed.runs.custom.experiment_file import is_path
from seedbed.runs.execution.catalog import NAMES, Experiment, find
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import CellOptions, RunOptions, parse, specs


class FlagSettings(TypedDict, total=False):
    """Settings of click of a flag that may stand without a value."""

    is_flag: bool
    flag_value: str


ALONE_IS_TRUE: FlagSettings = {"is_flag": False, "flag_value": "true"}
"""For click: an option that may stand without a value, such as ``--augment``."""

Act = Callable[[Experiment, RunOptions], int]
"""What a command does with an experiment and its options; returns the exit code."""


class ExperimentGroup(Program):
    """One command per experiment; its options are the dataclass of the experiment."""

    act: Act
    more: Sequence[click.Parameter] = ()

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """What stands after the verb."""
        return ["NAME", "[OPTIONS OF NAME]"]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The experiments, each with its whole question."""
        with formatter.section("Experiments"):
            formatter.write_dl([(name, find(name).question) for name in NAMES])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The experiments, then what else there is."""
        return [*NAMES, *super().list_commands(ctx)]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The experiments' names and files, without importing any."""
        named = named_or_file(list(NAMES), incomplete)
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A named command, or one made for the experiment of that name or path."""
        if ctx.resilient_parsing and is_path(cmd_name):  # completion must not run a user's file
            return click.Command(cmd_name, params=[*self.more, *flags_of(RunOptions)])
        return super().get_command(ctx, cmd_name) or command(find(cmd_name), self.act, self.more)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A user's own file may import Keras, so what must be set before that is set first."""
        if (
            args
            and not ctx.resilient_parsing
            and is_path(args[0])
            and experiment_file.imports_keras_for_options(experiment_file.locate(args[0]))
        ):
            tensorflow_setup.prepare(_early(args[1:]))
            tensorflow_setup.import_tensorflow()
        return super().resolve_command(ctx, args)


def command(
    experiment: Experiment, act: Act, more: Sequence[click.Parameter] = ()
) -> click.Command:
    """A command whose flags are the fields of the experiment's options.

    Args:
        experiment: The experiment.
        act: What the command does.
        more: Parameters of the command itself; ``act`` finds them in click's context.
    """
    own_names = {parameter.name for parameter in more}

    def act_on(**given: str | None) -> None:
        chosen = {k: v for k, v in given.items() if v is not None and k not in own_names}
        options = parse(experiment.options, chosen)
        experiment.check(options)
        ctx = click.get_current_context()
        ctx.exit(act(experiment, options))

    return click.Command(
        experiment.name,
        params=[*more, *flags_of(experiment.options)],
        callback=act_on,
        help=experiment.question,
    )


def flags_of(kind: type[CellOptions]) -> list[click.Parameter]:
    """A flag for each option of an experiment."""
    return [
        click.Option(
            [spec.flag],
            default=None,
            **(ALONE_IS_TRUE if isinstance(spec.default, bool) else FlagSettings()),
            metavar=spec.kind.upper().replace("WHOLE NUMBER", "INTEGER"),
            help=f"{spec.meaning}  [default: {_shown(spec.default)}]",
        )
        for spec in specs(kind)
    ]


def _early(arguments: list[str]) -> RunOptions:
    """What must be known before TensorFlow is imported, picked out of the command line."""
    given: dict[str, object] = {}
    for name in ("onednn", "threads"):
        for at, argument in enumerate(arguments):
            flag, _, value = argument.partition("=")
            if flag == f"--{name}":
                given[name] = value or (arguments[at + 1] if at + 1 < len(arguments) else "true")
    return parse(RunOptions, given)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
