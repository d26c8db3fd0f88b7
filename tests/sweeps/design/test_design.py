"""A sweep's file: the cells it asks for, and one sentence with its line for what is wrong."""

import itertools
import time
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.system.errors import InputError

ROOT = Path(__file__).parents[3]

GOOD = """\
question: Is 32 better than 256?
experiment: mnist_cnn
configurations:
  batch_size: [32, 256]
  learning_rate: [0.001]
options:
  dataset: digits
  epochs: 3
seeds: 2
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


def test_cells_are_crossed_and_balanced_seed_by_seed(tmp_path: Path, store_path: Path) -> None:
    del store_path
    design = load(write(tmp_path, GOOD))
    assert design.name == "mine"
    assert design.varied == ("batch_size",)
    assert [cell.name for cell in design.cells] == [
        "batch_size=32 seed=0",
        "batch_size=256 seed=0",
        "batch_size=32 seed=1",
        "batch_size=256 seed=1",
    ]
    assert len({cell.id for cell in design.cells}) == 4
    assert design.cells[0].params["epochs"] == "3"
    assert design.fixed["learning_rate"] == "0.001"
    assert "seed" not in design.fixed


def test_the_first_sweep_is_the_one_described(store_path: Path) -> None:
    del store_path
    design = load(ROOT / "sweeps" / "first.yaml")
    assert {
        (c.options.batch_size, c.options.learning_rate, c.options.seed) for c in design.cells
    } == {(size, 0.001, seed) for size in (32, 256) for seed in range(5)}


@pytest.mark.parametrize("name", ["first", "sources", "verification", "nightly"])
def test_the_grid_of_a_sweep_names_each_cell(store_path: Path, name: str) -> None:
    del store_path
    design = load(ROOT / "sweeps" / f"{name}.yaml")
    grid = design.described()["grid"]
    cells = {(one.label, tuple(one.params[s] for s in design.sources)) for one in design.cells}
    named = itertools.product(grid["configurations"], map(tuple, grid["seeds"]))
    assert set(named) == cells


def test_a_search_and_a_large_sweep_name_no_grid(tmp_path: Path, store_path: Path) -> None:
    del store_path
    assert "grid" not in load(ROOT / "sweeps" / "learning_rate.yaml").described()
    large = write(tmp_path, GOOD.replace("seeds: 2", "seeds: 1500"))
    assert "grid" not in load(large).described()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("seeds: 2", "seed: 2"), "mine.yaml line 9 column 1: there is no field 'seed'"),
        (("seeds: 2", ""), "the field 'seeds' is missing"),
        (("seeds: 2", "seeds: many"), "line 9 column 1: seeds must be a whole number"),
        (("seeds: 2", "seeds: 0"), "line 9 column 1: seeds must be at least 1, got 0"),
        (("seeds: 2", "seeds: [1, 2, 1]"), "line 9 column 15: seeds must differ, got 1 twice"),
        (("mnist_cnn", "mnist_cn"), "line 2 column 1: There is no experiment 'mnist_cn' (did"),
        (("[32, 256]", "[]"), "line 4 column 3: configurations.batch_size must not be empty"),
        (("[32, 256]", "[32, 0]"), "line 4 column 20: batch_size must be greater than"),
        (("[32, 256]", "[32, 32]"), "line 4 column 20: batch_size must differ"),
        (("batch_size:", "batchsize:"), "line 4 column 3: There is no option 'batchsize' (did"),
        (("epochs: 3", "epochs: -1"), "line 8 column 3: epochs must be greater than or equal"),
        (("epochs: 3", "learning_rate: 1"), "is given in configurations and in options"),
        (("epochs: 3", "train_size: 9999"), "line 8 column 3: train_size must leave one example"),
        (("epochs: 3", "seed: 1"), "seed is set by seeds, not as an option"),
        (("dataset: digits", "dataset: [digits"), "the sweep's file must be YAML, but "),
        (
            ("dataset: digits", "dataset: digits\n  dataset: mnist"),
            "the sweep's file must be YAML, but ",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(
    tmp_path: Path, store_path: Path, change: tuple[str, str], sentence: str
) -> None:
    del store_path
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, text))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty: docs/sweep-file.md shows one"),
        ("- a\n- b\n", "is a list: docs/sweep-file.md shows one"),
        (GOOD[:70], "mine.yaml line 3 column 1: configurations must be a mapping"),
    ],
)
def test_empty_and_half_written_files(
    tmp_path: Path, store_path: Path, text: str, sentence: str
) -> None:
    del store_path
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, text))
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must be readable, got .*none.yaml: No such file"):
        load(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="it is not UTF-8 text"):
        load(tmp_path / "bytes.yaml")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("seeds: {init: 10000, order: 10000, split: 10000}", "1,000,000,000,000 combinations"),
        ("configurations: {batch_size: [8, 16, 32]}\nseeds: 40000", "120,000 configurations with"),
        (
            "configurations: {batch_size: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n"
            f"seeds: [{', '.join(map(str, range(11_000)))}]",
            "at most 100,000 runs, got 110,000 configurations with",
        ),
        (
            f"configurations: {{batch_size: [{', '.join(map(str, range(1, 202)))}], "
            f"epochs: [{', '.join(map(str, range(1, 202)))}]}}\nseeds: 2",
            "at most 10,000 configurations, got 40,401 configurations",
        ),
        (f"options: {{epochs: {'9' * 39}}}\nseeds: 2", "epochs must be less than or equal to"),
        (f"options: {{batch_size: {2**31}}}\nseeds: 2", "batch_size must be less than or equal"),
    ],
)
def test_what_is_too_large_to_run_is_refused_before_it_is_built(
    more: str, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "large.yaml"
    path.write_text(f"question: q?\nexperiment: mnist_cnn\n{more}\n")
    began = time.process_time()
    with pytest.raises(InputError, match=sentence):
        load(path)
    assert time.process_time() - began < 5


def test_the_path_of_an_experiment_may_be_too_long_for_the_file_system(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(f"question: q?\nexperiment: {'a' * 5000}.py\nseeds: 2\n")
    with pytest.raises(InputError, match="must be an existing file"):
        load(path)
