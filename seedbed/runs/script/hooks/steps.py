"""The steps of a script in words that are the same in every run: fits, and whose weights score."""

from collections.abc import Mapping, Sequence
from typing import Any

from seedbed.analysis.wording import count, percent
from seedbed.runs.script.hooks.calls.arguments import as_number, length_of, size_of
from seedbed.runs.script.hooks.data.row_prints import Prints
from seedbed.runs.script.hooks.record.observations import Fit
from seedbed.runs.script.hooks.record.weight_log import Origin

WHAT = ("trains on", "validated on")


def fit_words(
    fit: Fit, before: Sequence[Fit], validation: object, named: Mapping[str, object]
) -> str:
    """What a fit does: rows, epochs, order, first weights, optimiser, callbacks that choose.

    Args:
        fit: The fit, which begins.
        before: The fits before it.
        validation: Its ``validation_data``, or None.
        named: Its arguments by name.
    """
    settings = fit.settings
    rows, batch = settings.get("examples"), settings.get("batch_size")
    data = count(rows, "row") if isinstance(rows, int) else str(settings.get("data"))
    epochs = settings.get("epochs")
    parts = [f"trains on {data}"]
    parts.append(count(epochs, "epoch") if isinstance(epochs, int) else f"{epochs} epochs")
    if batch is not None:
        parts.append(f"batches of {batch}")
    if settings.get("augmentation") not in (None, "none"):
        parts.append(f"augmented at random ({settings['augmentation']})")
    parts.append("shuffled" if settings.get("shuffle") else "in their order")
    parts += [_start_words(fit, before), _optimiser_words(fit)]
    if held := _validation_words(validation, named):
        parts.append(held)
    parts += [
        f"{name} {'stops it' if name == 'EarlyStopping' else 'chooses the epoch'} by {what}"
        for name, what in fit.chosen_by
    ]
    return ", ".join(parts)


def with_passed(
    words: str, x: object, validation: object, passed: tuple[Prints | None, Prints | None]
) -> str:
    """The words of a fit with the number of rows that generators and data sets gave it.

    Args:
        words: As ``fit_words`` gives them.
        x: What it trained on.
        validation: Its ``validation_data``, or None.
        passed: The rows of both as they passed.
    """
    for data, rows, start in zip((x, validation), passed, WHAT, strict=True):
        if rows is not None:
            kind = f"{start} {type(data).__name__}"
            words = words.replace(kind, f"{start} {rows_of(len(rows), data)}", 1)
    return words


def rows_of(rows: int, data: object) -> str:
    """``60 rows of a DirectoryIterator``."""
    kind = type(data).__name__
    article = "an" if kind[0] in "AEIOU" else "a"
    return f"{count(rows, 'row')} of {article} {kind}"


def _start_words(fit: Fit, before: Sequence[Fit]) -> str:
    start = fit.start
    earlier = before[start.fit - 1].place if 0 < start.fit <= len(before) else ""
    origin = f"the fit of {earlier}" if earlier else "an earlier fit"
    if start.kind == "continued":
        return f"from the weights that {origin} left"
    if start.kind == "partly":
        return f"partly from the weights that {origin} left"
    if start.kind == "again":
        return f"from the first weights of {origin}"
    if start.kind == "other":
        return "from weights that were set or loaded"
    return "from fresh weights"


def _optimiser_words(fit: Fit) -> str:
    return "the optimiser's state carried on" if fit.optimiser_steps else "a new optimiser"


def _validation_words(validation: Any, named: Mapping[str, Any]) -> str:
    if isinstance(validation, tuple | list) and validation:
        size = length_of(validation[0])
        return f"validated on {count(size, 'row')}" if size is not None else "validated"
    if validation is not None:
        return f"validated on {type(validation).__name__}"
    if split := named.get("validation_split"):
        return f"validated on the last {percent(float(split), 0)} of them"
    return ""


def origin_words(origin: Origin, fits: Sequence[Fit]) -> str:
    """Whose weights a network has; empty if it is not known."""
    if not 0 < origin.fit <= len(fits):
        return ""
    place = fits[origin.fit - 1].place
    fit = f"the fit of {place}" if place else f"fit {origin.fit}"
    if origin.kind == "epoch":
        return f"with the weights that {fit} had after an earlier epoch"
    if origin.kind == "left":
        return f"with the weights that {fit} left"
    return f"with the first weights of {fit}"


def steps_made(model: object) -> int:
    """Steps that the optimiser of a model has made."""
    made = getattr(getattr(model, "optimizer", None), "iterations", None)
    number = as_number(made) if made is not None else None
    return int(number or 0)


def size_of_weights(model: Any) -> int:
    """How many numbers the weights of a model are."""
    return sum(size_of(weight) for weight in model.weights)
