"""The cells that follow from a file: configurations, seeds by source, plans, identities."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import cell_id, parse
from seedbed.runs.settings.seeds import SOURCES, derive
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design, designed
from seedbed.sweeps.design.search.search_space import Spaces, distinct, draw, grid, tidy
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.fields.configuration_fields import Range
from seedbed.system.errors import InputError

HEAD = "question: Why?\nexperiment: mnist_cnn\noptions: {dataset: digits, epochs: 2}\n"


@pytest.fixture(autouse=True)
def _data(datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets that the experiment looks for."""
    monkeypatch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))


def made(more: str) -> Design:
    return designed(CheckedFile.parse(HEAD + more, Path("s.yaml")))


def seeds_of(cells: tuple[Cell, ...]) -> list[tuple[int, ...]]:
    return [tuple(cell.seeds[source] for source in SOURCES) for cell in cells]


def of_seed(seed: int) -> dict[str, int]:
    return derive(parse(find("mnist_cnn").options, {"seed": seed})).asdict()


def test_crossed_configurations_go_seed_by_seed() -> None:
    design = made("seeds: 2\nconfigurations: {batch_size: [8, 16], learning_rate: [0.1, 0.2]}\n")
    assert [cell.name for cell in design.cells] == [
        f"batch_size={batch} learning_rate={rate} seed={seed}"
        for seed in (0, 1)
        for batch in (8, 16)
        for rate in (0.1, 0.2)
    ]
    assert design.varied == ("batch_size", "learning_rate")
    assert design.sources == ("seed",)
    assert design.planned == 8
    assert design.fixed["epochs"] == "2"
    assert not {"batch_size", "learning_rate", "seed"} & set(design.fixed)


@pytest.mark.parametrize(
    "more",
    [
        "seeds: 3\nconfigurations: {batch_size: [8, 16], learning_rate: [0.1, 0.2]}\n",
        "seeds: {vary: [init, order], count: 3, base: 1}\nconfigurations: {batch_size: [8, 16]}\n",
        "seeds: {vary: [numeric], count: 3}\nnumeric: free\n",
        "seeds: {plan: attribution}\nconfigurations: {batch_size: [8, 16]}\n",
    ],
)
def test_many_cells_made_at_once_are_those_made_one_by_one(more: str) -> None:
    design = made(more)
    factory = design.factory
    one_by_one = [
        factory.cell(configuration, seed_set)
        for seed_set in design.seed_sets
        for configuration in design.configurations
    ]
    assert list(factory.cells(design.configurations, design.seed_sets)) == one_by_one
    for cell in one_by_one:
        own = cell_id(factory.experiment.identity, cell.options, cell.seeds)
        assert cell.repeat or cell.id == own


def test_a_cell_is_that_of_a_run_by_hand() -> None:
    cell = made("seeds: [7]\n").cells[0]
    options = parse(find("mnist_cnn").options, {"seed": 7, "dataset": "digits", "epochs": 2})
    assert cell.options == options
    assert cell.id == cell_id("mnist_cnn", options, derive(options).asdict())
    assert cell.name == "seed=7"


def test_listed_configurations_vary_where_they_differ_once_defaults_are_filled_in() -> None:
    design = made(
        "seeds: 1\nconfigurations:\n"
        "  - {batch_size: 32, train_size: 100}\n"
        "  - {batch_size: 8, learning_rate: 0.01, train_size: 100}\n"
    )
    assert design.varied == ("batch_size", "learning_rate")
    assert [cell.configuration for cell in design.cells] == [
        {"batch_size": 32, "learning_rate": 0.001},
        {"batch_size": 8, "learning_rate": 0.01},
    ]
    assert {cell.params["train_size"] for cell in design.cells} == {"100"}


def test_a_rule_leaves_out_what_it_applies_to() -> None:
    design = made(
        "seeds: 1\nconfigurations: {batch_size: [64, 256], learning_rate: [0.01, 0.0001]}\n"
        'exclude: ["batch_size > 128 and learning_rate < 0.001"]\n'
    )
    left = [(c.configuration["batch_size"], c.configuration["learning_rate"]) for c in design.cells]
    assert left == [(64, 0.01), (64, 0.0001), (256, 0.01)]


DRAWN = (
    "seeds: 2\nconfigurations:\n  draw: 12\n  seed: {seed}\n  among:\n"
    "    batch_size: {{low: 8, high: 512, log: true}}\n"
    "    learning_rate: {{low: 0.0001, high: 0.1, log: true}}\n    onednn: [true, false]\n"
    "exclude: [batch_size > 256]\n"
)


def test_drawn_configurations_follow_their_seed_alone() -> None:
    first, again, other = (made(DRAWN.format(seed=seed)) for seed in (3, 3, 4))
    assert first.configurations == again.configurations
    assert first.configurations != other.configurations
    assert len(first.cells) == len({cell.id for cell in first.cells}) == 24
    for configuration in first.configurations:
        assert 8 <= configuration["batch_size"] <= 256
        assert isinstance(configuration["batch_size"], int)
        assert 0.0001 <= configuration["learning_rate"] <= 0.1


def test_crossed_seeds_move_their_own_source_only() -> None:
    design = made("seeds: {init: 2, order: [0, 5, 9]}\n")
    assert design.sources == ("init_seed", "order_seed")
    assert design.plan == {"name": "crossed", "sources": ["init", "order"]}
    base = of_seed(0)
    for cell, (init, order) in zip(design.cells, itertools.product((0, 1), (0, 5, 9)), strict=True):
        expected = {**base, "init": of_seed(init)["init"], "order": of_seed(order)["order"]}
        assert cell.seeds == expected
        assert cell.name == f"init={init} order={order}"
    plain = made("seeds: [0]\n").cells[0]
    assert design.cells[0].id == plain.id, "the crossing of level 0 with level 0 is plain seed 0"


def test_vary_moves_the_named_sources_together() -> None:
    design = made("seeds: {vary: [init, split], count: 3, base: 4}\n")
    assert design.sources == ("init_seed", "split_seed")
    for level, cell in enumerate(design.cells):
        moved = {source: of_seed(level)[source] for source in ("init", "split")}
        assert cell.seeds == {**of_seed(4), **moved}
        assert cell.name == f"init+split={level}"


def test_numeric_repeats_one_run_in_a_free_environment() -> None:
    design = made("seeds: {vary: [numeric], count: 4}\nnumeric: free\n")
    assert len({cell.id for cell in design.cells}) == 4
    assert len(set(seeds_of(design.cells))) == 1
    assert [cell.repeat for cell in design.cells] == [0, 1, 2, 3]
    assert {(c.options.op_determinism, c.options.threads) for c in design.cells} == {(False, 2)}
    assert design.sources == ()
    assert design.described()["numeric"] == "free"
    crossed = made("seeds: {init: 3, numeric: 2}\nnumeric: free\n")
    assert [cell.name for cell in crossed.cells[:3]] == [
        *("init=0 numeric=0", "init=0 numeric=1", "init=1 numeric=0"),
    ]
    assert len({cell.id for cell in crossed.cells}) == 6


def test_numeric_free_keeps_the_threads_that_are_given_and_refuses_determinism() -> None:
    text = HEAD.replace("epochs: 2", "threads: 3") + "seeds: 1\nnumeric: free\n"
    assert designed(CheckedFile.parse(text, Path("s.yaml"))).cells[0].options.threads == 3
    text = HEAD.replace("epochs: 2", "op_determinism: true") + "seeds: 1\nnumeric: free\n"
    with pytest.raises(InputError, match="line 3 column 28: op_determinism must be false"):
        designed(CheckedFile.parse(text, Path("s.yaml")))


def the_plan(design: Design) -> tuple[dict[str, Any], dict[str, Cell]]:
    return design.described()["plan"], {cell.id: cell for cell in design.cells}


def test_attribution_plan_is_that_of_the_statistics() -> None:
    """Two identical runs, ten in which all varies, six baselines with one source changed each."""
    plan, cells = the_plan(made("seeds: {plan: attribution}\n"))
    part = plan["parts"][0]
    first, second = (cells[identity] for identity in part["identical"])
    assert first.seeds == second.seeds
    assert first.options == second.options
    assert first.id != second.id
    everything = [cells[identity] for identity in part["all"]]
    assert len(everything) == 10
    for source in SOURCES:
        assert len({cell.seeds[source] for cell in everything}) == 10
    assert len(part["radial"]) == 6
    changed = set()
    for at, block in enumerate(part["radial"]):
        base, following = cells[block["base"]], everything[at + 1]
        assert set(block) == {"base", *SOURCES}
        for source in SOURCES:
            other = cells[block[source]]
            differing = {s for s in SOURCES if other.seeds[s] != base.seeds[s]}
            assert differing == {source}
            shared = {s for s in SOURCES if other.seeds[s] == following.seeds[s]}
            assert shared == {source}, "tells what freezing the source removes, too"
            changed.add((source, other.seeds[source]))
    assert len(changed) == 6 * len(SOURCES), "every change takes a seed of its own"
    assert len(cells) == 10 + 1 + 6 * len(SOURCES), "baselines are runs of the ten"
    assert plan["sources"] == list(SOURCES)


def test_attribution_plan_of_some_sources_with_a_crossed_pair_and_two_configurations() -> None:
    design = made(
        "seeds: {plan: attribution, runs: 4, baselines: 2, sources: [init, numeric],\n"
        "  crossed: [init, order], levels: 3}\nnumeric: free\n"
        "configurations: {batch_size: [8, 16]}\n"
    )
    plan, cells = the_plan(design)
    assert [part["configuration"] for part in plan["parts"]] == [
        {"batch_size": 8},
        {"batch_size": 16},
    ]
    for part in plan["parts"]:
        for block in part["radial"]:
            base, repeat = cells[block["base"]], cells[block["numeric"]]
            assert base.seeds == repeat.seeds
            assert base.id != repeat.id
        rows = [[cells[identity] for identity in row] for row in part["crossed"]]
        for one, two in itertools.product(range(3), repeat=2):
            assert rows[one][two].seeds["init"] == of_seed(one)["init"]
            assert rows[one][two].seeds["order"] == of_seed(two)["order"]
        batches = {cells[identity].options.batch_size for identity in part["all"]}
        assert batches == {part["configuration"]["batch_size"]}
    # per configuration: 4 runs, 2 repeats (one is also the identical run), 2 of init, and 7 more of
    # the crossed ones (0, 0 is the first run, and 1, 0 its change of init)
    assert len(cells) == 2 * (4 + 2 + 2 + 7)
    assert design.sources == ("seed", "init_seed", "order_seed")


def test_a_plan_that_would_not_fit_into_the_parent_run_s_tag_is_refused() -> None:
    sizes = list(range(1, 20))
    with pytest.raises(InputError, match="line 4 column 1: plan: attribution notes"):
        made(f"seeds: {{plan: attribution}}\nconfigurations: {{batch_size: {sizes}}}\n")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 10_000), min_size=1, max_size=3, unique=True),
    st.lists(st.floats(1e-6, 1), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4, unique=True),
)
def test_every_cell_is_there_once(batches: list[int], rates: list[float], seeds: list[int]) -> None:
    design = made(
        f"seeds: {seeds}\nconfigurations: {{batch_size: {batches}, learning_rate: {rates}}}\n"
    )
    assert len(design.cells) == len(batches) * len(rates) * len(seeds)
    assert len({cell.id for cell in design.cells}) == len(design.cells)
    assert len({cell.name for cell in design.cells}) == len(design.cells)


def test_grid_over_values_and_ranges() -> None:
    spaces: Spaces = {
        "learning_rate": Range(low=0.001, high=0.1, log=True, points=3),
        "batch_size": Range(low=1, high=4, points=7),
        "onednn": [True, False],
    }
    whole = {"learning_rate": False, "batch_size": True, "onednn": False}
    points = list(grid(spaces, whole))
    assert len(points) == 3 * 4 * 2, "whole numbers stand once on the grid"
    assert [p["learning_rate"] for p in points[::8]] == [0.001, 0.01, 0.1]
    assert [p["batch_size"] for p in points[:8:2]] == [1, 2, 3, 4]


@settings(deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(1.001, 1e6), st.floats(0, 1))
def test_a_tidied_number_stays_in_its_range_and_near(low: float, ratio: float, at: float) -> None:
    space = Range(low=low, high=low * ratio)
    value = low + at * (space.high - low)
    tidied = tidy(value, space, whole=False)
    assert space.low <= tidied <= space.high
    assert abs(tidied - value) <= 0.0005 * value * (1 + 1e-9)


def test_draws_are_uniform_on_their_scale() -> None:
    """Kolmogorov–Smirnov distance below its 1e-4 critical value, and equal counts of values."""
    generator = np.random.default_rng(1)
    spaces: Spaces = {
        "rate": Range(low=1e-4, high=1.0, log=True),
        "part": Range(low=0, high=1),
        "size": Range(low=1, high=4),
        "kind": ["a", "b"],
    }
    whole = {"rate": False, "part": False, "size": True, "kind": False}
    drawn = [draw(spaces, whole, generator) for _ in range(4000)]
    for values in (
        (np.log10([d["rate"] for d in drawn]) + 4) / 4,
        np.array([d["part"] for d in drawn]),
    ):
        gap = np.abs(np.sort(values) - np.arange(1, 4001) / 4000).max()
        assert gap < 2.2 / np.sqrt(4000)
    sizes = np.bincount([d["size"] for d in drawn], minlength=5)[1:]
    assert np.abs(sizes - 1000).max() < 4.5 * np.sqrt(750)
    assert abs(sum(d["kind"] == "a" for d in drawn) - 2000) < 4.5 * np.sqrt(1000)


def test_distinct_gives_up_when_a_space_is_used_up() -> None:
    values = itertools.cycle([{"a": 1}, {"a": 2}, {"a": 3}])
    found = distinct(2, lambda: next(values), lambda c: c["a"] != 2, [])
    assert found == [{"a": 1}, {"a": 3}]
    with pytest.raises(InputError, match="3 different configurations"):
        distinct(1, lambda: next(values), lambda c: c["a"] != 2, found)
