"""Metrics named accuracy that do not measure it for the given labels."""

from collections.abc import Iterable


def not_accuracies(model: object, names: Iterable[str]) -> dict[str, str]:
    """Name → why it is not a share of right answers.

    ``binary_accuracy`` of one-hot labels counts each column for itself: of ten classes nine are
    right where every example is wrong. ``categorical_accuracy`` of whole-number labels compares
    with column 0.

    Args:
        model: The network that was evaluated.
        names: Names of its metrics.
    """
    loss = _name(getattr(model, "loss", None))
    shape = getattr(model, "output_shape", None)
    columns = shape[-1] if isinstance(shape, tuple) and shape and isinstance(shape[-1], int) else 0
    found = {}
    for name in names:
        bare = name.rsplit("/", 1)[-1]
        if bare.endswith("binary_accuracy") and columns > 1 and "categorical_cross" in loss:
            found[name] = f"binary_accuracy counts each of the {columns} columns for itself"
        elif (
            bare.endswith("categorical_accuracy")
            and not bare.endswith("sparse_categorical_accuracy")
            and loss.startswith("sparse")
        ):
            found[name] = "categorical_accuracy needs one-hot labels, and these are whole numbers"
    return found


def _name(loss: object) -> str:
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or type(loss).__name__
    text = str(name)
    return text.lower() if "_" in text else "".join(_lowered(text))


def _lowered(text: str) -> Iterable[str]:
    """``SparseCategoricalCrossentropy`` → ``sparse_categorical_crossentropy``."""
    for place, letter in enumerate(text):
        if letter.isupper() and place:
            yield "_"
        yield letter.lower()
