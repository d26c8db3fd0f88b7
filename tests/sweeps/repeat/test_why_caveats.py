"""``seedbed why`` says what its runs do not tell."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seedbed.analysis.answers.why.caveats import caveats
from seedbed.analysis.answers.why.parting import draws_in_threads
from seedbed.cli.main import main
from seedbed.runs.script.randomness.outside_lines import (
    clock_seed_lines,
    hash_lines,
    listing_lines,
)
from seedbed.tracking.reading.recorded_lockstep import recorded_lockstep
from seedbed.tracking.records import RunRecord
from seedbed.tracking.run_states import State

ODD = """
import random, subprocess, sys
sys.modules["torch"] = random        # as if torch were installed
rows = [random.random() for _ in range(3)]
while random.random() < 0.8:
    rows.append(1)
random.shuffle(rows)
subprocess.run(["true"])
print("test accuracy:", len(rows) / 100)
"""


@pytest.mark.long
def test_what_limits_the_answer_is_said(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    (tmp_path / "train.py").write_text(ODD)
    done: Any = CliRunner().invoke(main, ["why", str(tmp_path / "train.py"), "--runs", "20"])
    assert done.exit_code == 0, done.output
    assert "line 5 draws a different number of times from run to run" in done.stdout
    assert "Not reached: torch draws from a generator of its own" in done.stdout
    assert "Not reached: it starts processes (subprocess)" in done.stdout


FAILING = """\
import random
import numpy as np

order = np.random.permutation(1000)
noise = random.random()
if 0.1 < noise < 0.2:
    raise ValueError("too few rows are left")
print("test accuracy:", 0.5 + 0.3 * order[0] / 1000 + 0.05 * noise)
"""
"""Of the draws of line 5 in seven runs, one lies between .1 and .2: that of the seed 3."""


@pytest.mark.long
def test_a_source_under_which_runs_fail_is_named_by_the_command(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    """A run whose other sources had the failing draw before says nothing of its own source."""
    (tmp_path / "train.py").write_text(FAILING)
    done: Any = CliRunner().invoke(main, ["why", str(tmp_path / "train.py"), "--runs", "20"])
    assert done.exit_code == 0, done.output
    assert done.stdout.count("seed=3 split=4  failed: train.py line 7: ValueError") == 1
    failed = "failed (train.py line 7: ValueError: too few rows are left), so its share is"
    assert f"1 of 5 runs in which only what line 5 draws changed {failed}" in done.stdout
    assert "runs in which only the split changed" not in done.stdout
    assert "The split makes most of the difference" in done.stdout


def run(source: str, state: State) -> RunRecord:
    options = {"seed": 0, "stream_seeds": f"{source}=1" if source else ""}
    return RunRecord("", "", state, options, {}, "", reason="it raised ValueError")


def test_a_source_that_makes_runs_fail_is_named() -> None:
    runs = [run("split", "failed"), run("split", "finished"), run("init", "finished")]
    (said,) = caveats(runs, {"sources": {}, "pins": []})
    assert said.startswith(
        "1 of 2 runs in which only the split changed failed (it raised ValueError)"
    )


def test_a_source_is_not_blamed_for_a_run_that_failed_before_it_changed() -> None:
    runs = [run("", "failed"), run("split", "failed"), run("init", "finished")]
    assert caveats(runs, {"sources": {}, "pins": []}) == []


def test_a_damaged_comparison_is_made_again(store_path: Path) -> None:
    pair = [replace(run("split", "finished"), run_id=name) for name in ("a", "b")]
    assert recorded_lockstep(pair) is None
    path = store_path / "lockstep" / "a-b.json"
    kept: dict[str, Any] = {"difference": None, "steps": 3, "removed_by": None, "tried": []}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept))
    assert recorded_lockstep(pair) == kept
    for damaged in ('{"difference": ', "[]", '{"steps": 3}'):
        path.write_text(damaged)
        assert recorded_lockstep(pair) is None


def test_draws_in_threads_are_named() -> None:
    (said,) = draws_in_threads(
        {"threads": ["order"], "sources": {}, "pins": [], "moments": [], "reads": []}
    )
    assert said.startswith("Threads draw for order, and no seed sets which of them comes first")


@pytest.mark.parametrize(
    ("line", "is_seed"),
    [
        ("np.random.seed(int(time.time()))", True),
        ("seed = time.time_ns()", True),
        ("split(x, random_state=int(time.time()) % 1000)", True),
        ("start = time.time()", False),
        ("print(int(time.time() - start))", False),
        ("name = f'run-{int(time.time())}'", False),
        ("name = '%d' % int(time.time())", False),
    ],
)
def test_a_time_is_a_source_if_it_becomes_a_seed(line: str, is_seed: bool) -> None:
    assert bool(clock_seed_lines(line)) == is_seed


@pytest.mark.parametrize(
    ("line", "is_source"),
    [
        ("files = glob.glob('*.png')", True),
        ("for name in os.listdir(folder): pass", True),
        ("files = sorted(os.listdir(folder))", False),
        ("n = len(glob.glob('*.png'))", False),
    ],
)
def test_a_listing_is_a_source_unless_it_is_sorted(line: str, is_source: bool) -> None:
    assert bool(listing_lines(line)) == is_source


@pytest.mark.parametrize(
    ("line", "is_source"),
    [
        ("for name in set(labels): pass", True),
        ("names = list({'a', 'b'})", True),
        ("bucket = hash(name) % 10", True),
        ("names = sorted(set(labels))", False),
        ("n = len({'a', 'b'})", False),
        ("ok = name in {'a', 'b'}", False),
        ("numbers = {1, 2}", False),
        ("words = {'a', 'b'}; ids = list(enumerate(sorted(words))); ok = 'a' in words", False),
        ("words = {'a', 'b'}; ids = list(enumerate(sorted(words))); print(words)", True),
        ("kept = set(labels); kept.add('b'); n = len(kept)", False),
        ("kept = list(set(labels)); n = len(kept)", True),
    ],
)
def test_a_set_is_a_source_unless_its_order_cannot_matter(line: str, is_source: bool) -> None:
    assert bool(hash_lines(line)) == is_source
