"""Where a script can be seeded, and how it calls the framework's seed."""

import ast
from dataclasses import dataclass, field

from seedbed.doctor.editing.edits import Edit
from seedbed.doctor.editing.syntax import end_of, indent_of
from seedbed.doctor.source.module import Module

_SEEDING = (
    "seed",
    "set_seed",
    "manual_seed",
    "set_random_seed",
    "filterwarnings",
    "use",
    "simplefilter",
)


@dataclass
class Head:
    """The imports that a script begins with.

    Attributes:
        last: The last of these imports; None if there is none.
        names: What each name of an import stands for, as a dotted name.
    """

    last: ast.stmt | None = None
    names: dict[str, str] = field(default_factory=dict)


def head_of(module: Module) -> Head:
    """The imports before the first statement that may do anything."""
    head = Head()
    for statement in module.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            head.names.update(imported_names(statement))
        elif _is_inert(statement):
            continue
        else:
            break
        head.last = statement
    return head


def imported_names(statement: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """What each name stands for that an import binds, as a dotted name."""
    if isinstance(statement, ast.ImportFrom):
        base = "." * statement.level + (statement.module or "")
        return {alias.asname or alias.name: f"{base}.{alias.name}" for alias in statement.names}
    roots = ((alias, alias.name.split(".")[0]) for alias in statement.names)
    return {a.asname or root: a.name if a.asname else root for a, root in roots}


def _is_inert(statement: ast.stmt) -> bool:
    """True for a statement before which and after which a seed does the same."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        value = statement.value
        if isinstance(value, ast.Call):
            name = value.func.attr if isinstance(value.func, ast.Attribute) else ""
            return name in _SEEDING
        return isinstance(value, ast.Constant)
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return isinstance(statement.value, ast.Constant)
    return False


def seed_call(module: Module, names: dict[str, str]) -> tuple[str, str]:
    """How to call the framework's seed here.

    Args:
        module: The script.
        names: What its imported names stand for.

    Returns:
        The function, and the import that it needs first; empty if it needs none.
    """
    for name, path in names.items():
        if path in {"keras", "tensorflow.keras"}:
            return f"{name}.utils.set_random_seed", ""
    for name, path in names.items():
        if path == "tensorflow":
            return f"{name}.keras.utils.set_random_seed", ""
    if "keras" in module.roots or "tensorflow" not in module.roots:
        return "keras.utils.set_random_seed", "import keras"
    return "tf.keras.utils.set_random_seed", "import tensorflow as tf"


def torch_seed_call(names: dict[str, str]) -> tuple[str, str]:
    """How to call PyTorch's seed here, and the import that it needs first, as ``seed_call``."""
    for name, path in names.items():
        if path == "torch":
            return f"{name}.manual_seed", ""
    return "torch.manual_seed", "import torch"


def seeded_at_the_head(module: Module, value: str = "42", *, torch: bool = False) -> Edit | None:
    """Seed the framework after the imports of a script.

    Args:
        module: The script.
        value: The seed, as text.
        torch: Whether the framework is PyTorch.

    Returns:
        The edit; None if nothing is imported, or the imports share their line with other code.
    """
    head = head_of(module)
    if head.last is None or indent_of(module, head.last) is None:
        return None
    names = head.names
    function, needed = torch_seed_call(names) if torch else seed_call(module, names)
    last, column = end_of(head.last)
    line = module.source_lines[last - 1].encode()
    rest = line[column:].strip()
    if rest and not rest.startswith(b"#"):
        return None
    blank = last < len(module.source_lines) and not module.source_lines[last].strip()
    lines = [*([needed] if needed else []), *([""] if blank else []), f"{function}({value})"]
    return Edit((last, len(line)), (last, len(line)), "".join(f"\n{one}" for one in lines))


def root_is_known(module: Module, function: ast.expr) -> bool:
    """True if the name that a function is reached by is imported at the head of the script."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in head_of(module).names
