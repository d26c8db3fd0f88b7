"""``describe``: the table is about the network that a run would train."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from seedbed.runs.execution.catalog import find
from seedbed.runs.reproduce.random_sources import HEAD, describe, table
from seedbed.runs.settings.options import parse
from seedbed.sweeps.executors.local_pool import LocalPool
from tests.support.cells import in_store

GIVEN: dict[str, Any] = {"dataset": "digits", "augment": True, "batch_norm": True, "seed": 7}


def rows(changes: dict[str, int]) -> list[tuple[str, ...]]:
    """The table's rows with some seeds changed; in a fork."""
    experiment = find("mnist_deep_cnn")
    options = replace(parse(experiment.options, GIVEN), **changes)
    return [row.cells() for row in describe(experiment, options)[1]]


def test_each_row_moves_with_the_source_that_it_names(
    pool: LocalPool, datasets_cache: Path
) -> None:
    store = str(datasets_cache.parents[1])
    sources = ("init", "dropout", "augmentation", "order")
    futures = {s: pool.submit(in_store, store, rows, {f"{s}_seed": 1}) for s in sources}
    before = pool.submit(in_store, store, rows, {}).result()
    named = {row[-1] for row in before}
    assert {"init", "dropout", "augmentation", "nothing: it starts the same"} == named
    for source in sources:
        after = futures[source].result()
        for old, new in zip(before, after, strict=True):
            assert (old != new) == (old[-1] == source), (source, old)


def test_the_table_has_every_filter_with_the_spread_of_its_initialiser(
    pool: LocalPool, datasets_cache: Path
) -> None:
    found = pool.submit(in_store, str(datasets_cache.parents[1]), rows, {}).result()
    kernels = {row[0]: row for row in found if row[1] == "kernel"}
    assert [row[2] for row in kernels.values()][:2] == ["3×3×1×64", "3×3×64×64"]
    for row in kernels.values():
        if row[2].startswith("3×3"):
            _, _, inputs, outputs = map(int, row[2].split("×"))
            glorot = (2 / (9 * (inputs + outputs))) ** 0.5  # Glorot and Bengio 2010, eq. 16
            assert abs(float(row[6]) / glorot - 1) < 0.06
            assert int(row[4]) > 0
    assert len({row[4] for row in kernels.values()}) == len(kernels), "a seed for each layer"


def test_the_printed_table_lines_up() -> None:
    text = table([])
    assert text.splitlines()[0].split("  ") == list(HEAD)
