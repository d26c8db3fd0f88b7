"""The notebooks of analysis/ run as they stand, and their committed outputs are of a whole run."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
NOTEBOOKS = sorted((ROOT / "analysis").glob("*.ipynb"))


def code_cells(path: Path) -> list[dict[str, Any]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in content["cells"] if cell["cell_type"] == "code"]


def test_there_is_a_notebook() -> None:
    assert ROOT / "analysis" / "first_sweep.ipynb" in NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_was_run_in_order_and_without_an_error(path: Path) -> None:
    cells = code_cells(path)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}
    shown = "".join("".join(output["data"].get("text/html", "")) for output in outputs)
    assert 'src="data:image/png;base64,' in shown
    assert str(Path.home()) not in path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    monkeypatch.chdir(ROOT)
    shown: list[object] = []
    scope: dict[str, Any] = {}
    for cell in code_cells(path):
        *statements, last = ast.parse("".join(cell["source"])).body
        assert isinstance(last, ast.Expr)  # it may span several lines
        exec(compile(ast.Module(statements, []), path.name, "exec"), scope)
        shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), scope))
    assert len(shown) == len(code_cells(path))
    assert all(result is not None for result in shown)
