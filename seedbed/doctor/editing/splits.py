"""Mends splits: trains on the training part alone, cuts windows in time."""

import ast

from seedbed.doctor.editing.edits import Edit, Patch, patch_of
from seedbed.doctor.editing.moves import parts_of_split
from seedbed.doctor.editing.syntax import end_of, replaced, source_of, start_of
from seedbed.doctor.source.module import Module


def trained_on_the_training_part(module: Module, fit: ast.AST) -> Patch | None:
    """Write ``fit(x_train, y_train)`` for ``fit(x, y)``, if a split before it has made them.

    Args:
        module: The file.
        fit: The call that trains on the whole.

    Returns:
        The patch, which is unsafe; None if no such split stands before.
    """
    if not isinstance(fit, ast.Call):
        return None
    named = [keyword.value for keyword in fit.keywords if keyword.arg in {"x", "X", "y"}]
    edits: list[Edit | None] = []
    for given in [*fit.args[:2], *named]:
        parts = _parts_before(module, fit, ast.unparse(given))
        edits.append(replaced(given, parts[0]) if parts is not None else None)
    return patch_of(module, *edits, safe=False)


def _parts_before(module: Module, fit: ast.Call, name: str) -> tuple[str, str] | None:
    """The two parts into which the nearest split before a call divides what has this name."""
    statements = [s for s in module.every(ast.Assign) if isinstance(s, ast.Assign)]
    before = [s for s in statements if s.lineno < fit.lineno]
    found = [parts_of_split(s, name) for s in sorted(before, key=lambda s: s.lineno)]
    known = [parts for parts in found if parts is not None]
    return known[-1] if known else None


def cut_in_time(module: Module, split: ast.AST) -> Patch | None:
    """Divide windows of a series at one moment: ``shuffle=False`` in place of a drawn order.

    Args:
        module: The file.
        split: The call of ``train_test_split`` or of the folds.

    Returns:
        The patch, which is unsafe; None for a call of several lines.
    """
    if not isinstance(split, ast.Call) or start_of(split)[0] != end_of(split)[0]:
        return None
    if any(keyword.arg is None for keyword in split.keywords):
        return None
    dropped = {"random_state", "stratify", "shuffle"}
    kept = [source_of(module, argument) for argument in split.args]
    kept += [
        f"{keyword.arg}={source_of(module, keyword.value)}"
        for keyword in split.keywords
        if keyword.arg not in dropped
    ]
    text = f"{source_of(module, split.func)}({', '.join([*kept, 'shuffle=False'])})"
    return patch_of(module, replaced(split, text), safe=False)
