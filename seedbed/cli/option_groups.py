"""Click options that belong together reach a command as one frozen dataclass."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Command = Callable[..., object]
Decorator = Callable[[Command], Command]


def grouped(kind: "type[DataclassInstance]", argument: str, *options: Decorator) -> Decorator:
    """Add options to a command, which receives their values as one ``kind``.

    Args:
        kind: A frozen dataclass; its fields have the names of the options' parameters.
        argument: The command's argument that receives it.
        options: Click's options, in the order of the help.
    """
    names, make = [item.name for item in fields(kind)], kind

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_group(**given: object) -> object:
            group = make(**{name: given.pop(name) for name in names})
            return command(**given, **{argument: group})

        decorated: Command = with_group
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate
