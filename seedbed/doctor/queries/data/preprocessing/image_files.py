"""Loaders of pixels from 0 to 255, and the order of their colour channels."""

from seedbed.doctor.interpreter.values import Const, Data, Items, Name, Value, ancestry, constant

_READERS = {
    "cv2.imread": "BGR",
    "cv2.imdecode": "BGR",
    "PIL.Image.open": "RGB",
    "keras.utils.load_img": "RGB",
    "imageio.imread": "RGB",
    "imageio.v2.imread": "RGB",
    "imageio.v3.imread": "RGB",
    "skimage.io.imread": "RGB",
    **{f"tensorflow.{module}.decode_{kind}": "RGB"
       for module in ("io", "image") for kind in ("jpeg", "png", "image", "bmp")},
}  # fmt: skip
_FOLDERS = {
    "keras.utils.image_dataset_from_directory", ".flow_from_directory", ".flow_from_dataframe",
}  # fmt: skip
_DATASETS = {"cifar10": "RGB", "cifar100": "RGB", "mnist": "", "fashion_mnist": ""}
SAME_PIXELS = {
    "cv2.resize", "cv2.cvtColor", "keras.utils.img_to_array", "keras.utils.array_to_img",
    ".convert", ".resize", ".crop", "numpy.vstack", "numpy.asarray", "numpy.uint8", "numpy.copy",
    "PIL.Image.fromarray", "tensorflow.image.resize_with_pad", "tensorflow.image.rgb_to_grayscale",
}  # fmt: skip
"""Steps that keep the size of pixels, besides those of any array."""


def channels_read(value: Data) -> str | None:
    """The order of channels that a loader of images gives: ``RGB``, ``BGR``, or empty for grey.

    Returns:
        None for what is no loader of pixels from 0 to 255.
    """
    if value.op in _READERS:
        if value.detail:
            return ""  # flags=, color_mode=, channels=
        plain = len(value.parents) < 2 or _in_colour(value.parents[1])
        return _READERS[value.op] if plain or value.op != "cv2.imread" else ""
    if value.op in _FOLDERS:
        mode = value.detail.get("color_mode")
        return "RGB" if mode is None or constant(mode) == "rgb" else ""
    if value.role is not None and value.op.startswith("keras.datasets."):
        return _DATASETS.get(value.op.split(".")[2])
    return None


def _in_colour(flag: Value) -> bool:
    """False for a flag of ``imread`` that asks for grey, or that cannot be read."""
    if isinstance(flag, Name):
        return flag.path == "cv2.IMREAD_COLOR"
    return isinstance(flag, Const) and flag.value == 1


def channels_after(value: Data, before: str) -> str:
    """The order of channels after a step; empty where it is grey or cannot be known."""
    if value.op in {"cv2.cvtColor", "tensorflow.image.rgb_to_grayscale"}:
        code = value.parents[1] if len(value.parents) > 1 else value.detail.get("code")
        turned = isinstance(code, Name) and code.path.endswith(("BGR2RGB", "RGB2BGR"))
        return _other(before) if turned else ""
    if value.op == ".convert":
        return before if constant(value.parents[-1]) == "RGB" else ""
    if value.op == "index" and _turns_the_last_axis(value.parents[1]):
        return _other(before)
    return before


def _other(channels: str) -> str:
    return {"RGB": "BGR", "BGR": "RGB"}.get(channels, "")


def _turns_the_last_axis(chosen: Value) -> bool:
    """True for ``[..., ::-1]``, and for ``[:, :, [2, 1, 0]]``."""
    axes = chosen.items if isinstance(chosen, Items) else []
    last = axes[-1] if len(axes) > 1 else None
    if isinstance(last, Items):
        return [constant(one) for one in last.items] == [2, 1, 0]
    return isinstance(last, Data) and any(constant(one) == -1 for one in ancestry(last, 6))
