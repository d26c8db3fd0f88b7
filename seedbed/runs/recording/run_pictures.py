"""The two pictures of a run: its confusion matrix and its learning curves."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from seedbed.runs.recording.charts import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    TEXT,
    TITLE,
    Chart,
    Panel,
    font,
    plain_axis,
)
from seedbed.tracking import schema

BLUES = np.array(
    [
        *((247, 251, 255), (222, 235, 247), (198, 219, 239), (158, 202, 225), (107, 174, 214)),
        *((66, 146, 198), (33, 113, 181), (8, 81, 156), (8, 48, 107)),
    ]
)
"""From none to all (ColorBrewer, Harrower and Brewer 2003)."""
LONGEST_CLASS, LONGEST_TITLE = 24, 100
"""Characters; longer names are cut in pictures."""
MARKED = 40
"""Most epochs whose points are marked."""
CELL, SMALLEST, LARGEST, READABLE = 52, 320, 1200, 26
"""Side of a cell, of a small and of a large matrix, and of the smallest cell with a number in it;
pixels."""


def confusion_picture(
    counts: npt.NDArray[np.int64], classes: Sequence[str], title: str
) -> Image.Image:
    """Counts as numbers, rows shaded by the share of the true class.

    Args:
        counts: ``[true class, predicted class]``.
        classes: Name of each class.
        title: One line above the picture.
    """
    classes, title = [_cut(name, LONGEST_CLASS) for name in classes], _cut(title, LONGEST_TITLE)
    cell = max(4, min(max(CELL, SMALLEST // len(classes)), LARGEST // len(classes)))
    letters = max(6, min(TEXT, cell - 2))
    longest = max(font(letters).getlength(name) for name in classes)
    turned = longest > cell - 4
    side = cell * len(classes)
    left, top = round(longest) + 40, 34
    below = round(longest * 0.75 + letters) + 34 if turned else letters + 42
    heading = max(TITLE - 3, min(TITLE, int(TITLE * (left + side) / font(TITLE).getlength(title))))
    width = max(left + side + 14, round(font(heading).getlength(title)) + 20)
    image = Image.new("RGB", (width, top + side + below), "white")
    draw = ImageDraw.Draw(image)
    draw.text((width / 2, top / 2), title, INK, font(heading), "mm")
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for true, predicted in np.ndindex(*counts.shape):
        x, y = left + cell * predicted, top + cell * true
        share = float(shares[true, predicted])
        draw.rectangle((x, y, x + cell - 1, y + cell - 1), _blue(share))
        if counts[true, predicted] and cell >= READABLE:
            words = str(counts[true, predicted])
            size = next((s for s in range(TEXT, 6, -1) if font(s).getlength(words) < cell - 2), 6)
            colour = "white" if share > 0.5 else INK
            draw.text((x + cell / 2, y + cell / 2), words, colour, font(size), "mm")
    draw.rectangle((left - 1, top - 1, left + side, top + side), outline=INK)
    for at, name in enumerate(classes):
        middle = cell * at + cell / 2
        draw.text((left - 7, top + middle), name, INK, font(letters), "rm")
        if turned:
            _turned(image, (round(left + middle), top + side + 5), name, letters)
        else:
            draw.text((left + middle, top + side + 7), name, INK, font(letters), "ma")
    draw.text((left + side / 2, image.height - 10), "predicted class", INK, font(TEXT), "ms")
    label = Image.new("L", (round(font(TEXT).getlength("true class")) + 2, TEXT + 4))
    ImageDraw.Draw(label).text((0, 0), "true class", 255, font(TEXT))
    upright = label.transpose(Image.Transpose.ROTATE_90)
    image.paste(INK, (8, top + (side - upright.height) // 2), upright)
    return image


def _blue(share: float) -> tuple[int, int, int]:
    at = share * (len(BLUES) - 1)
    low = min(int(at), len(BLUES) - 2)
    red, green, blue = (BLUES[low] + (at - low) * (BLUES[low + 1] - BLUES[low])).round()
    return int(red), int(green), int(blue)


def _turned(image: Image.Image, at: tuple[int, int], words: str, size: int) -> None:
    """Words that rise by 45° and end at a place."""
    sheet = Image.new("L", (round(font(size).getlength(words)) + 2, size + 4))
    ImageDraw.Draw(sheet).text((0, 0), words, 255, font(size))
    rising = sheet.rotate(45, Image.Resampling.BICUBIC, expand=True)
    image.paste(INK, (at[0] - rising.width + size // 2, at[1]), rising)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def curves_picture(
    history: Mapping[str, Sequence[float]], best_epoch: int | None, title: str
) -> Chart:
    """Loss and accuracy by epoch; the chosen epoch is marked.

    Args:
        history: ``train_loss``, ``val_loss``, ``train_accuracy`` and ``val_accuracy`` per epoch, as
            far as they are there.
        best_epoch: The chosen epoch, counted from 1; None where none was chosen.
        title: One line above the picture.
    """
    chart = Chart(860, 370, title)
    epochs = np.arange(1, max(map(len, history.values()), default=1) + 1)
    kind = "line" if len(epochs) > MARKED else "dots"
    for number, (metric, unit, factor) in enumerate((("loss", "nats", 1), ("accuracy", "%", 100))):
        rows = [
            (name, colour, np.asarray(history[f"{part}_{metric}"]) * factor)
            for part, name, colour in (("train", "training", BLUE), ("val", "validation", ORANGE))
            if len(history.get(f"{part}_{metric}", ()))
        ]
        left = 75 + 425 * number
        drawn = np.concatenate([values for _, _, values in rows]) if rows else np.zeros(1)
        panel = Panel(
            chart,
            (left, 54, left + 345, 315),
            plain_axis("epoch", epochs, whole=True),
            plain_axis(f"{metric} ({unit})", drawn[np.isfinite(drawn)]),
        )
        if best_epoch is not None:
            panel.upright(best_epoch)
        for _, colour, values in rows:
            panel.line(epochs[: len(values)], values, colour, dots=kind == "dots")
        names = [(kind, colour, name) for name, colour, _ in rows]
        if best_epoch is not None:
            names.append(("dotted", GREY, "chosen epoch"))
        if names:
            panel.legend(names)
    return chart


def warm_up() -> None:
    """Load the font, so that the first picture after a fork is not the slow one."""
    keys = (schema.TRAIN_LOSS, schema.VAL_LOSS, schema.TRAIN_ACCURACY, schema.VAL_ACCURACY)
    curves_picture({key: [0.1] for key in keys}, 1, "x")
    confusion_picture(np.eye(2, dtype=np.int64), "ab", "0123456789 %")
