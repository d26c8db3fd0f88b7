"""File names under which Keras 2 saved a network and Keras 3 refuses to."""

import ast

from seedbed.doctor.keras3.outdated_code import guarded_lines
from seedbed.doctor.source.module import Module

ENDING = ".weights.h5"
REFUSED = ("filename must end in", "filepath provided must end in", "extension for saving")
"""Words of Keras 3's errors about the name of a file."""


def saved_under_refused_name(module: Module) -> str:
    """The first line that saves weights under a name that Keras 3 refuses.

    Args:
        module: The script, or a file beside it.

    Returns:
        ``train.py line 18 saves weights as model.h5``; empty without.
    """
    tried = guarded_lines(module.tree)
    for node in module.nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="save_weights")) if node.lineno not in tried:
                name = _name_given(node)
                if name and not name.endswith(ENDING):
                    place = f"{module.path.name} {module.line(node.lineno).words}"
                    return f"{place} saves weights as {name}"
    return ""


def _name_given(call: ast.Call) -> str:
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "filepath")]
    first = given[0] if given else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def refuses_name(error: BaseException) -> bool:
    """Whether Keras 3 raised it for the name of a file, perhaps after the training."""
    return isinstance(error, ValueError) and any(words in str(error) for words in REFUSED)
