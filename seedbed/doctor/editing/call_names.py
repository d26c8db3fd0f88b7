"""How a script calls a function of a library, by the names that it imports."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedbed.doctor.editing.seed_lines import head_of, imported_names
from seedbed.doctor.source.module import Module

_ROOTS = {"np": "numpy", "tf": "tensorflow"}
_SEEDS = (".seed", ".set_seed", ".set_random_seed", ".manual_seed")
"""How functions end that seed a generator."""
_STATEMENTS = (*_SEEDS, ".enable_op_determinism", ".set_intra_op_parallelism_threads")
"""How functions end that are called in a statement of their own, before which an import can go."""


@dataclass(frozen=True)
class CallNames:
    """The names under which a line of a script reaches its libraries.

    Attributes:
        module: The script.
        names: Name → what it stands for, as a dotted name.
    """

    module: Module
    names: Mapping[str, str]

    def spelled(self, function: str) -> str:
        """A function as the script calls it, after the import that it needs, if any.

        Args:
            function: Such as ``np.random.seed`` or ``keras.utils.set_random_seed``.
        """
        root, _, rest = function.partition(".")
        path = f"{_ROOTS.get(root, root)}.{rest}"
        paths = [path, f"tensorflow.{path}", f"tf_{path}"] if root == "keras" else [path]
        for name, known in sorted(self.names.items(), key=lambda pair: -len(pair[1])):
            for one in paths:
                if one == known or one.startswith(f"{known}."):
                    return name + one.removeprefix(known)
        if not function.endswith(_STATEMENTS):
            return function
        if root == "keras" and self.module.roots & {"keras", "tensorflow"} == {"tensorflow"}:
            return self.spelled(f"tf.{function}")
        library = path.partition(".")[0]
        if self.names.get(root, library) != library:  # the name stands for something else
            return f"import {library}; {path}"
        return f"import {library}{f' as {root}' if root != library else ''}; {function}"


def names_at(module: Module, lines: Sequence[str]) -> CallNames:
    """The names that are there before the first of these lines runs.

    Args:
        module: The script.
        lines: Lines as people know them, such as ``line 14``; none for the first that does
            anything.
    """
    if not lines:
        return CallNames(module, head_of(module).names)
    names: dict[str, str] = {}
    for statement in module.tree.body:
        if not set(lines).isdisjoint(_lines_of(module, statement)):
            return CallNames(module, names)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names |= imported_names(statement)
        else:
            for bound in _bound(statement):
                names.pop(bound, None)
    return CallNames(module, {})  # the lines are those of another file


def reseeds_by_itself(module: Module) -> bool:
    """Whether the script seeds a generator with nothing, as ``np.random.seed()`` does."""
    calls = (node for node in module.every(ast.Call) if isinstance(node, ast.Call))
    return any(
        isinstance(call.func, ast.Attribute)
        and f".{call.func.attr}".endswith(_SEEDS)
        and all(isinstance(one, ast.Constant) and one.value is None for one in _given(call))
        for call in calls
    )


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(one.value for one in call.keywords)]


def _lines_of(module: Module, statement: ast.stmt) -> set[str]:
    last = statement.end_lineno or statement.lineno
    return {module.line(number).words for number in range(statement.lineno, last + 1)}


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement may bind to something else."""
    nodes = list(ast.walk(statement))
    names = {
        one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return names | {one.name for one in nodes if isinstance(one, definitions)}
