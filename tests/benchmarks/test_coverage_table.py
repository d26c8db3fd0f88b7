"""The table of docs/coverage.md, and the bounds that its rows are held to."""

from pathlib import Path

import numpy as np

from benchmarks.coverage import FAMILIES, table
from benchmarks.simulations.nights import search_rows
from benchmarks.simulations.row import Row, mean, share

ROOT = Path(__file__).parents[2]


def test_a_row_passes_within_three_errors_of_its_bounds() -> None:
    assert Row("a", "b", "c", 0.52, 0.01, 9, 0.4, 0.5).passes
    assert not Row("a", "b", "c", 0.54, 0.01, 9, 0.4, 0.5).passes
    assert not Row("a", "b", "c", 0.36, 0.01, 9, 0.4, 0.5).passes
    assert Row("a", "b", "c", 99.0, 0.01, 9).passes


def test_errors_are_the_monte_carlo_standard_errors() -> None:
    hits = np.array([True] * 90 + [False] * 10)
    row = share("a", "b", "c", hits)
    assert (row.measured, row.n) == (0.9, 100)
    assert np.isclose(row.error, 0.03)
    assert np.isclose(mean("a", "b", "c", [1.0, 2.0, 3.0]).error, 1 / np.sqrt(3))


def test_the_document_is_the_benchmarks_and_misses_nothing() -> None:
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert "**missed**" not in text
    assert all(f"## {name}\n" in text for name in FAMILIES)
    assert "**missed**" in table([Row("a", "b", "c", 0.9, 0.01, 9, 0.4, 0.5)])


def test_a_family_reproduces_its_lines() -> None:
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    rows = {row.what: row for row in search_rows(np.random.default_rng(99))}
    for line in text.splitlines():
        name = line.split("|")[1].strip() if line.startswith("|") else ""
        if name == "optimism of the winner":
            assert abs(float(line.split("|")[4]) - rows[name].measured) < 5 * rows[name].error
            return
    raise AssertionError("docs/coverage.md lacks the winner's optimism")
