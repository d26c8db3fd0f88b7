"""Names that other libraries keep to themselves are used by one adapter each, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "seedbed"
OF_PYTHON = {
    "os._exit",
    "sys._getframe",
    "atexit._clear",
    "atexit._run_exitfuncs",
    "process.current_process()._config",
    "kind._fields",  # of a syntax tree's node; Python documents it
}
GIVEN_BACK = {
    "runs/script/put_back/old_keras/keras2_names.py": {"backend._get_available_gpus"},
    "runs/script/put_back/old_keras/keras2_optimizers.py": {"optimizer._index_dict"},
}
"""What old scripts and the optimisers of Keras 2 expect and Seedbed defines for them."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def own_names(tree: ast.Module) -> set[str]:
    """What the module defines itself: functions, classes, attributes of ``self``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and of_itself(node.value):
            found.add(node.attr)
    return found


def of_itself(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in {"self", "cls"}


def foreign(text: str) -> Iterator[str]:
    """The private names that a module takes from elsewhere."""
    tree = ast.parse(text)
    own = own_names(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value, name) if is_private(name) and name not in own:
                if not of_itself(value):
                    yield ast.unparse(node)
            case ast.ImportFrom(module, names) if not (module or "").startswith("seedbed"):
                yield from (f"{module}.{one.name}" for one in names if is_private(one.name))
            case ast.Call(ast.Name("getattr" | "hasattr"), [value, ast.Constant(str(name)), *_]):
                if is_private(name):
                    yield f"{ast.unparse(value)}.{name}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("study._study_id", ["study._study_id"]),
        ("hasattr(value, '_seed')", ["value._seed"]),
        ("from keras import _rng", ["keras._rng"]),
        ("class A:\n    def f(self, other):\n        self._x = other._x", []),
        ("value.__class__", []),
    ],
)
def test_private_names_are_seen(text: str, found: list[str]) -> None:
    assert list(foreign(text)) == found


def test_only_adapters_use_what_other_libraries_keep_private() -> None:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        taken = set(foreign(path.read_text(encoding="utf-8"))) - OF_PYTHON
        if not path.stem.endswith("_private") and taken - GIVEN_BACK.get(name, set()):
            found[name] = taken
    assert found == {}


def test_each_adapter_has_a_contract_test() -> None:
    adapters = {path.stem for path in PACKAGE.rglob("*_private.py")}
    tests = "".join(path.read_text() for path in Path(__file__).parent.rglob("test_*.py"))
    assert adapters
    assert [name for name in sorted(adapters) if name not in tests] == []
