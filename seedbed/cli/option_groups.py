"""Click options that belong together reach a command as one frozen dataclass."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]


def grouped(kind: type[Any], name: str, *options: Decorator) -> Decorator:
    """Add options to a command, which receives their values as one ``kind``.

    Args:
        kind: A frozen dataclass; its fields have the names of the options' parameters.
        name: The command's argument that receives it.
        options: Click's options, in the order of the help.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_group(**given: Any) -> Any:
            group = kind(**{item.name: given.pop(item.name) for item in fields(kind)})
            return command(**given, **{name: group})

        decorated: Command = with_group
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate
