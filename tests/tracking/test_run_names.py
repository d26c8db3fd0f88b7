"""Names of runs in MLflow's table, and the note on an experiment's page."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from seedbed.sweeps.driver.loop.run_header import distinct_values
from seedbed.tracking.schema import TAG_NOTE
from seedbed.tracking.store import Store
from seedbed.tracking.writing.experiment_note import note_verdicts
from seedbed.tracking.writing.run_names import table_name
from tests.support.ui import sweep
from tests.support.waiting import HEADER


@pytest.mark.parametrize(
    ("configuration", "name", "shown"),
    [
        ("batch_size=256", "batch_size=256 seed=3", "256 · seed 3 · batch_size"),
        ("a=1 b=x=y", "a=1 b=x=y seed=0", "1, x=y · seed 0 · a, b"),
        ("", "init_seed=1 order_seed=2", "init_seed 1, order_seed 2"),
        ("", "seed=0 line 70=1", "seed 0, line 70 1"),
        ("", "seed=0 helper.py line 3=2 init=4", "seed 0, helper.py line 3 2, init 4"),
        ("", "seed=0 cell 2 line 7=1", "seed 0, cell 2 line 7 1"),
        ("flags=--lr=0.1", "flags=--lr=0.1 seed=2", "--lr=0.1 · seed 2 · flags"),
    ],
)
def test_a_name_begins_with_what_tells_a_run_apart(
    configuration: str, name: str, shown: str
) -> None:
    header = replace(HEADER, sweep="first", name=name, configuration=configuration)
    assert table_name(header) == shown


def test_of_long_values_the_part_that_differs_comes_first() -> None:
    alike = ["augmentation_with_flips", "augmentation_with_shifts", "none"]
    cells = [
        SimpleNamespace(
            params={"recipe": one, "lr": "0.1"}, configuration={"recipe": one, "lr": 0.1}
        )
        for one in alike
    ]
    two = SimpleNamespace(configurations=[cell.configuration for cell in cells[:2]])
    three = SimpleNamespace(configurations=[cell.configuration for cell in cells])
    told = [distinct_values(two, cell) for cell in cells[:2]]  # type: ignore[arg-type]
    assert told == ["…flips, 0.1", "…shifts, 0.1"]
    told = [distinct_values(three, cell) for cell in cells]  # type: ignore[arg-type]
    assert told == ["…flips, 0.1", "…shifts, 0.1", "none, 0.1"]
    header = replace(HEADER, sweep="s", name="recipe=augmentation_with_flips lr=0.1 seed=3")
    header = replace(header, configuration="recipe=augmentation_with_flips lr=0.1")
    assert (
        table_name(replace(header, distinct="…flips, 0.1")) == "…flips, 0.1 · seed 3 · recipe, lr"
    )


def test_numbers_keep_their_first_digits() -> None:
    rates = [0.0071234567891, 0.0071234567112]
    design = SimpleNamespace(configurations=[{"lr": rate} for rate in rates])
    cell = SimpleNamespace(params={"lr": str(rates[0])}, configuration={"lr": rates[0]})
    assert distinct_values(design, cell) == "0.0071234567891"  # type: ignore[arg-type]


def test_a_run_of_no_sweep_keeps_its_name() -> None:
    assert table_name(replace(HEADER, sweep=None, name="mnist_cnn seed=3")) == "mnist_cnn seed=3"


def test_an_experiments_note_links_its_last_verdicts(store: Store) -> None:
    first = sweep(store, "first", headline="A is *better*.", verdict="different")
    sweep(store, "going", state="running")
    experiment = store.experiment_id("mnist_cnn")
    note_verdicts(store, experiment)
    note = store.client.get_experiment(experiment).tags[TAG_NOTE]
    link = f"#/experiments/{experiment}/runs/{first}?workflowType=machine_learning"
    verdict = f"A is \\*better\\*. ([first]({link}))"
    assert note.splitlines()[0] == f"Last verdict: {verdict}", "MLflow folds the rest"
    assert note.splitlines()[-1].startswith("Sweeps are the runs with a + beside their name")
    assert "going" not in note

    sweep(store, "second", headline="Nobody knows.", verdict="undecided")
    note_verdicts(store, experiment)
    note = store.client.get_experiment(experiment).tags[TAG_NOTE]
    assert note.startswith("Last verdict: Nobody knows. ([second](#/")
    assert note.splitlines()[2:5] == ["Earlier:", "", f"- {verdict}"]

    for mine in ("Mine.", "Last verdict: mine."):
        store.client.set_experiment_tag(experiment, TAG_NOTE, mine)
        note_verdicts(store, experiment)
        assert store.client.get_experiment(experiment).tags[TAG_NOTE] == mine
