"""Changed copies of images that a script writes into a folder and then reads back."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Made, Value, ancestry, constant
from seedbed.doctor.queries.data.data_rows import row_origins
from seedbed.doctor.queries.data.overlap.copied_rows import splits_of

_WRITERS = {
    "cv2.imwrite": (0, 1), "keras.utils.save_img": (0, 1), "imageio.imwrite": (0, 1),
    "imageio.v2.imwrite": (0, 1), "skimage.io.imsave": (0, 1), "matplotlib.pyplot.imsave": (0, 1),
    "keras.preprocessing.image.save_img": (0, 1), "matplotlib.image.imsave": (0, 1),
}  # fmt: skip
"""Where the path and the image stand."""
_CHANGES = {
    "flip", "fliplr", "flipud", "rotate", "random_transform", "rot90", "mirror", "warpAffine",
    "flip_left_right", "random_flip_left_right", "roll", "random_rotation", "random_shift",
    "random_zoom", "transpose",
}  # fmt: skip
_READERS = {
    "os.listdir", "os.walk", "os.scandir", "glob.glob", "glob.iglob", ".glob", ".rglob", ".iterdir",
    ".flow_from_directory", "keras.utils.image_dataset_from_directory",
    "tensorflow.data.Dataset.list_files", "imutils.paths.list_images", "tensorflow.io.gfile.glob",
}  # fmt: skip


@dataclass(frozen=True)
class DiskCopies:
    """Copies that were written before the folder was read and divided.

    Attributes:
        event: The call that writes them.
        folder: Where to.
        certain: Whether the call itself changes images and saves them.
    """

    event: Event
    folder: str
    certain: bool


def disk_copies(trace: Trace) -> Iterator[DiskCopies]:
    """Every call that saves changed images to a folder that is read later, then split."""
    saved = [found for event in trace.events if (found := _saved(event)) is not None]
    if not saved:
        return
    read = list(_divided(trace))
    for copies in saved:
        if any(place > copies.event.index and _within(copies.folder, d) for place, d in read):
            yield copies


def _saved(event: Event) -> DiskCopies | None:
    """What a call saves, if it saves changed images to a folder that it names."""
    if event.kind != "call":
        return None
    given = event.kwargs.get("save_to_dir")
    if given is not None:
        folder = _folder(given)
        return DiskCopies(event, folder, certain=True) if folder else None
    where = _WRITERS.get(event.name)
    if event.name == ".save" and event.args and event.target is not None:
        path, image = event.args[0], event.target
    elif where is not None and len(event.args) > max(where):
        path, image = event.args[where[0]], event.args[where[1]]
    else:
        return None
    changed = any(
        isinstance(v, Data) and v.op.rsplit(".", 1)[-1] in _CHANGES for v in ancestry(image, 30)
    )
    folder = _folder(path)
    return DiskCopies(event, folder, certain=False) if changed and folder else None


def _folder(path: Value) -> str:
    """The folder that a path begins with, as the script writes it; empty if it is not a literal."""
    for value in ancestry(path, 12):
        text = constant(value)
        if isinstance(text, str) and text.strip("./"):
            return text.split("*", 1)[0].strip().removeprefix("./").rstrip("/")
    return ""


def _divided(trace: Trace) -> Iterator[tuple[int, str]]:
    """The folders whose files are divided later: place of the reading, and folder."""
    places = {event.result.uid: event.index for event in trace.events if event.name in _READERS}
    for split in splits_of(trace):
        for origin in row_origins(split.data):
            if isinstance(origin, Data) and origin.uid in places:
                yield places[origin.uid], _folder_read(origin)
    for event in trace.events:
        generator = event.target
        parted = isinstance(generator, Made) and "validation_split" in generator.kwargs
        parted = parted or "validation_split" in event.kwargs
        if parted and event.name in _READERS and isinstance(event.result, Data):
            yield event.index, _folder_read(event.result)


def _folder_read(read: Data) -> str:
    given = read.detail.get("directory")
    parents = [p for p in read.parents if not isinstance(p, Made)]
    return _folder(given if given is not None else parents[0]) if given or parents else ""


def _within(inner: str, outer: str) -> bool:
    """True if one folder is the other or lies in it."""
    return bool(outer) and (inner == outer or inner.startswith(outer + "/"))
