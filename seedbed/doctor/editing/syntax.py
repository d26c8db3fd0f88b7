"""Edits of calls and statements."""

import ast

from seedbed.doctor.editing.edits import Edit, Position
from seedbed.doctor.source.module import Module


def start_of(node: ast.AST) -> Position:
    """Where a node begins."""
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def end_of(node: ast.AST) -> Position:
    """Where a node ends."""
    return node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def source_of(module: Module, node: ast.expr) -> str:
    """An expression as the script writes it."""
    return ast.get_source_segment(module.source, node) or ast.unparse(node)


def seed_in_loop(module: Module, node: ast.AST) -> str | None:
    """The seed for a call: the counter of the ``range`` loop that it stands in, else 0.

    One seed in every pass would make all rounds draw the same. A loop over anything else compares
    settings, which should see the same draw.

    Args:
        module: The file.
        node: The call.

    Returns:
        The seed as it is written; None if the loop counts without a name.
    """
    current = module.parents.get(id(node))
    while current is not None and not isinstance(current, ast.FunctionDef | ast.Lambda):
        if counter := counter_of(current):
            return counter if counter != "_" else None
        current = module.parents.get(id(current))
    return "0"


def counter_of(loop: ast.AST) -> str:
    """The name that a ``for`` loop over a ``range`` counts with; empty for other statements."""
    if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
        return ""
    counts = isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range"
    return loop.target.id if counts else ""


def replaced(node: ast.AST, text: str) -> Edit:
    """Write something else in place of an expression."""
    return Edit(start_of(node), end_of(node), text)


def with_argument(module: Module, call: ast.AST, argument: str) -> Edit | None:
    """Add a keyword argument to a call, in the layout that it has.

    Args:
        module: The file.
        call: The call.
        argument: ``name=value``.

    Returns:
        The edit; None if the call is none, or has a bare generator expression as its argument.
    """
    if not isinstance(call, ast.Call):
        return None
    given: list[ast.AST] = [*call.args, *call.keywords]
    line, column = end_of(call)
    close = (line, column - 1)
    if not given:
        return Edit(close, close, argument)
    if len(given) == 1 and isinstance(given[0], ast.GeneratorExp):
        return None
    last = max(given, key=end_of)
    at, comma = _last_token(module, end_of(last), close)
    if not comma:
        return Edit(at, at, f", {argument}")
    first_line = module.source_lines[start_of(last)[0] - 1].encode()[: start_of(last)[1]]
    if not first_line.strip() and at[0] != close[0]:
        return Edit(at, at, f"\n{first_line.decode()}{argument},")
    return Edit(at, at, f" {argument},")


def _last_token(module: Module, start: Position, close: Position) -> tuple[Position, bool]:
    """Where the text between the last argument and the parenthesis ends, without comments."""
    at, comma = start, False
    for number in range(start[0], close[0] + 1):
        line = module.source_lines[number - 1].encode()
        begin = start[1] if number == start[0] else 0
        stop = close[1] if number == close[0] else len(line)
        code = line[begin:stop].split(b"#")[0]
        for offset, byte in enumerate(code):
            if byte in b"),":
                at, comma = (number, begin + offset + 1), byte == ord(",")
    return at, comma


def _is_alone(module: Module, statement: ast.stmt) -> bool:
    """True if a statement has its lines for itself."""
    (first, column), (last, end) = start_of(statement), end_of(statement)
    before = module.source_lines[first - 1].encode()[:column]
    after = module.source_lines[last - 1].encode()[end:]
    continued = first > 1 and module.source_lines[first - 2].rstrip().endswith("\\")
    return not before.strip() and not after.strip() and not continued


def indent_of(module: Module, statement: ast.stmt) -> str | None:
    """The white space before a statement; None if it does not begin its line."""
    line, column = start_of(statement)
    before = module.source_lines[line - 1].encode()[:column]
    if before.strip() or (line > 1 and module.source_lines[line - 2].rstrip().endswith("\\")):
        return None
    return before.decode()


def line_before(module: Module, statement: ast.stmt, text: str) -> Edit | None:
    """Add a line before a statement, as far in as the statement."""
    indent = indent_of(module, statement)
    line = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
    return None if indent is None else Edit((line, 0), (line, 0), f"{indent}{text}\n")


def line_after(module: Module, statement: ast.stmt, text: str) -> Edit | None:
    """Add a line after a statement that ends its line."""
    indent = indent_of(module, statement)
    last, column = end_of(statement)
    line = module.source_lines[last - 1].encode()
    rest = line[column:].strip()
    if indent is None or (rest and not rest.startswith(b"#")):
        return None
    return Edit((last, len(line)), (last, len(line)), f"\n{indent}{text}")


def removed(module: Module, statement: ast.stmt) -> Edit | None:
    """Take a statement out with its lines; ``pass`` stands for it where a block would be empty."""
    if not _is_alone(module, statement):
        return None
    parent = module.parents.get(id(statement))
    alone = any(
        isinstance(block, list) and block == [statement]
        for block in vars(parent or module).values()
    )
    if alone and not isinstance(parent, ast.Module):
        return Edit(start_of(statement), end_of(statement), "pass")
    return Edit((statement.lineno, 0), (end_of(statement)[0] + 1, 0), "")
