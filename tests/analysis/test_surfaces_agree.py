"""``compare``, the report and the page give one recorded sweep the same verdict and the same p."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import seedbed
from seedbed.analysis.answers.answer import plain
from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.page.views.compare_view import choose, compare_chosen
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_view import read_sweep_view
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from tests.support.recorded import Made, record


@dataclass(frozen=True)
class Told:
    """What one surface says of two arms."""

    verdict: str
    p: float | None
    runs: tuple[int, int]
    paired: bool
    settles: str | None

    def agrees(self, other: "Told") -> bool:
        """Whether another surface says the same."""
        same = (self.verdict, self.runs, self.paired) == (other.verdict, other.runs, other.paired)
        return same and self.p == pytest.approx(other.p)


WIDE = (0.951, 0.962, 0.943, 0.955, 0.957)
NARROW = (0.905, 0.912, 0.893, 0.901, 0.908)
FLAT = (0.93,) * 5


def surfaces(store: Store, run_id: str) -> list[dict[tuple[str, str], Told]]:
    """What the command, the report and the page say of each two arms of the sweep ``one``."""
    sweep = read_sweep("one", store)
    listed = json.loads(json.dumps(plain(compare_sweep(recorded(sweep), Terms()).fields)))
    command = {
        (one["a"], one["b"]): Told(
            one["verdict"]["verdict"],
            one.get("p_adjusted", one["p_rank" if "collapsed" in one["decided_by"] else "p"]),
            (one["n_a"], one["n_b"]),
            one["paired"],
            one["verdict"]["settles"],
        )
        for one in listed.get("comparisons", [listed])
    }
    report = {
        (duel.a, duel.b): Told(
            duel.verdict.verdict,
            duel.p_adjusted,
            (duel.comparison.n_a, duel.comparison.n_b),
            duel.comparison.paired,
            duel.verdict.settles,
        )
        for duel in collect(sweep).duels
    }
    view = read_sweep_view(LocalVisitor(store), Place(store.experiment_id("mnist_cnn"), run_id))
    assert view is not None
    page = {
        (pair.a.row.label, pair.b.row.label): Told(
            pair.verdict.verdict,
            pair.p,
            (pair.comparison.n_a, pair.comparison.n_b),
            pair.comparison.paired,
            pair.verdict.settles,
        )
        for pair in compare_chosen(choose([(view, row.label) for row in view.rows]))
    }
    return [command, report, page]


def runs_of(
    arms: Mapping[int, tuple[tuple[float, ...], str]], test_examples: int | None = None
) -> list[Made]:
    """Batch size → scores by seed, and a letter for each run's weights."""
    return [
        Made(
            {"batch_size": size, "seed": seed},
            accuracy=score,
            fingerprint=f"{size}{weights[seed]}",
            test_examples=test_examples,
        )
        for size, (scores, weights) in arms.items()
        for seed, score in enumerate(scores)
    ]


@pytest.mark.parametrize(
    ("arms", "runs"),
    [
        ({32: (FLAT, "aaaaa"), 64: ((0.92,) * 5, "aaaaa"), 128: (WIDE, "abcde")}, (1, 5)),
        ({32: (FLAT, "aaaaa"), 64: (WIDE, "abcde")}, (1, 5)),
        ({32: (FLAT, "aaaaa"), 64: ((0.92,) * 5, "aaaaa")}, (1, 1)),
        ({32: ((0.9, 0.9, 0.92, 0.93, 0.94), "aabcd"), 64: (WIDE, "abcde")}, (4, 4)),
        ({32: (NARROW, "abcde"), 64: (WIDE, "abcde"), 128: (NARROW[::-1], "abcde")}, (5, 5)),
        ({32: (NARROW, "aaaaa"), 64: (WIDE, "abcde")}, (5, 5)),
    ],
    ids=["two of three", "one of two", "both", "some runs", "none", "tested at random"],
)
def test_runs_with_the_same_weights_count_once(
    arms: Mapping[int, tuple[tuple[float, ...], str]],
    runs: tuple[int, int],
    store: Store,
    tmp_path: Path,
) -> None:
    run_id = record(store, tmp_path, "one", runs_of(arms), varied=["batch_size"])
    command, *others = surfaces(store, run_id)
    for other in others:
        assert other.keys() == command.keys()
        assert all(other[pair].agrees(told) for pair, told in command.items())
    last = command[max(command)]
    assert tuple(sorted(last.runs)) == runs
    assert last.verdict == ("undecided" if runs[0] == 1 else "different")


@pytest.mark.parametrize("other", [(FLAT, "aaaaa"), (WIDE, "abcde")], ids=["both", "one"])
@pytest.mark.parametrize("third", [{}, {128: (NARROW, "abcde")}], ids=["two arms", "three arms"])
def test_seeds_that_change_nothing_are_not_said_to_settle_a_comparison(
    other: tuple[tuple[float, ...], str],
    third: dict[int, tuple[tuple[float, ...], str]],
    store: Store,
    tmp_path: Path,
) -> None:
    arms = {32: ((0.92,) * 5, "aaaaa"), 64: other, **third}
    run_id = record(store, tmp_path, "one", runs_of(arms), varied=["batch_size"])
    for found in surfaces(store, run_id):
        told = next(one for pair, one in found.items() if "64" in str(pair) and "32" in str(pair))
        assert told.verdict == "undecided"
        assert told.settles is not None
        assert "because the seeds change nothing in" in told.settles
        assert "compare the models on the test examples" in told.settles


@pytest.mark.parametrize("examples", [None, 60, 1000])
def test_the_number_of_test_examples_counts_everywhere(
    examples: int | None, store: Store, tmp_path: Path
) -> None:
    """A fall by .5 is chance on 60 examples, and a collapse on 1,000: then ranks decide."""
    dips = (0.951, 0.962, 0.443, 0.955, 0.957, 0.949)
    level = (0.905, 0.912, 0.403, 0.901, 0.908, 0.899)
    arms = {32: (level, "abcdef"), 64: (dips, "abcdef")}
    run_id = record(store, tmp_path, "one", runs_of(arms, examples), varied=["batch_size"])
    (told,), *others = (list(found.values()) for found in surfaces(store, run_id))
    assert all(other.agrees(told) for (other,) in others)


def test_looks_that_were_spent_count_everywhere(store: Store, tmp_path: Path) -> None:
    slight = tuple(score + 0.0145 for score in NARROW)
    arms = {32: (NARROW, "abcde"), 64: (tuple(reversed(slight)), "abcde")}
    run_id = record(store, tmp_path, "one", runs_of(arms), varied=["batch_size"])
    for looks, verdict in (("", "different"), ("3 4", "undecided")):
        store.client.set_tag(run_id, "looks", looks)
        for found in surfaces(store, run_id):
            assert [told.verdict for told in found.values()] == [verdict]


def test_a_sweep_that_goes_on_is_judged_alike_everywhere(store: Store, tmp_path: Path) -> None:
    arms = {32: (NARROW, "abcde"), 64: (WIDE, "abcde")}
    run_id = record(store, tmp_path, "one", runs_of(arms), varied=["batch_size"], planned=40)
    (told,), *others = (list(found.values()) for found in surfaces(store, run_id))
    assert all(other.agrees(told) for (other,) in others)


def test_a_source_that_does_nothing_adds_no_runs_to_a_mean(store: Store, tmp_path: Path) -> None:
    """Three seeds of one source, each with two of another that changes nothing: three models."""
    scores = (0.951, 0.943, 0.957)
    runs = [
        Made({"init_seed": init, "dropout_seed": dropout}, scores[init], fingerprint=f"{init}")
        for init in range(3)
        for dropout in range(2)
    ]
    record(store, tmp_path, "one", runs, sources=["init", "dropout"])
    for asked, alone in (
        (seedbed.spread("one"), seedbed.spread(list(scores))),
        (seedbed.paper("one", published=0.93), seedbed.paper(list(scores), published=0.93)),
        (seedbed.seeds("one", difference=0.01), seedbed.seeds(list(scores), difference=0.01)),
    ):
        keys = ("sd", "mean", "p", "per_arm", "n")
        same = [key for key in keys if key in alone.to_dict()]
        assert same
        assert all(asked.to_dict()[key] == alone.to_dict()[key] for key in same)
        notes = str(asked.to_dict()["notes"])
        assert "3 runs with the weights of an earlier one are left out." in notes
    (arm,) = collect(read_sweep("one", store)).arms
    assert arm.spread is not None
    assert arm.spread.n == 3
    assert "3 runs with the weights of an earlier one are left out" in arm.notes
