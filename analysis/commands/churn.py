"""``churn``: which examples change their label from run to run, as numbers and as pictures."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.commands.recorded import Recorded, each, no_predictions, read
from analysis.report.details import disputed
from analysis.report.findings import Disputed
from analysis.report.grouping import Group
from analysis.report.images import stored_images
from analysis.report.wording import count
from analysis.statistics.churn import churn as disagreement
from analysis.statistics.churn import disagreement_by_example
from tracking.errors import InputError
from tracking.places import store_folder

SHOWN = 12
"""Examples in the picture."""


def churn_of_runs(
    found: Recorded, group: Group, folder: Path, *, picture: str, level: float = 0.95
) -> Answer:
    """Say which test examples the runs of one configuration label differently, and draw them.

    Args:
        found: The sweep.
        group: The configuration.
        folder: Where the picture goes.
        picture: Its file's name.
        level: Confidence level.

    Raises:
        InputError: Predictions of fewer than two runs, or a folder that cannot be written.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "churn")
    runs, classes = len(stack.positions), stack.probabilities.shape[2]
    if runs < 2:
        raise InputError(f"churn needs predictions of 2 runs or more, {group.label} has 1")
    share = disagreement(stack.predicted, classes, level)
    changing = int((disagreement_by_example(stack.predicted, classes) > 0).sum())
    examples = disputed(stack, classes)
    names = _class_names(found, classes)
    lines = [
        f"Two runs label {number(share.value)} of the test examples differently "
        f"({interval(share)}, {runs} runs).",
        f"{changing} of {stack.labels.size} examples change their label in some run, the others "
        "in none.",
    ]
    path = None
    if examples:
        path = folder / picture
        seen = _draw(found, examples[:SHOWN], names, path)
        first = examples[0]
        votes = ", ".join(
            f"{vote} × {names[index]}" for index, vote in enumerate(first.votes) if vote
        )
        lines.append(
            f"The runs disagree most on example {first.example} ({names[first.label]}): {votes}."
        )
        how = "" if seen else " (votes only: the data set is not in the store's cache)"
        lines.append(f"Picture of {count(min(len(examples), SHOWN), 'example')}: {path}{how}")
    fields = {
        "n": runs,
        "examples": stack.labels.size,
        "classes": names,
        "churn": share,
        "changing": changing,
        "disputed": examples,
        "picture": None if path is None else str(path),
    }
    rows: list[tuple[str, object]] = [("churn", share), ("changing", changing)]
    rows += [(f"example {one.example}: disagreement", one.disagreement) for one in examples]
    return Answer(tuple(lines), fields, tuple(rows))


def _class_names(found: Recorded, classes: int) -> list[str]:
    names = list(found.sweep.classes)
    return names if len(names) == classes else [str(index) for index in range(classes)]


def _draw(found: Recorded, examples: Sequence[Disputed], names: list[str], path: Path) -> bool:
    """Write the picture; False where the examples themselves could not be shown."""
    from analysis.report.figures.disputed import draw_disputed
    from analysis.report.figures.style import WIDE, Picture, png

    fetch = stored_images(found.sweep)
    wanted = [one.example for one in examples]
    images = dict(zip(wanted, fetch(wanted), strict=True)) if fetch is not None else {}
    drawn = Picture("churn", "", "", partial(draw_disputed, examples, names, images))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(drawn, WIDE))
    except OSError as error:
        raise InputError(
            f"the picture needs a folder that can be written, got {path.parent} "
            f"({error.strerror or error}): choose another one with --output"
        ) from None
    return bool(images)


@click.command()
@click.argument("sweep")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pictures  [default: reports/SWEEP in the store].",
)
@output_options
def churn(sweep: str, output: Path | None, level: float, form: Format) -> None:
    """Which test examples change their label between the runs of SWEEP, with pictures of them."""
    found = read(sweep)
    folder = output or store_folder("reports", found.sweep.name)
    names = {group.label: f"churn-{i}.png" for i, group in enumerate(found.groups, start=1)}
    if len(names) == 1:
        names = dict.fromkeys(names, "churn.png")

    def one(group: Group) -> Answer:
        return churn_of_runs(found, group, folder, picture=names[group.label], level=level)

    emit(each(found, one), form)
