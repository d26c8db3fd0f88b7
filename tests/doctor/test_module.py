"""The pieces of a tree are found as Python's own walk finds them."""

import ast
from pathlib import Path

import pytest

from seedbed.doctor.source.module import Module
from seedbed.doctor.source.parse import tree_of

CORPUS = Path(__file__).parent / "corpus"
ODD = (
    "async def f(a, /, b: int = 1, *c, d=None, e, **g) -> None:\n    async with a as b: yield\n"
    "def h():\n    global x, y\n    nonlocal_ = {**z, 'k': None}\n    return [*q], f'{x!r:>{w}}'\n"
    "match p:\n    case C(1, k=None) | [*_, {'a': 1, **rest}] if True: pass\n    case None: ...\n"
    "try: pass\nexcept* ValueError as error: raise A from error\n"
)


@pytest.mark.parametrize(
    "text",
    [ODD, *(path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("clean/*.py")))],
)
def test_every_piece_is_found_once(text: str) -> None:
    tree = tree_of(text)
    operators = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
    walked = [id(node) for node in ast.walk(tree) if not isinstance(node, operators)]
    module = Module(Path("script.py"), tree, text)
    assert sorted(map(id, module.nodes)) == sorted(walked)
    calls = {id(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert {id(node) for node in module.every(ast.Call)} == calls
    assert all(
        id(child) in {id(node) for node in ast.iter_child_nodes(module.parents[id(child)])}
        for child in module.nodes
        if child is not tree
    )
