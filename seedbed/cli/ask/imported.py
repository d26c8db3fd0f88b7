"""Options about runs that another tool recorded, and the runs themselves."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from seedbed.cli.ask.words import runs
from seedbed.system.errors import InputError, MissingExtraError
from seedbed.system.extras import require
from seedbed.system.progress import Progress
from seedbed.system.text.printing import print_as_is, print_text
from seedbed.system.text.terminal_escape import inert

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.runs import Runs
    from seedbed.analysis.answers.inputs.imported.selection import Selection
    from seedbed.analysis.questions.results.result import Result

_NAMING: dict[str, Callable[[Any], Any]] = {
    "by": click.option(
        "--by", multiple=True, help="Parameter or tag that makes the arms (may be repeated)."
    ),
    "seed": click.option("--seed", multiple=True, help="Parameter that numbers the repeats."),
    "metric": click.option("--metric", help="Metric that is the score."),
}


def import_options(*naming: str) -> Callable[[Any], Any]:
    """Add the options about runs of another tool; the command gets them as ``asked``.

    Args:
        naming: Those of ``by``, ``seed`` and ``metric`` that the command has no option for.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def packed(
            *,
            maximize: bool | None,
            where: tuple[str, ...],
            filter_string: str,
            store: str | None,
            **rest: Any,
        ) -> None:
            from seedbed.analysis.answers.inputs.imported.selection import Selection

            named = {name: rest.pop(name) for name in naming}
            function(
                asked=Selection(
                    **named,
                    maximize=maximize,
                    where=where,
                    filter_string=filter_string,
                    store=store,
                ),
                **rest,
            )

        options: list[Callable[[Any], Any]] = [
            *(_NAMING[name] for name in naming),
            click.option(
                "--maximize/--minimize", default=None, help="Whether a higher score is better."
            ),
            click.option(
                "--where",
                multiple=True,
                help="Only runs that meet this: optimizer=adam, 'epochs>=10' (may be repeated).",
            ),
            click.option(
                "--filter", "filter_string", default="", help="MLflow's own filter string."
            ),
            click.option("--store", help="MLflow's tracking URI, database or folder."),
        ]
        decorated: Callable[..., None] = packed
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def imported(word: str | None, asked: "Selection", progress: Progress) -> "str | Runs | None":
    """The runs of another tool that a word names, read; another word as it is.

    Args:
        word: An address such as ``mlflow:my-experiment``, a sweep's name, or None.
        asked: What was said about the runs, a ``Selection``.
        progress: Told how far the reading is.

    Raises:
        InputError: Something was said about runs of another tool, and none are named.
    """
    from seedbed.analysis.answers.inputs.imported.runs import open_runs
    from seedbed.tracking.importing.readers import is_address

    if word is not None and is_address(word):
        return open_runs(word, asked, progress)
    refuse_unused(asked)
    return word


def runs_given(
    words: Sequence[str], asked: "Selection", progress: Progress, name: str = "accuracies"
) -> "str | Runs | list[float] | None":
    """A sweep's name, runs of another tool, or numbers; arguments as ``runs`` and ``imported``."""
    found = runs(words, name)
    if not isinstance(found, str):
        refuse_unused(asked)
        return found
    given = imported(found, asked, progress)
    if isinstance(given, str):
        _require_store(given, name)
    return given


def _require_store(word: str, name: str) -> None:
    """Where recorded sweeps cannot be read, a word may be a number that is typed wrong."""
    try:
        require("mlflow")
    except MissingExtraError as missing:
        raise MissingExtraError(
            f"{name} must be numbers, got {word!r}: write them as 75.57 or 0.7557. To read "
            f"the recorded sweep of that name: {missing}"
        ) from None


def runs_to_write_back(given: "str | Runs | None") -> "Runs":
    """The runs whose verdict ``--write-back`` can record, or print for W&B's report.

    Args:
        given: What is asked about.

    Raises:
        InputError: It is not runs of MLflow or W&B.
    """
    if given is None or isinstance(given, str) or _source(given) not in ("mlflow", "wandb"):
        raise InputError(
            "--write-back records a verdict in an MLflow experiment: name one as "
            "mlflow:my-experiment"
        )
    return given


def write_verdict_back(
    result: "Result", given: "Runs", report: Callable[[Path], Sequence[Path]]
) -> None:
    """Record a verdict in the MLflow experiment that it is about, or print it for W&B's report.

    Args:
        result: The answer.
        given: Runs of MLflow or W&B, grouped as it was asked.
        report: Returns the files of the report on the same terms; it may write them into the
            folder that it gets.
    """
    if _source(given) == "wandb":
        print_as_is(inert(result.to_markdown()))
        print_text("\nPaste this into a report of W&B.\n")
        return
    from seedbed.analysis.answers.answer import to_markdown
    from seedbed.tracking.importing.write_back import write_verdict

    sweep = result.to_dict()["sweep"]
    metric = sweep["metric"] if isinstance(sweep, dict) else ""
    by = ", ".join(given.asked.by)
    question = " ".join(
        [f"compare by {by}" if by else "compare", "in", str(metric), *given.asked.where]
    )
    with TemporaryDirectory() as folder:
        run_id = write_verdict(
            given.given.address.partition(":")[2],
            question.replace("'", ""),
            result.verdict or "none",
            markdown=to_markdown(result.found),
            content=result.to_json(),
            report=report(Path(folder)),
            store=given.asked.store,
        )
    print_text(f"The verdict is recorded in MLflow as run {run_id}.", error=True)


def _source(given: "Runs") -> str:
    return given.given.address.partition(":")[0]


def refuse_unused(asked: "Selection") -> None:
    """Refuse options about runs of another tool where none are named.

    Raises:
        InputError: One was given.
    """
    from seedbed.analysis.answers.inputs.imported.selection import EVERYTHING

    if asked == EVERYTHING:
        return
    names: Sequence[str] = [
        "--" + name.replace("filter_string", "filter").replace("maximize", "maximize/--minimize")
        for name, value in vars(asked).items()
        if value != getattr(EVERYTHING, name)
    ]
    raise InputError(
        f"{', '.join(names)} needs runs of another tool, named as mlflow:my-experiment: leave it "
        "out for a sweep, numbers or a file"
    )
