"""Moves statements: a model into the loop that trains it, a scaler behind the split."""

import ast

from seedbed.doctor.editing.edits import Edit, Patch, patch_of
from seedbed.doctor.editing.syntax import counter_of, indent_of, line_after, removed, source_of
from seedbed.doctor.source.module import Module


def built_in_each_pass(
    module: Module, made: ast.AST, loop: ast.AST, seeding: ast.AST | None = None
) -> Patch | None:
    """Move a model's statements to the beginning of a loop's body, if they can be moved whole.

    Args:
        module: The file.
        made: The call that makes the model, ``model = keras.Sequential([...])``.
        loop: The ``for`` loop.
        seeding: The call that seeds before the loop, to be repeated in it; None for none.

    Returns:
        The patch; None if something else stands between, or the name is used outside the loop.
    """
    first, target = module.statement_of(made), loop
    if not isinstance(first, ast.Assign) or not isinstance(target, ast.For):
        return None
    name = first.targets[0]
    parent = module.parents.get(id(first))
    body = getattr(parent, "body", [])
    if not isinstance(name, ast.Name) or first not in body or target not in body:
        return None
    begin, end = body.index(first), body.index(target)
    moved = [s for s in body[begin:end] if s is first or _is_method_of(s, name.id)]
    others = [s for s in body[begin:end] if s not in moved]
    after = body[end + 1 :]
    if begin > end or any(_mentions(s, name.id) for s in [*others, *after]):
        return None
    if not all(isinstance(s, ast.Assign | ast.Expr) for s in others):
        return None
    indent = indent_of(module, target.body[0])
    texts = [_text(module, statement) for statement in moved]
    edits = [removed(module, statement) for statement in moved]
    if indent is None or any("\n" in text and '"""' in text for text in texts):
        return None
    shift = indent[len(indent_of(module, first) or "") :]
    seed = _seed_in(module, target, seeding) if isinstance(seeding, ast.Call) else ""
    lines = [*([seed] if seed else []), *texts]
    new = "".join(f"{indent}{line}\n".replace("\n ", f"\n{shift} ") for line in lines)
    new = new.replace("\n]", f"\n{indent}]").replace("\n)", f"\n{indent})")
    at = (target.body[0].lineno, 0)
    return patch_of(module, Edit(at, at, new), *edits)


def _seed_in(module: Module, loop: ast.For, seeding: ast.Call) -> str:
    """The seeding for each pass: by the loop's counter, or the same in each."""
    function = source_of(module, seeding.func)
    counter = counter_of(loop)
    return f"{function}({counter})" if counter else source_of(module, seeding)


def _text(module: Module, statement: ast.stmt) -> str:
    return source_of(module, statement)  # type: ignore[arg-type]


def _is_method_of(statement: ast.stmt, name: str) -> bool:
    """True for ``model.compile(...)`` and ``model.add(...)`` on a line of their own."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == name
        and function.attr in {"compile", "add", "build"}
    )


def _mentions(statement: ast.stmt, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement))


def fitted_after_the_split(module: Module, call: ast.AST) -> Patch | None:
    """Fit ``x = scaler.fit_transform(x)`` on the training rows of the split that follows it.

    Args:
        module: The file.
        call: The call of ``fit_transform``.

    Returns:
        The patch, which is unsafe; None if the two statements are written in another way.
    """
    first = module.statement_of(call)
    name = _transformed(first, call)
    body = getattr(module.parents.get(id(first)), "body", [])
    if name is None or first not in body or not isinstance(call, ast.Call):
        return None
    later = body[body.index(first) + 1 :]
    split = next((s for s in later if _mentions(s, name)), None)
    parts = parts_of_split(split, name)
    if split is None or parts is None or any(_mentions(s, name) for s in later if s is not split):
        return None
    assert isinstance(call.func, ast.Attribute)  # noqa: S101  (checked with the statement)
    owner, lines = source_of(module, call.func.value), []
    if not isinstance(call.func.value, ast.Name):
        if module.loads["scaler"]:
            return None
        lines, owner = [f"scaler = {owner}"], "scaler"
    train, test = parts
    lines += [f"{train} = {owner}.fit_transform({train})", f"{test} = {owner}.transform({test})"]
    indent = indent_of(module, split) or ""
    added = line_after(module, split, f"\n{indent}".join(lines))
    return patch_of(module, removed(module, first) if first else None, added, safe=False)


def _transformed(statement: ast.stmt | None, call: ast.AST) -> str | None:
    """The name in ``x = scaler.fit_transform(x)``."""
    if not isinstance(statement, ast.Assign) or statement.value is not call:
        return None
    target, function = statement.targets[0], call.func if isinstance(call, ast.Call) else None
    if not isinstance(target, ast.Name) or not isinstance(call, ast.Call):
        return None
    same = len(call.args) == 1 and ast.unparse(call.args[0]) == target.id
    fitted = isinstance(function, ast.Attribute) and function.attr == "fit_transform"
    return target.id if same and fitted and not call.keywords else None


def parts_of_split(statement: ast.stmt | None, name: str) -> tuple[str, str] | None:
    """The training and the test part of a name in a ``train_test_split``."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    call, targets = statement.value, statement.targets[0]
    written = [ast.unparse(argument) for argument in call.args]
    if not ast.unparse(call.func).endswith("train_test_split") or name not in written:
        return None
    parts = targets.elts if isinstance(targets, ast.Tuple) else []
    at = 2 * written.index(name)
    pair = [part.id for part in parts[at : at + 2] if isinstance(part, ast.Name)]
    return (pair[0], pair[1]) if len(pair) == 2 and len(parts) == 2 * len(written) else None
