"""Who catches everything says why, or raises it again."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "seedbed"
BROAD = {"Exception", "BaseException"}


def names(kind: ast.expr | None) -> set[str]:
    if kind is None:
        return {"BaseException"}
    return {node.id for node in ast.walk(kind) if isinstance(node, ast.Name)}


def unexplained(text: str) -> list[int]:
    """Lines of broad handlers that neither end in a bare ``raise`` nor have a comment."""
    lines = text.splitlines()
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ExceptHandler) or not names(node.type) & BROAD:
            continue
        last = node.body[-1]
        raises = isinstance(last, ast.Raise) and last.exc is None
        if not raises and "#" not in lines[node.lineno - 1]:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        ("except Exception:\n    pass", [3]),
        ("except:\n    pass", [3]),
        ("except (OSError, Exception) as error:\n    print(error)", [3]),
        ("except Exception:  # a damaged pickle raises anything\n    pass", []),
        ("except BaseException:\n    close()\n    raise", []),
        ("except OSError:\n    pass", []),
    ],
)
def test_a_handler_of_everything_needs_a_reason(handler: str, said: list[int]) -> None:
    assert unexplained(f"try:\n    work()\n{handler}\n") == said


def test_every_broad_handler_of_the_package_says_why() -> None:
    found = {
        str(path.relative_to(PACKAGE)): lines
        for path in sorted(PACKAGE.rglob("*.py"))
        if (lines := unexplained(path.read_text(encoding="utf-8")))
    }
    assert found == {}
