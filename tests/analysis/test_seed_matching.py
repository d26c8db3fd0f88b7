"""A table and a sweep pair their arms by one rule, and say truly why a run is left out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import seedbed
from seedbed.analysis.answers.inputs.arms_from_csv import read_arms
from seedbed.analysis.answers.inputs.arms_from_sweep import sweep_arms
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns
from seedbed.tracking.run_states import State
from tests.analysis.asking import write
from tests.analysis.fake_sweep import Fake

FAILED: State = "failed"
STOPPED: State = "killed"

NOT_IN_EVERY_ARM = "1 run whose seed is not in every arm is left out."
THREE_NOT_IN_EVERY_ARM = "3 runs whose seed is not in every arm are left out."
NO_RESULT = "1 run is left out, because a run of the same seed has no result."
NOT_PAIRED = "Too few seeds have a result in every arm: not paired."

NONE: dict[str, set[int]] = {"a": set(), "b": set()}


def by_csv(
    folder: Path, missing: Mapping[str, set[int]], failed: set[int], paired: bool | None = None
) -> tuple[bool, tuple[str, ...]]:
    rows = [
        f"{arm},{seed},{'' if arm == 'b' and seed in failed else 0.9 + seed / 100}"
        for arm in "ab"
        for seed in range(6)
        if seed not in missing[arm]
    ]
    path = write(folder / "runs.csv", "\n".join(["arm,seed,acc", *rows]) + "\n")
    arms = read_arms(path, by="arm", metric="acc", seed="seed", paired=paired)
    return arms.paired, tuple(note for note in arms.notes if "without acc" not in note)


def by_sweep(
    missing: Mapping[str, set[int]], failed: set[int], paired: bool | None = None
) -> tuple[bool, tuple[str, ...]]:
    states = {("256", seed): FAILED for seed in failed}
    sweep = Fake(seeds=range(6), examples=200, states=states).build()
    lacks = {"32": missing["a"], "256": missing["b"]}
    runs = [r for r in sweep.runs if r.options["seed"] not in lacks[str(r.options["batch_size"])]]
    arms = sweep_arms(recorded(replace(sweep, runs=tuple(runs))), None, paired)
    return arms.paired, arms.notes


@pytest.mark.parametrize(
    ("missing_a", "missing_b", "failed_b", "paired", "notes"),
    [
        (set(), set(), set(), True, ()),
        (set(), {5}, set(), True, (NOT_IN_EVERY_ARM,)),
        (set(), set(), {5}, True, (NO_RESULT,)),
        (set(), {4}, {5}, True, (NOT_IN_EVERY_ARM, NO_RESULT)),
        ({5}, {0, 1}, set(), True, (THREE_NOT_IN_EVERY_ARM,)),
        ({3, 4, 5}, {0, 1}, set(), False, (NOT_PAIRED,)),
        (set(), {1, 2, 3, 4, 5}, set(), False, (NOT_PAIRED,)),
    ],
)
def test_a_table_follows_the_rule_of_a_sweep(
    tmp_path: Path,
    missing_a: set[int],
    missing_b: set[int],
    failed_b: set[int],
    paired: bool,
    notes: tuple[str, ...],
) -> None:
    missing = {"a": missing_a, "b": missing_b}
    assert by_sweep(missing, failed_b) == (paired, notes)
    assert by_csv(tmp_path, missing, failed_b) == (paired, notes)


def test_a_later_run_of_a_seed_is_told_from_a_seed_that_is_not_in_every_arm() -> None:
    def runs(arm: str, *seeds: int) -> list[ImportedRun]:
        return [
            ImportedRun(
                run_id=f"{arm}{at}",
                name=f"{arm}{at}",
                state="finished",
                params={"arm": arm, "seed": seed},
                metrics={"accuracy": 0.9 + at / 100},
            )
            for at, seed in enumerate(seeds)
        ]

    both = (*runs("a", 0, 1, 2, 3, 0), *runs("b", 0, 1, 2, 3, 9))
    told = seedbed.compare(Runs(ImportedRuns("mlflow:e", "the experiment", both)), by="arm")
    assert "1 run whose seed is not in every arm is left out." in told.text
    assert "1 run whose seed an earlier run of the same arm has is left out." in told.text


def test_pairing_that_is_asked_for_needs_two_seeds_that_finished(tmp_path: Path) -> None:
    lost, said = {1, 2, 3, 4, 5}, "two seeds with a result .*, got 1: use --unpaired"
    with pytest.raises(InputError, match=said):
        by_csv(tmp_path, NONE, lost, True)
    with pytest.raises(InputError, match=said):
        by_sweep(NONE, lost, True)


@pytest.mark.parametrize("state", [FAILED, STOPPED])
def test_a_run_whose_partner_has_no_result_has_a_seed_that_is_in_every_arm(state: State) -> None:
    sweep = Fake(seeds=range(6), examples=200, states={("256", 5): state}).build()
    arms = sweep_arms(recorded(sweep), None, None)
    assert (arms.paired, arms.notes) == (True, (NO_RESULT,))
