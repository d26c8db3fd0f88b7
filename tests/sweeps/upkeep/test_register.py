"""What is registered: the best on validation data, with what to expect of others."""

from collections.abc import Mapping

import pytest

from seedbed.analysis.model_choice import checked_alias, checked_name, choose, description
from seedbed.system.errors import InputError
from seedbed.tracking.records import RunRecord, SweepRecord


def run(
    batch: int, seed: int, val: float, test: float, *, loss: float = 0.5, **options: object
) -> RunRecord:
    history: Mapping[str, list[float]] = {
        "val_accuracy": [0.1, val, 0.99],
        "val_loss": [2.0, loss, 0.01],
    }
    return RunRecord(
        run_id=f"{batch}-{seed}",
        name=f"batch_size={batch} seed={seed}",
        state="finished",
        options={"batch_size": batch, "seed": seed, **options},
        metrics={"test_accuracy": test, "best_epoch": 2},
        cell=f"{batch}{seed}",
        fingerprint=f"f{batch}{seed}",
        load_history=lambda: history,
    )


def made(*runs: RunRecord, fresh: tuple[int, ...] = ()) -> SweepRecord:
    return SweepRecord(
        name="s",
        run_id="p",
        experiment="mnist_cnn",
        question="?",
        varied=("batch_size",),
        sources=("seed",),
        classes=(),
        planned=len(runs),
        runs=runs,
        fresh_seeds=fresh,
    )


RUNS = (
    run(32, 0, val=0.90, test=0.99),  # the best on the test set must not win by it
    run(32, 1, val=0.91, test=0.90),
    run(64, 0, val=0.97, test=0.91),
    run(64, 1, val=0.95, test=0.93),
    run(16, 0, val=0.98, test=0.92),  # the best run of a configuration that is worse on average
    run(16, 1, val=0.70, test=0.70),
)


def test_the_configuration_and_then_the_run_are_chosen_on_validation_data() -> None:
    choice = choose(made(*RUNS))
    assert choice.run.name == "batch_size=64 seed=0"
    assert (choice.configuration, choice.runs, choice.configurations) == ("batch_size=64", 6, 3)
    assert choice.validation == 0.97
    assert choice.spread.mean.value == pytest.approx(0.92)
    assert choice.spread.n == 2


def test_by_loss_where_the_runs_choose_their_epoch_by_it() -> None:
    runs = [
        run(32, 0, val=0.9, test=0.9, loss=0.2, choose_by="val_loss"),
        run(64, 0, val=0.99, test=0.9, loss=0.4, choose_by="val_loss"),
    ]
    choice = choose(made(*runs))
    assert (choice.run.name, choice.by) == ("batch_size=32 seed=0", "val_loss")


def test_of_a_search_only_the_fresh_seeds_count() -> None:
    assert choose(made(*RUNS, fresh=(1,))).run.name == "batch_size=64 seed=1"


def test_the_description_has_the_interval_and_says_that_the_best_is_optimistic() -> None:
    sweep = made(*RUNS)
    text = description(choose(sweep), sweep).replace("\\", "")
    assert "**91.00 % on the test set**" in text
    assert "batch_size=64 gives 92.00 % on average (95 % interval 79.29 to 100.00, n = 2)" in text
    assert "one more run of it will land at" in text
    assert "best of several runs is optimistic" in text
    assert "`f640`" in text


def test_one_run_has_no_interval_and_no_run_is_a_mistake() -> None:
    sweep = made(run(32, 0, val=0.9, test=0.9))
    text = description(choose(sweep), sweep)
    assert "1 run: no interval can be given" in text
    with pytest.raises(InputError, match="must have a finished run"):
        choose(made())


@pytest.mark.parametrize("name", ["", "a/b", "a:b", "../x", "a b", "x" * 101, "<b>", "a\n"])
def test_names_that_a_uri_cannot_carry(name: str) -> None:
    with pytest.raises(InputError, match="--name must be"):
        checked_name(name)


@pytest.mark.parametrize("alias", ["", "latest", "Latest", "v3", "a.b", "a b", "é", "a\n"])
def test_aliases_that_mlflow_refuses(alias: str) -> None:
    with pytest.raises(InputError, match="--alias must be"):
        checked_alias(alias)
    assert checked_alias("champion") == "champion"
