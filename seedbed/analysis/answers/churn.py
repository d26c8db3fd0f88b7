"""``churn``: which examples change their label from run to run, as numbers and as pictures."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer, Format, emit, interval, number
from seedbed.analysis.answers.cli_options import ListCommand, csv_option, one_way, output_options
from seedbed.analysis.answers.read_inputs import read_names, read_words
from seedbed.analysis.answers.recorded_sweep import (
    Recorded,
    each,
    no_predictions,
    read,
    with_unread,
)
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.findings import Disputed
from seedbed.analysis.findings.from_predictions import disputed, most_disputed
from seedbed.analysis.report.images import stored_images
from seedbed.analysis.statistics.churn import churn as disagreement, disagreement_by_example
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError
from seedbed.system.paths import store_folder

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
    names = _class_names(found, classes)
    said_of = churn_of_labels(
        stack.predicted, names, truth=stack.labels, examples=stack.example_ids, level=level
    )
    said_of = with_unread(said_of, said)
    examples = disputed(stack, classes)
    if not examples:
        return said_of
    path = folder / picture
    seen = _draw(found, examples[:SHOWN], names, path)
    how = "" if seen else " (votes only: the data set is not in the store's cache)"
    line = f"Picture of {count(min(len(examples), SHOWN), 'example')}: {path}{how}"
    fields = {**said_of.fields, "picture": str(path)}
    return replace(said_of, sentences=(*said_of.sentences, line), fields=fields)


def churn_of_labels(
    predicted: npt.NDArray[np.integer],
    names: list[str],
    *,
    truth: npt.NDArray[np.integer] | None = None,
    examples: npt.NDArray[np.integer] | None = None,
    level: float = 0.95,
) -> Answer:
    """Say which examples runs label differently.

    Args:
        predicted: ``[run, example]`` predicted classes, indices into the names; two runs or more.
        names: Names of the classes.
        truth: ``[example]`` true classes, where known.
        examples: ``[example]`` what the examples are called; their numbers from 0 by default.
        level: Confidence level.
    """
    runs, size = predicted.shape
    share = disagreement(predicted, len(names), level)
    changing = int((disagreement_by_example(predicted, len(names)) > 0).sum())
    labels = np.zeros(size, dtype=np.int64) if truth is None else truth
    ids = np.arange(size) if examples is None else examples
    found = most_disputed(predicted, labels, ids, len(names))
    lines = [
        f"Two runs label {number(share.value)} of the test examples differently "
        f"({interval(share)}, {runs} runs).",
        f"{changing} of {size} examples change their label in some run, the others in none.",
    ]
    if found:
        first = found[0]
        votes = ", ".join(
            f"{vote} × {names[index]}" for index, vote in enumerate(first.votes) if vote
        )
        known = "" if truth is None else f" ({names[first.label]})"
        lines.append(f"The runs disagree most on example {first.example}{known}: {votes}.")
    fields = {
        "n": runs,
        "examples": size,
        "classes": names,
        "churn": share,
        "changing": changing,
        "disputed": [{**vars(one), "label": None if truth is None else one.label} for one in found],
        "picture": None,
    }
    rows: list[tuple[str, object]] = [("churn", share), ("changing", changing)]
    rows += [(f"example {one.example}: disagreement", one.disagreement) for one in found]
    return Answer(tuple(lines), fields, tuple(rows))


def read_labels(path: Path) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Read runs × examples of labels, numbers or words.

    Returns:
        ``[run, example]`` indices into the names, and the names, in order.

    Raises:
        InputError: As ``read_words``, or fewer than two runs or examples.
    """
    words = np.array(read_words(path))
    if min(words.shape) < 2:
        raise InputError(
            f"{path} must be runs (rows) × examples (columns) of labels, 2 × 2 or more, got "
            f"{words.shape[0]} × {words.shape[1]}"
        )
    names, indices = np.unique(words, return_inverse=True)
    return indices.reshape(words.shape).astype(np.int64), [str(name) for name in names]


def read_truth(path: Path, names: list[str], size: int) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Read the true label of each example.

    Args:
        path: File with one label per example.
        names: Labels that the runs gave.
        size: Number of examples.

    Returns:
        ``[example]`` indices into the names, and the names with those that no run gave added.

    Raises:
        InputError: Not one label per example.
    """
    labels = read_names(path)
    if len(labels) != size:
        raise InputError(
            f"{path} must hold one label per example: {size} examples, got {len(labels)} labels"
        )
    names = [*names, *sorted(set(labels) - set(names))]
    return np.array([names.index(label) for label in labels], dtype=np.int64), names


def _class_names(found: Recorded, classes: int) -> list[str]:
    names = list(found.sweep.classes)
    return names if len(names) == classes else [str(index) for index in range(classes)]


def _draw(found: Recorded, examples: Sequence[Disputed], names: list[str], path: Path) -> bool:
    """Write the picture; False where the examples themselves could not be shown."""
    from seedbed.analysis.report.figures.disputed import draw_disputed
    from seedbed.analysis.report.figures.style import WIDE, Picture, png

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


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@csv_option("CSV of runs × examples, the label that each run gave, without a row of names")
@click.option(
    "--labels", type=click.Path(path_type=Path), help="With --csv: file of the true labels."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pictures  [default: reports/SWEEP in the store].",
)
@output_options
def churn(
    *,
    sweep: str | None,
    from_csv: Path | None,
    labels: Path | None,
    output: Path | None,
    level: float,
    form: Format,
) -> None:
    """Which test examples change their label between runs: those of SWEEP, with pictures.

    Or those of a CSV file, without.
    """
    one_way(sweep, from_csv, "runs × examples of labels")
    if from_csv is not None:
        if output is not None:
            raise InputError("--output is for the pictures of a sweep: a CSV file has none")
        predicted, names = read_labels(from_csv)
        truth = None
        if labels is not None:
            truth, names = read_truth(labels, names, predicted.shape[1])
        emit(churn_of_labels(predicted, names, truth=truth, level=level), form)
        return
    if labels is not None:
        raise InputError("--labels belongs to --csv: a sweep has recorded its true labels")
    found = read(str(sweep))
    folder = output or store_folder("reports", found.sweep.name)
    files = {group.label: f"churn-{i}.png" for i, group in enumerate(found.groups, start=1)}
    if len(files) == 1:
        files = dict.fromkeys(files, "churn.png")

    def one(group: Group) -> Answer:
        return churn_of_runs(found, group, folder, picture=files[group.label], level=level)

    emit(each(found, one), form)
