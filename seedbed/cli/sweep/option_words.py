"""Options in words: ``NAME=VALUE`` and ``NAME=VALUE,VALUE``."""

from collections.abc import Sequence

from seedbed.system.errors import InputError

Value = int | float | bool | str


def values_by_name(given: Sequence[str], flag: str) -> dict[str, list[Value]]:
    """``["a=1,2"]`` → ``{"a": [1, 2]}``.

    Raises:
        InputError: A word is not of this form, or names an option twice.
    """
    found: dict[str, list[Value]] = {}
    for word in given:
        option, equals, text = word.partition("=")
        option = option.strip().lstrip("-").replace("-", "_")
        values = [part.strip() for part in text.split(",")]
        if not equals or not option or "" in values:
            example = "learning_rate=.001,.003" if flag == "--vary" else "epochs=5"
            raise InputError(f"{flag} must be an option with its value, {example}, got {word!r}.")
        if option in found:
            raise InputError(
                f"{flag} must name an option once, got {option} twice: write "
                f"{flag} {option}={found[option][0]},{values[0]}, say."
            )
        found[option] = [_value(part) for part in values]
    return found


def one_value_each(options: dict[str, list[Value]]) -> dict[str, Value]:
    """``{"a": [1]}`` → ``{"a": 1}``.

    Raises:
        InputError: An option has several values.
    """
    for option, values in options.items():
        if len(values) > 1:
            raise InputError(
                f"--set must give an option one value, got {len(values)} for {option}: compare "
                f"values with --vary {option}=…."
            )
    return {option: values[0] for option, values in options.items()}


def _value(text: str) -> Value:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)
