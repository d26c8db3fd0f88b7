"""Which seeds differ between which runs."""

from collections.abc import Mapping

from seedbed.analysis.findings.seed_table import seed_table
from seedbed.tracking.records import RunRecord


def a_run(seeds: Mapping[str, int], fingerprint: str, **options: object) -> RunRecord:
    return RunRecord(
        run_id=fingerprint,
        name=fingerprint,
        state="finished",
        options=options,
        metrics={},
        cell="",
        fingerprint=fingerprint,
        seeds=seeds,
    )


def test_only_what_varies_and_together_what_moves_together() -> None:
    runs = [
        a_run({"init": 1, "order": 5, "split": 5, "dropout": 0}, "a"),
        a_run({"init": 1, "order": 6, "split": 6, "dropout": 0}, "b"),
        a_run({"init": 2, "order": 5, "split": 5, "dropout": 0}, "c"),
    ]
    assert seed_table(runs, ["seed"]) == {"init": (1, 1, 2), "order+split": (5, 6, 5)}


def test_one_seed_for_all_leaves_the_sources_apart() -> None:
    runs = [a_run({"init": n, "order": 10 + n}, str(n)) for n in range(3)]
    assert seed_table(runs, ["seed"]) == {"init": (0, 1, 2), "order": (10, 11, 12)}


def test_equal_seeds_with_other_weights_are_numeric() -> None:
    runs = [a_run({"init": 1}, "a"), a_run({"init": 1}, "b"), a_run({"init": 2}, "c")]
    assert seed_table(runs, ["seed"]) == {"init": (1, 1, 2), "numeric": ("a", "b", "c")}


def test_without_recorded_seeds_the_options_count() -> None:
    runs = [a_run({}, str(n), init_seed=n % 2, order_seed=n) for n in range(3)]
    found = seed_table(runs, ["init_seed", "order_seed"])
    assert found == {"init": (0, 1, 0), "order": (0, 1, 2)}
