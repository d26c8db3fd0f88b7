"""Where ``why`` spends its runs, and what it takes for a script or an experiment."""

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
