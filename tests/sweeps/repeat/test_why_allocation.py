"""Where ``why`` spends its runs, and what it takes for a script or an experiment."""

from itertools import pairwise
from pathlib import Path

import pytest

from seedbed.analysis.answers.why.source import WhySource
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.sweeps.repeat.why import WhyRequest, find_out
from seedbed.sweeps.repeat.why_allocation import Allocation
from seedbed.sweeps.repeat.why_targets import ExperimentTarget, is_experiment_file
from seedbed.system.errors import InputError


def source(name: str, low: float, high: float) -> WhySource:
    share = Estimate((low + high) / 2, low, high, 10, "made", 0.95)
    return WhySource(name, share, None, None, high - low <= 0.2, (), "")


def test_runs_go_to_the_sources_that_are_open_the_least_known_first() -> None:
    first = Allocation.first(("init", "order", "split"))
    assert first.runs == 1 + 3 + 3 * 2
    known = [source("init", 0.0, 0.9), source("order", 0.1, 0.2), source("split", 0.2, 0.6)]
    wider = first.next(known, 40)
    assert wider is not None
    assert wider.baselines == {"init": 4, "order": 2, "split": 4}
    last = first.next(known, 14)
    assert last is not None
    assert last.baselines == {"init": 4, "order": 2, "split": 2}
    assert first.next(known, 11) is None
    assert first.next([source("init", 0.5, 0.6)], 40) is None


@pytest.mark.parametrize("workers", [1, 2, 4, 8])
def test_rounds_keep_every_worker_busy_and_grow(workers: int) -> None:
    names = ("init", "order", "split")
    unknown = [source(name, 0.0, 1.0) for name in names]
    first = Allocation()
    assert first.runs == 4
    rounds = [Allocation.first(names).filled(first.runs, 200, workers)]
    while wider := rounds[-1].next(unknown, 200, workers):
        rounds.append(wider)
    totals = [one.runs for one in rounds]
    assert max(totals) <= 200
    added = [after - before for before, after in pairwise(totals)]
    assert len(added) < 14  # of two baselines each they would be 24
    assert min(added[:-3]) >= workers
    assert workers > 4 or all(number % workers == 0 for number in added[:-3])


def test_a_number_that_has_not_varied_is_looked_at_longer() -> None:
    rounds: list[Allocation] = []
    wider: Allocation | None = Allocation.first(["init", "order"])
    while wider is not None:
        rounds.append(wider)
        wider = wider.longer(40, 2)
    assert [one.everything for one in rounds] == [3, 5, 7, 9, 11, 12]
    assert {one.baselines["init"] for one in rounds} == {2}
    assert rounds[0].longer(9, 2) == Allocation({"init": 2, "order": 2}, 4)
    assert rounds[0].longer(rounds[0].runs) is None


def test_a_round_is_not_filled_beyond_the_budget() -> None:
    three = Allocation.first(("init", "order", "split"))
    assert three.runs == 10
    assert three.filled(4, 40, 4).runs == 12
    assert three.filled(4, 11, 4) == three
    assert three.filled(4, 40, 16) == three  # ten more runs would only take from the budget


def test_an_experiment_has_the_sources_that_its_options_switch_on() -> None:
    plain = ExperimentTarget("mnist_cnn", {"epochs": 1})
    assert list(plain.first.baselines) == ["init", "order", "dropout", "split"]
    design = plain.design(plain.first)
    assert design.name.startswith("why-mnist_cnn-")
    assert len(design.cells) == plain.first.runs
    wider = plain.design(Allocation({**plain.first.baselines, "init": 4}))
    assert {cell.id for cell in design.cells} <= {cell.id for cell in wider.cells}
    assert (wider.name, wider.fixed) == (design.name, design.fixed)
    changes = [block.keys() for block in wider.plan["parts"][0]["radial"]]
    assert list(changes[-1]) == ["base", "init"]


def test_a_file_that_trains_is_a_script(tmp_path: Path) -> None:
    text = "def load(options, seeds): ...\ndef build(options, splits): ...\n"
    (tmp_path / "own.py").write_text(text)
    (tmp_path / "script.py").write_text(text + "build(1, 2).fit(load(1, 2))\n")
    assert is_experiment_file(tmp_path / "own.py")
    assert not is_experiment_file(tmp_path / "script.py")
    assert not is_experiment_file(tmp_path / "none.py")


def test_what_cannot_be_run_is_refused_before_any_run() -> None:
    with pytest.raises(InputError, match="There is no option 'epoch'"):
        find_out(
            WhyRequest(ExperimentTarget("mnist_cnn", {"epoch": 1})),
            lambda _: pytest.fail("it trained"),
            lambda *_: None,
        )
