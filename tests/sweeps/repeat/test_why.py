"""``seedbed why``: the largest source of a script whose shares are known."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.why.recorded_streams import recorded_streams
from seedbed.analysis.answers.why.source import free_sources, pinned_sources, varying_source
from seedbed.analysis.statistics.variance.sources import SourceShare
from seedbed.cli.main import main
from seedbed.sweeps.driver.run_sweep import run_sweep
from seedbed.sweeps.driver.settings import SweepSettings
from seedbed.sweeps.repeat.why import WhyRequest, affordable
from seedbed.sweeps.repeat.why_allocation import Allocation
from seedbed.sweeps.repeat.why_targets import ScriptTarget
from seedbed.system.errors import InputError
from seedbed.tracking.random_records import DrawnBySource
from seedbed.tracking.schema import score_of

KNOWN = """
import random
import numpy as np
order = np.random.permutation(1000)
split = order[0] / 1000          # uniform, sd .289
noise = random.random()          # uniform, sd .289
print("test accuracy:", 0.5 + 0.30 * split + 0.05 * noise)
print("half:", 0.25 + 0.15 * split + 0.025 * noise)
"""
"""Shares of the variance: split .3²/(.3² + .05²) = .973, line 6 .027."""


@pytest.fixture
def scripts(store_path: Path, tmp_path: Path) -> Path:  # noqa: ARG001 (sets the environment)
    folder = tmp_path / "scripts"
    folder.mkdir()
    return folder


def ask(folder: Path, text: str, *words: str) -> Any:
    (folder / "train.py").write_text(text)
    return CliRunner().invoke(main, ["why", str(folder / "train.py"), *words])


@pytest.mark.long
def test_the_largest_source_is_named_with_its_share(scripts: Path) -> None:
    done = ask(scripts, KNOWN, "--runs", "40", "--format", "json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    shares = {one["source"]: one for one in answer["sources"]}
    assert shares["split"]["lines"] == ["line 4"]
    assert shares["split"]["share"]["value"] > 0.7
    assert shares["line 6"]["share"]["value"] < 0.2
    assert shares["split"]["share"]["low"] < 0.973
    assert answer["identical"] is True
    again = ask(scripts, KNOWN, "--runs", "40")
    assert "What line 6 draws" not in again.stdout.splitlines()[0]
    assert "The split makes most of the difference" in again.stdout
    assert "runs are recorded, so nothing was run." in again.stdout
    assert "cells," not in again.stdout
    recorded_runs_answer_as_well(answer["sources"], again.stdout)


def recorded_runs_answer_as_well(sources: Any, text: str) -> None:
    """By the sweep's name, for the same and for another number; nothing is run."""
    name = text.splitlines()[0].split(":")[0]
    run = CliRunner().invoke
    done = run(main, ["why", name, "--format", "json"])
    shares = {one["source"]: one["share"]["value"] for one in json.loads(done.stdout)["sources"]}
    assert shares == pytest.approx({one["source"]: one["share"]["value"] for one in sources})
    other = run(main, ["why", name, "--metric", "half", "--format", "json"])
    assert json.loads(other.stdout)["number"] == "printed half"
    assert [one["source"] for one in json.loads(other.stdout)["sources"]] == ["split", "line 6"]
    wrong = run(main, ["why", name, "--metric", "nonesuch"])
    assert wrong.exit_code == 2
    assert "--metric must be a number that every run gave, got 'nonesuch'" in wrong.stderr
    assert "printed_half" in wrong.stderr


def test_a_budget_too_small_for_the_sources_names_the_least_that_is_enough(
    scripts: Path,
) -> None:
    (scripts / "train.py").write_text(KNOWN)
    sources = tuple(f"line {number}" for number in range(1, 12))
    least = Allocation.first(sources).runs
    asked = WhyRequest(ScriptTarget(scripts / "train.py"), runs=12)
    with pytest.raises(
        InputError, match=rf"--runs must be at least {least} for the 11 sources of train.py"
    ):
        affordable(asked, Allocation.first(sources))
    enough = WhyRequest(asked.target, runs=least)
    assert affordable(enough, Allocation.first(sources)).runs == least


def test_runs_that_cannot_tell_name_the_command_that_can(scripts: Path) -> None:
    """A script without any accuracy, repeated under seeds that change everything."""
    (scripts / "loss.py").write_text("import random\nprint('mse:', 3 + random.random())\n")
    command = ["repeat", str(scripts / "loss.py"), "--seeds", "2", "--name", "both"]
    CliRunner().invoke(main, [*command, "--", "--epochs", "3"])
    done = CliRunner().invoke(main, ["why", "both"])
    assert done.exit_code == 0, done.output
    assert "cannot say which source makes them differ" in done.stdout
    assert "loss.py -- --epochs 3" in done.stdout
    why = ask(scripts, (scripts / "loss.py").read_text(), "--runs", "12")
    assert "What line 2 draws makes all of the difference" in why.stdout
    assert "(the printed 'mse')" in why.stdout


PINNED = """
import numpy as np
from sklearn.model_selection import train_test_split
np.random.seed(3)
rows = np.random.rand(20)
first, _ = train_test_split(rows, random_state=42)
open("left.txt", "w").write("a model")
print("test accuracy:", 0.5 + first[0] / 10)
"""


def test_a_script_without_randomness_is_told_what_pins_it(scripts: Path) -> None:
    done = ask(scripts, PINNED)
    assert done.exit_code == 0, done.output
    said = done.stdout.replace("\n", " ")
    assert "Nothing that this script draws varies: all of it is pinned (4 runs)." in said
    assert "The split is fixed by random_state=42, line 6." in said
    assert "What line 5 draws is fixed by np.random.seed(3), line 4." in said
    assert [one.name for one in scripts.iterdir()] == ["train.py"]
    assert (scripts / "train.py").read_text() == PINNED


def test_a_script_that_draws_nothing_is_told_so(scripts: Path) -> None:
    done = ask(scripts, "print('test accuracy: 0.25')\n")
    said = done.stdout.replace("\n", " ")
    assert "Nothing varies: this script draws no random numbers, and all 4 runs give 25 %" in said
    assert "pinned" not in said


def test_a_number_too_coarse_to_vary_is_told_with_one_that_varies(scripts: Path) -> None:
    text = (
        "import random\nnoise = random.random()\n"
        "print('test accuracy: 0.25')\nprint('loss:', noise)\n"
    )
    said = " ".join(ask(scripts, text).stdout.split())
    assert "The number did not vary: all 15 runs gave 25 %" in said, "12 of them vary in all"
    assert "What line 2 draws varies all the same: --metric printed_loss shows it." in said


@pytest.mark.long
def test_a_number_that_varies_in_few_runs_is_not_called_constant(scripts: Path) -> None:
    text = (
        "import random\nnoise = random.random()\n"
        "print('test accuracy:', 0.25 if noise < 0.7 else 0.5)\n"
    )
    said = " ".join(ask(scripts, text).stdout.split())
    assert "What line 2 draws makes all of the difference" in said


@pytest.mark.parametrize(
    ("source", "to_pin", "words"),
    [
        ("line 4", ["np.random.seed(7)"], "np.random.seed(7) before it"),
        ("line 4", ["np.random.default_rng(7)"], "np.random.default_rng(7)"),
        ("line 4", [], "a seed for the generator in line 4"),
        ("split", ["random_state=7"], "random_state=7"),
        ("split", ["tf.random.set_seed(7)"], "tf.random.set_seed(7) before it"),
        ("split", [], "random_state=7, or np.random.seed(7) before it"),
        ("order", ["np.random.default_rng(7)"], "np.random.default_rng(7)"),
        (
            "order",
            ["tf.random.set_seed(7)", "np.random.default_rng(7)"],
            "keras.utils.set_random_seed(7) before fit and np.random.default_rng(7)",
        ),
        ("init", ["torch.manual_seed(7)"], "torch.manual_seed(7) after the imports"),
        ("hash", [], "sorted(…) around the set, or PYTHONHASHSEED=0 before Python starts"),
    ],
)
def test_the_line_to_write_pins_the_generator_that_draws(
    source: str, to_pin: list[str], words: str
) -> None:
    share = SourceShare(source, None, None, 0, 0, resolved=False, note=None)
    drawn: DrawnBySource = {"draws": 1, "lines": [], "pins": [], "to_pin": to_pin}
    assert varying_source(share, {"sources": {source: drawn}, "pins": []}, 1.0).pin == words


@pytest.mark.parametrize(
    ("source", "to_pin", "words"),
    [
        ("init", "torch.manual_seed(7)", "torch.manual_seed(7) before line 8"),
        ("split", "random_state=7", "random_state=7 in line 8"),
        ("line 8", "random_state=7", "random_state=7 of what line 8 trains"),
    ],
)
def test_the_line_to_write_has_its_place(source: str, to_pin: str, words: str) -> None:
    share = SourceShare(source, None, None, 0, 0, resolved=False, note=None)
    drawn: DrawnBySource = {"draws": 1, "lines": ["line 8"], "pins": [], "to_pin": [to_pin]}
    assert varying_source(share, {"sources": {source: drawn}, "pins": []}, 1.0).pin == words


@pytest.mark.long
def test_hash_seed_that_the_shell_sets_is_a_pin(scripts: Path) -> None:
    script = scripts / "train.py"
    script.write_text(
        "first = list({'red', 'green', 'blue', 'amber'})[0]\nprint('acc:', len(first))\n"
    )
    answers = []
    for seed in ("", "3"):
        target = ScriptTarget(script, hash_seed=seed)
        assert run_sweep(target.varied(2), 1, SweepSettings(style="quiet")).finished == 3
        answers.append(recorded_streams(read(target.varied(2).name, arms=False).sweep))
    varies, pinned = answers
    assert free_sources(varies) == ["hash"]
    assert free_sources(pinned) == []
    assert pinned_sources(pinned)[0].pinned_by == "PYTHONHASHSEED=3, your shell"


def test_order_is_pinned_before_the_line_that_draws_it_first() -> None:
    share = SourceShare("order", None, None, 0, 0, resolved=False, note=None)
    drawn: DrawnBySource = {
        "draws": 2,
        "lines": ["line 6", "line 9"],
        "pins": [],
        "to_pin": ["keras.utils.set_random_seed(7)"],
    }
    pin = varying_source(share, {"sources": {"order": drawn}, "pins": []}, 1.0).pin
    assert pin == "keras.utils.set_random_seed(7) before line 6"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("line 6", "np.random.seed(7) once, before it first runs"),
        ("order", "keras.utils.set_random_seed(7) before fit"),
    ],
)
def test_a_line_that_draws_again_and_again_is_not_seeded_each_time(source: str, words: str) -> None:
    share = SourceShare(source, None, None, 0, 0, resolved=False, note=None)
    drawn: DrawnBySource = {
        "draws": 20,
        "lines": ["line 6"],
        "pins": [],
        "to_pin": ["np.random.seed(7)"],
    }
    assert varying_source(share, {"sources": {source: drawn}, "pins": []}, 1.0).pin == words


def test_spread_and_mean_are_those_of_runs_that_share_no_seed(scripts: Path) -> None:
    done = ask(scripts, KNOWN, "--runs", "12", "--format", "json", "--name", "known")
    answer = json.loads(done.stdout)
    runs = read("known", arms=False).sweep.finished
    own = {
        run.options["seed"]: score_of(run.metrics)
        for run in runs
        if not run.options["stream_seeds"]
    }
    assert len(runs) > len(own) + 1
    assert answer["n"] == len(own)
    assert answer["sd"] == pytest.approx(np.std(list(own.values()), ddof=1))


def test_a_clock_that_seeds_is_named_with_its_line(scripts: Path) -> None:
    text = (
        "import time\nimport numpy as np\nnp.random.seed(int(time.time() * 1e6) % 2**32)\n"
        "print('test accuracy:', np.random.rand())\n"
    )
    done = ask(scripts, text, "--runs", "12", "--format", "json")
    answer = json.loads(done.stdout)
    (clock,) = answer["sources"]
    assert clock["source"] == "clock"
    assert clock["lines"] == ["line 3"]
    assert clock["pin"] == "a number in place of the time"
    assert answer["identical"] is True


def test_a_seed_that_no_stream_reaches_is_named_where_two_equal_runs_part(scripts: Path) -> None:
    text = (
        "import os\nimport numpy as np\nnp.random.seed(os.getpid())\n"
        "print('test accuracy:', np.random.rand())\n"
    )
    done = ask(scripts, text, "--runs", "12")
    assert "Two equal runs diverge in line 3: np.random.seed gets" in done.stdout
    assert "4 runs, recorded" in done.stdout


def test_a_changed_script_is_told(scripts: Path) -> None:
    ask(scripts, "print('test accuracy: 0.5')\n")
    done = ask(scripts, "print('test accuracy: 0.6')\n")
    assert "train.py (or a file that it imports) was changed since why-train-" in done.stderr


def test_what_is_pinned_is_named_with_its_line(scripts: Path) -> None:
    pinned = KNOWN.replace("import numpy as np\n", "import numpy as np; np.random.seed(3)\n")
    done = ask(scripts, pinned, "--runs", "12")
    assert "The split is fixed by np.random.seed(3), line 3." in done.stdout


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("print('hello')\n", (), "must finish with a number, but seed 0 failed (it gave no number"),
        (KNOWN, ("--runs", "5"), "--runs must be at least 12"),
        (KNOWN, ("--level", "2"), "--level must lie between 0 and 1"),
        (KNOWN, ("--set", "epochs=2"), "--set must follow an experiment"),
        (KNOWN, ("--", "a", "--", "b"), "one script with one group of flags"),
    ],
)
def test_bad_input_is_one_sentence(
    scripts: Path, text: str, words: tuple[str, ...], sentence: str
) -> None:
    done = ask(scripts, text, *words)
    assert done.exit_code == 2
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.output


@pytest.mark.parametrize("given", ["mlflow:runs", "mlflow:a/b", "runs.csv"])
def test_runs_of_another_tool_are_for_sources(given: str) -> None:
    done = CliRunner().invoke(main, ["why", given])
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].endswith(f"ask seedbed sources {given}.")


def test_a_larger_plan_holds_the_runs_of_a_smaller_one(scripts: Path) -> None:
    (scripts / "train.py").write_text(KNOWN)
    target = ScriptTarget(scripts / "train.py")
    first = Allocation.first(("split", "line 6"))
    small, large = (target.design(one) for one in (first, Allocation({"split": 5, "line 6": 2})))
    assert {cell.id for cell in small.cells} <= {cell.id for cell in large.cells}
    assert small.name == large.name


FILE = """
import random
import numpy as np
rows = np.loadtxt("rows.csv")
random.random()
print("test accuracy:", rows.mean())
"""


def test_every_run_records_the_digest_of_the_data_that_it_read(scripts: Path) -> None:
    def digests(rows: str, name: str) -> set[str]:
        (scripts / "rows.csv").write_text(rows)
        done = ask(scripts, FILE, "--runs", "12", "--name", name)
        assert done.exit_code == 0, done.output
        return {run.environment["data_sha256"] for run in read(name, arms=False).sweep.finished}

    (first,) = digests("0.25 0.5", "first")
    assert re.fullmatch("[0-9a-f]{64}", first)
    (second,) = digests("0.25 0.75", "second")
    (again,) = digests("0.25 0.5", "again")
    assert second != first
    assert again == first


def test_data_sets_that_stand_in_reach_every_run(scripts: Path) -> None:
    (scripts / "train.py").write_text("from keras.datasets import mnist\n" + KNOWN)
    asked = ScriptTarget(scripts / "train.py", offline_data=True)
    cells = asked.design(Allocation.first(("split", "line 6"))).cells
    assert cells
    assert all(cell.options.offline_data for cell in cells)
