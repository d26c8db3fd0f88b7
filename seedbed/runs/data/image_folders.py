"""Images in folders: ``train/``, ``devel/`` and ``test/``, each with a folder per class.

This is the layout of ``keras.utils.image_dataset_from_directory``: classes are the folders' names
in alphabetical order, images are all files with a known ending, in folders of folders too.
"""

import hashlib
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from seedbed.runs.data.array_cache import AnyArray, kept
from seedbed.system.errors import InputError

PARTS = ("train", "devel", "test")
ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
MODES_OF_CHANNELS = {1: ("L", "1", "I;16", "I"), 3: ("RGB", "P")}
CHANNELS_OF_MODE = {"L": 1, "1": 1, "I": 1, "I;16": 1, "F": 1, "RGB": 3, "P": 3, "LA": 2, "RGBA": 4}


@dataclass(frozen=True)
class FolderImages:
    """All images of the three parts, one after the other.

    Attributes:
        images: ``[example, height, width, channel]`` uint8.
        labels: ``[example]`` int32.
        part: ``[example]`` 0 train, 1 devel, 2 test.
        names: ``[example]`` path below the folder, with ``/``.
        classes: Names, alphabetical.
        sha256: Of images, labels, parts and names, hex.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int32]
    part: npt.NDArray[np.int32]
    names: npt.NDArray[np.str_]
    classes: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class _Listing:
    files: list[Path]
    labels: list[int]
    parts: list[int]
    classes: tuple[str, ...]


def read(folder: Path, size: int, channels: int) -> FolderImages:
    """The images, decoded once into the store's cache.

    Args:
        folder: Where ``train``, ``devel`` and ``test`` are.
        size: Height and width that images are brought to, bilinearly; pixels.
        channels: 1 for grey images, 3 for colour.

    Raises:
        InputError: A folder is missing or empty, classes differ between parts, there is one class
            only, or an image cannot be read or has another number of channels.
    """
    listing = _list(folder)
    stamp = [
        (str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in listing.files
    ]
    key = hashlib.sha256(repr((stamp, size, channels)).encode()).hexdigest()[:16]

    def decoded() -> dict[str, AnyArray]:
        pictures = [_decode(path, folder, size, channels) for path in listing.files]
        return {"images": np.stack(pictures)}

    images = kept(f"folder-{key}", decoded)["images"]
    labels = np.array(listing.labels, np.int32)
    part = np.array(listing.parts, np.int32)
    names = np.array([name for name, _, _ in stamp])
    digest = hashlib.sha256(images.tobytes() + labels.tobytes() + part.tobytes())
    digest.update("\n".join(names).encode())
    return FolderImages(images, labels, part, names, listing.classes, digest.hexdigest())


def subjects_of(names: npt.NDArray[np.str_], pattern: str) -> npt.NDArray[np.str_]:
    """Who each image shows, by the first group of a regular expression, or all it matches.

    Raises:
        InputError: The pattern is not a regular expression, or does not fit a name.
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise InputError(
            f"subject_pattern must be a regular expression, got {pattern!r}: {error}."
        ) from None
    found = []
    for name in names:
        match = compiled.search(name)
        if match is None:
            raise InputError(
                f"subject_pattern must fit every file's name, but {pattern!r} is not in {name}: "
                "put the part that names the subject into brackets, such as '(s[0-9]+)_'."
            )
        found.append(match.group(1) if compiled.groups else match.group(0))
    return np.array(found)


def _list(folder: Path) -> _Listing:
    files: list[Path] = []
    labels: list[int] = []
    parts: list[int] = []
    classes: tuple[str, ...] = ()
    for number, part in enumerate(PARTS):
        here = folder / part
        if not here.is_dir():
            raise InputError(
                f"The folder of images must have train, devel and test in it, but {here} is "
                "missing: make it, with a folder for each class."
            )
        found = tuple(sorted(path.name for path in here.iterdir() if path.is_dir()))
        if number == 0:
            classes = found
        elif found != classes:
            odd = sorted(set(found) ^ set(classes))
            raise InputError(
                f"train, devel and test must have the same classes, but {odd[0]!r} is not in "
                f"{'train' if odd[0] in found else part}: add the folder or remove it everywhere."
            )
        if len(classes) < 2:
            what = f"only {classes[0]!r}" if classes else "none"
            raise InputError(
                f"There must be two classes or more, one folder each, but {here} has {what}."
            )
        for label, name in enumerate(classes):
            images = sorted(
                path
                for path in (here / name).rglob("*")
                if path.suffix.lower() in ENDINGS and path.is_file()
            )
            if not images:
                raise InputError(
                    f"Each class must have images in each part, but {here / name} has none "
                    f"({', '.join(ENDINGS)}): add some, or remove the class."
                )
            files += images
            labels += [label] * len(images)
            parts += [number] * len(images)
    return _Listing(files, labels, parts, classes)


def _decode(path: Path, folder: Path, size: int, channels: int) -> npt.NDArray[np.uint8]:
    name = path.relative_to(folder)
    if path.stat().st_size == 0:
        raise InputError(f"Each image must be readable, but {name} has 0 bytes: replace it.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return _pixels(image, name, size, channels)
    except InputError:
        raise
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Warning) as error:
        raise InputError(
            f"Each image must be readable, but {name} is not ({error}): replace or remove it."
        ) from None


def _pixels(image: Image.Image, name: Path, size: int, channels: int) -> npt.NDArray[np.uint8]:
    if image.mode not in MODES_OF_CHANNELS[channels]:
        found = CHANNELS_OF_MODE.get(image.mode, len(image.getbands()))
        raise InputError(
            f"Each image must have {channels} channel(s), but {name} has {found} "
            f"(mode {image.mode}): convert it, or give --channels {3 if channels == 1 else 1}."
        )
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    picture: Image.Image = image.convert("L" if channels == 1 else "RGB")
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(picture, np.uint8).reshape(size, size, channels)
