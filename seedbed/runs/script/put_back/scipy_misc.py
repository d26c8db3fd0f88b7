"""The pictures of ``scipy.misc``, which SciPy gave up in 1.2, on Pillow as they were."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "lanczos": Image.Resampling.LANCZOS,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "cubic": Image.Resampling.BICUBIC,
}


def bytescale(data: object, low: int = 0, high: int = 255) -> npt.NDArray[np.uint8]:
    """Values stretched to bytes, the smallest to ``low``, the largest to ``high``."""
    table = np.asarray(data)
    if table.dtype == np.uint8:
        return table
    least, most = float(table.min()), float(table.max())
    scale = (high - low) / ((most - least) or 1.0)
    return np.asarray((table - least) * scale + low + 0.5).clip(low, high).astype(np.uint8)


def toimage(data: object, mode: str | None = None, **_: object) -> Image.Image:
    """A picture from ``[row, column]`` or ``[row, column, colour]``."""
    table = np.asarray(data)
    if table.ndim == 3 and table.shape[2] not in {3, 4} and table.shape[0] in {3, 4}:
        table = table.transpose(1, 2, 0)
    if table.ndim == 3 and table.shape[2] == 1:
        table = table[:, :, 0]
    picture = Image.fromarray(bytescale(table))
    return picture.convert(mode) if mode else picture


def fromimage(picture: Image.Image, flatten: bool = False, mode: str | None = None) -> object:
    """An array from a picture; ``flatten`` gives grey values as floats."""
    if mode:
        picture = picture.convert(mode)
    elif picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return np.array(picture.convert("F") if flatten else picture)


def imread(name: Any, flatten: bool = False, mode: str | None = None) -> object:
    """The picture in a file as an array."""
    with Image.open(name) as picture:
        return fromimage(picture, flatten, mode)


def imsave(name: Any, data: Any, format: str | None = None) -> None:  # noqa: A002
    """Write an array as a picture."""
    toimage(data).save(name, format=format)


def imresize(data: object, size: Any, interp: str = "bilinear", mode: str | None = None) -> object:
    """An array of another size, as bytes: percent, a fraction, or (rows, columns)."""
    picture = toimage(data, mode)
    width, height = picture.size
    if isinstance(size, int | np.integer):
        wanted = int(size / 100 * width), int(size / 100 * height)
    elif isinstance(size, float | np.floating):
        wanted = int(size * width), int(size * height)
    else:
        wanted = int(size[1]), int(size[0])
    return np.array(picture.resize(wanted, resample=FILTERS[interp]))


def imrotate(data: object, angle: float, interp: str = "bilinear") -> object:
    """An array turned counter-clockwise by ``angle`` degrees, as bytes."""
    return np.array(toimage(data).rotate(angle, resample=FILTERS[interp]))


def imshow(data: object) -> None:
    """Nobody looks."""
    del data
