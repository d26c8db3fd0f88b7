"""The cost of ``why`` counts imports once, and as many bare runs as the answer says."""

import pytest

from benchmarks.why_cost import Cost, runs_said


def test_the_ratio_counts_imports_once() -> None:
    assert Cost(command=33.0, imports=5.0, bare=25.0, runs=34).ratio == pytest.approx(1.1)


def test_an_answer_has_its_runs_above_the_lowest_one() -> None:
    said = (
        "The split makes it.\n\n34 runs, recorded as the sweep why-0: seedbed report why-0 draws "
        "it.\n\nlowest: seed 3, 95.00 %\nseedbed repeat --run 1f0c\n"
    )
    assert runs_said(said) == 34
