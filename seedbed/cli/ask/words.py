"""Words of the command line: numbers, or one sweep's name."""

import math
from collections.abc import Sequence

from seedbed.system.errors import InputError
from seedbed.system.text.number_text import is_number


def numbers(words: Sequence[str], name: str = "accuracies", *, failed: bool = False) -> list[float]:
    """Parse numbers.

    Args:
        words: As typed.
        name: What the message calls them.
        failed: Whether nan may stand for a run that failed.

    Raises:
        InputError: None given, or one that is not a finite number.
    """
    if not words:
        raise InputError(f"{name} are missing: give one number per run, such as 75.57 75.85 76.39")
    values = []
    for word in words:
        if not is_number(word):
            raise InputError(f"{name} must be numbers, got {word!r}: write them as 75.57 or 0.7557")
        value = float(word)
        if not (math.isfinite(value) or (failed and math.isnan(value))):
            raise InputError(
                f"{name} must be finite numbers, got {word}: leave out runs without a result"
            )
        values.append(value)
    return values


def runs(words: Sequence[str], name: str = "accuracies") -> str | list[float] | None:
    """A sweep's name, or numbers; None where nothing was typed.

    Args:
        words: As typed.
        name: What the message calls the numbers.

    Raises:
        InputError: A word beside numbers, two names, or a number that is not finite.
    """
    named = [word for word in words if not is_number(word)]
    if not named:
        return numbers(words, name) if words else None
    if len(words) > 1:
        raise InputError(
            f"{name} must be numbers, got {named[0]!r} among {len(words)} values: give numbers "
            "only, or one sweep's name alone"
        )
    return named[0]
