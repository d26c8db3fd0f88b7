"""The two pictures of a run: its confusion matrix and its learning curves."""

import tempfile
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito 2008: told apart by the colour-blind
DOTS_PER_INCH = 100


def confusion_picture(counts: npt.NDArray[np.int64], classes: Sequence[str], title: str) -> Figure:
    """Counts as numbers, rows shaded by the share of the true class.

    Args:
        counts: ``[true class, predicted class]``.
        classes: Name of each class.
        title: One line above the picture.
    """
    size = max(4.0, 0.55 * len(classes) + 1.6)
    figure = Figure(figsize=(size, size))
    longest = max(len(name) for name in classes)
    margin = (0.55 + 0.065 * longest) / size  # inches for names and labels; a solver takes longer
    axes = figure.add_axes((margin, margin, 0.97 - margin, 0.93 - margin))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for true, predicted in np.ndindex(*counts.shape):
        if counts[true, predicted]:
            colour = "white" if shares[true, predicted] > 0.5 else "black"
            axes.text(
                predicted,
                true,
                str(counts[true, predicted]),
                ha="center",
                va="center",
                color=colour,
                fontsize=8,
            )
    ticks = range(len(classes))
    long = max(len(name) for name in classes) > 3
    axes.set_xticks(ticks, classes, rotation=45 if long else 0, ha="right" if long else "center")
    axes.set_yticks(ticks, classes)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(title, fontsize=10)
    return figure


def curves_picture(
    history: Mapping[str, Sequence[float]], best_epoch: int | None, title: str
) -> Figure:
    """Loss and accuracy by epoch; the chosen epoch is marked.

    Args:
        history: ``train_loss``, ``val_loss``, ``train_accuracy`` and ``val_accuracy`` per epoch, as
            far as they are there.
        best_epoch: The chosen epoch, counted from 1; None where none was chosen.
        title: One line above the picture.
    """
    figure = Figure(figsize=(8, 3.4))
    panels = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.08, right=0.98, bottom=0.15, top=0.88, wspace=0.22)
    for axes, metric, unit, factor in zip(
        panels, ("loss", "accuracy"), ("nats", "%"), (1, 100), strict=True
    ):
        for part, name, colour in (("train", "training", BLUE), ("val", "validation", ORANGE)):
            values = np.asarray(history.get(f"{part}_{metric}", ())) * factor
            axes.plot(
                range(1, len(values) + 1), values, color=colour, label=name, marker=".", lw=1.4
            )
        if best_epoch is not None:
            axes.axvline(best_epoch, color="0.5", lw=1, ls=":", label="chosen epoch")
        axes.set_xlabel("epoch")
        axes.set_ylabel(f"{metric} ({unit})")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.25)
    panels[0].legend(frameon=False, fontsize=8)
    figure.suptitle(title, fontsize=10)
    return figure


def warm_up() -> None:
    """Load fonts and the like, so that the first picture after a fork is not the slow one."""
    keys = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
    history = {key: [0.1] for key in keys}
    with tempfile.TemporaryDirectory() as folder:
        for figure in (
            confusion_picture(np.eye(2, dtype=np.int64), "ab", "0123456789 %"),
            curves_picture(history, 1, "x"),
        ):
            write_png(figure, f"{folder}/picture.png")


def write_png(figure: Figure, path: str) -> None:
    """Write a figure without pyplot's global state."""
    FigureCanvasAgg(figure).print_png(  # type: ignore[no-untyped-call]
        path, pil_kwargs={"compress_level": 4}
    )
