"""``sweeps repeat``: scripts become a sweep; what cannot run is refused before anything does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seedbed.analysis.answers.script.asked import DEFAULT
from seedbed.cli.ask.compare import compare
from seedbed.cli.main import main
from seedbed.cli.sweep.scripts.script_arguments import seeds_of, split_flags
from seedbed.runs.settings.options import cell_id, later_defaults
from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver.script_findings import findings_tag
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.repeat.script_design import RepeatRequest, design_of, remarks
from seedbed.sweeps.repeat.try_alternatives import TryAlternatives
from seedbed.system.errors import InputError
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.schema import TAG_MAX
from seedbed.tracking.store import Store

SMALL = """
import sys
import numpy as np
import keras

keras.utils.set_random_seed(1)
x = np.random.default_rng(0).normal(size=(300, 4)).astype('float32')
y = (x.sum(axis=1) > 0).astype(int)
model = keras.Sequential([keras.layers.Dense(int((sys.argv + ['2'])[1]), 'softmax')])
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(x[:200], y[:200], verbose=0)
model.evaluate(x[200:], y[200:], verbose=0)
"""


@pytest.fixture
def scripts(tmp_path: Path, store_path: Path) -> Path:
    """A folder with two scripts; the store is the test's own."""
    del store_path
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "a.py").write_text(SMALL)
    (folder / "b.py").write_text(SMALL.replace("'adam'", "'sgd'"))
    return folder


def asked(*paths: Path, flags: tuple[tuple[str, ...], ...] = (), **more: Any) -> RepeatRequest:
    return RepeatRequest(paths, flags, **{"seeds": 3, **more})


def test_flags_are_parted_from_our_own() -> None:
    assert split_flags(["a.py", "--seeds", "3"]) == (["a.py", "--seeds", "3"], ())
    assert split_flags(["a.py", "--", "--lr", "1", "--", "--lr", "2"])[1] == (
        ("--lr", "1"),
        ("--lr", "2"),
    )
    assert split_flags(["a.py", "--", "--", "--fast"])[1] == ((), ("--fast",))


def test_seeds() -> None:
    assert seeds_of("10") == 10
    assert seeds_of("3,5,8") == [3, 5, 8]
    assert seeds_of("7,") == [7]
    for wrong in ("0", "ten", "-1", "3-5", ""):
        with pytest.raises(InputError, match="--seeds must be how many runs"):
            seeds_of(wrong)


def test_the_doctors_findings_about_scripts_are_noted(scripts: Path) -> None:
    (scripts / "a.py").write_text(SMALL.replace("default_rng(0)", "default_rng()"))
    found = json.loads(findings_tag(design_of(asked(scripts / "a.py", scripts / "b.py")))["doctor"])
    assert found["findings"][0]["where"].startswith("a.py:7:")
    assert found["found"] == len(found["findings"])
    (scripts / "a.py").write_text(SMALL + "x = np.random.default_rng().normal(size=9)\n" * 60)
    tag = findings_tag(design_of(asked(scripts / "a.py")))["doctor"]
    found = json.loads(tag)
    assert found["found"] >= 60
    assert 1 <= len(found["findings"]) <= 12
    assert len(tag) <= TAG_MAX


def test_two_scripts_and_two_groups_of_flags_are_configurations(scripts: Path) -> None:
    two = design_of(asked(scripts / "a.py", scripts / "b.py"))
    assert two.varied == ("script",)
    assert [cell.name for cell in two.cells[:2]] == ["script=a.py seed=0", "script=b.py seed=0"]
    flags = design_of(asked(scripts / "a.py", flags=(("--u", "1"), ("--u", "a b"))))
    assert flags.varied == ("arguments",)
    assert flags.cells[1].params["arguments"] == "--u 'a b'"
    assert "batch_size" not in flags.cells[0].params
    both = design_of(asked(scripts / "a.py", scripts / "b.py", flags=(("1",), ("2",))))
    assert [one["arguments"] for one in both.configurations] == ["1", "2"]
    for wrong, words in (
        (asked(scripts / "a.py", scripts / "b.py", flags=(("1",), ("2",), ("3",))), "one for each"),
        (asked(scripts / "a.py", scripts / "a.py"), "must be another one"),
        (asked(scripts / "a.py", folder=scripts / "no"), "--folder must be an existing folder"),
        (asked(scripts / "a.py", folder=scripts.parent / "store"), "--folder must hold the script"),
    ):
        with pytest.raises(InputError, match=words):
            design_of(wrong)


def test_name_follows_the_text(scripts: Path) -> None:
    (scripts / "helper.py").write_text("x = 1\n")
    (scripts / "c.py").write_text("import helper\n" + SMALL)

    def name(**more: Any) -> str:
        return design_of(asked(scripts / "c.py", **more)).name

    before = name()
    assert before == name(seeds=20)
    assert before != name(keep_seeds=True)
    (scripts / "helper.py").write_text("x = 2\n")
    assert before != name()
    mine = design_of(asked(scripts / "c.py", name="mine"))
    assert mine.name == "mine"


def test_try_takes_one_configuration(scripts: Path) -> None:
    TryAlternatives(asked(scripts / "a.py", flags=(("1",),)), DEFAULT)
    for several in (
        asked(scripts / "a.py", scripts / "b.py"),
        asked(scripts / "a.py", flags=(("1",), ("2",))),
    ):
        with pytest.raises(InputError, match=r"--try must follow one script .* got 2"):
            TryAlternatives(several, DEFAULT)


def test_clusters_are_refused(scripts: Path) -> None:
    words = ["repeat", str(scripts / "a.py"), "--cluster", "tcp://127.0.0.1:1"]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, "leave out --cluster" in done.stderr) == (2, True)


def test_a_file_may_ask_for_a_script(scripts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scripts)
    text = (Path(__file__).parents[3] / "docs" / "guides" / "repeat.md").read_text()
    file = scripts / "mine.yaml"
    file.write_text(text.split("```yaml\n")[1].split("```")[0].replace("train.py", "a.py"))
    design = load(file)
    assert design.varied == ("arguments",)
    assert design.cells[0].options.path == (scripts / "a.py").resolve()
    file.write_text(file.read_text().replace("a.py", "no.py"))
    with pytest.raises(InputError, match=r"mine.yaml line 3 .* must be an existing file"):
        load(file)


REFUSED = {
    "syntax.py": ("x = 1\nif x\n", "does not parse: line 2"),
    "two.py": ("x = 1\nprint 'hello'\n", r"is Python 2 \(line 2\)"),
    "empty.py": ("", "is empty"),
    "gone.py": (
        "import numpy\nfrom tensorflow.contrib import rnn\nimport tensorflow.contrib.slim\n",
        "line 2 uses tensorflow.contrib.rnn, which is gone; instead: keras.datasets, or the "
        "packages that it was split into; line 3 uses tensorflow.contrib.slim",
    ),
    "data.csv": ("1,2\n", r"must be a Python script \(.py\) or a notebook"),
    "book.ipynb": ("{}", "is not a notebook"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_run_is_refused_before(scripts: Path, name: str) -> None:
    text, words = REFUSED[name]
    (scripts / name).write_text(text)
    done = CliRunner().invoke(main, ["repeat", str(scripts / name)])
    assert done.exit_code == 2
    assert re.search(words, done.stderr), done.stderr
    assert "\n" not in done.stderr.strip()
    assert not (scripts.parent / "store" / "runs").exists()


def test_folders_and_missing_files_are_refused(scripts: Path) -> None:
    for path, words in ((scripts, "got the folder"), (scripts / "no.py", "an existing file")):
        done = CliRunner().invoke(main, ["repeat", str(path)])
        assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_large_folder_is_refused(scripts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seedbed.runs.script import workspace

    monkeypatch.setattr(workspace, "MOST_FILES", 1)
    with pytest.raises(InputError, match="at most 1 files"):
        list(workspace.walk(scripts, workspace.MOST_FILES))


def test_an_old_script_is_said_to_run_on_keras_2(scripts: Path) -> None:
    (scripts / "old.py").write_text(
        "try:\n    from keras.utils import np_utils\nexcept ImportError:\n    pass\n"
        "import keras\noptimiser = keras.optimizers.Adam(lr=1)\nmodel.fit_generator(1)\n"
    )
    (said,) = remarks(design_of(asked(scripts / "old.py")))
    assert re.fullmatch(
        r"old.py runs on Keras 2\.\d+ \(tf-keras\), because old.py line 6 uses Adam\(lr=…\)", said
    )
    kept = design_of(asked(scripts / "old.py", keras="3"))
    assert [one.split(",")[0] for one in remarks(kept)] == [
        "old.py: line 2 uses keras.utils.np_utils",
        "old.py: line 6 uses Adam(lr=…)",
        "old.py: line 7 uses .fit_generator",
    ]
    assert kept.name != design_of(asked(scripts / "old.py")).name


@pytest.mark.long
def test_two_scripts_are_compared_on_common_seeds(scripts: Path, pool: LocalPool) -> None:
    del pool  # its fork server has TensorFlow loaded; the sweep uses the same one

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    paths = [str(scripts / "a.py"), str(scripts / "b.py")]
    done = call("repeat", *paths, "--seeds", "2", "--name", "ab", "--doctor")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "4 cells, 0 done before" in done.stdout
    assert "evaluate1_accuracy" in done.stdout
    answer = " ".join(done.stdout.partition("\n\n")[2].partition("\n\n")[0].split())
    assert " ".join(done.stdout.split()).count(answer) == 1  # the report's part does not repeat it
    assert "4 of 4 runs finished, 2 configurations." in done.stdout
    assert "files read" in done.stdout  # the doctor's findings stand beside the numbers
    record = read_sweep("ab", Store())
    assert record.varied == ("script",)
    assert len({run.fingerprint for run in record.finished}) == 4
    assert all(run.load_predictions and run.load_predictions() for run in record.finished)
    more = call("repeat", *paths, "--seeds", "3", "--name", "ab", "--no-report", "--format", "json")
    assert more.exit_code == 0, more.stdout + more.stderr
    first, *_ = [json.loads(line) for line in more.stdout.splitlines()]
    assert (first["cells"], first["done"]) == (6, 4)
    verdict = CliRunner().invoke(compare, ["ab", "--format", "json"])
    assert verdict.exit_code == 0, verdict.output
    found = json.loads(verdict.stdout)
    assert (found["paired"], found["n_a"], found["n_b"]) == (True, 3, 3)
    (scripts / "a.py").write_text(SMALL + "\n# changed\n")
    again = call("repeat", *paths, "--seeds", "3", "--name", "ab")
    assert again.exit_code == 2
    assert "name must belong to one design" in again.stderr
    assert call("status", "ab").stdout.startswith("ab: 6 of 6 done")
    resumed = call("resume", "ab")
    assert (resumed.exit_code, "has changed since" in resumed.stderr) == (2, True)


def test_a_script_that_fails_now_and_then(scripts: Path, pool: LocalPool) -> None:
    del pool
    left = scripts / "left.txt"
    (scripts / "c.py").write_text(
        "import os, random\nvalue = random.random()\nprint('test accuracy:', value)\n"
        f"os.system('echo 1 > {left}')\n"  # another process, by the full path: cannot be stopped
        "if value > .5:\n    raise RuntimeError('bad luck')\nprint('after', value)\n"
    )
    words = ["repeat", str(scripts / "c.py"), "--seeds", "6", "--name", "c", "--numeric", "free"]
    done = CliRunner().invoke(main, [*words, "--no-report"])
    assert done.exit_code == 1
    record = read_sweep("c", Store())
    finished = [run for run in record.runs if run.state == "finished"]
    failed = [run for run in record.runs if run.state == "failed"]
    assert len(finished) + len(failed) == 6
    assert 0 < len(failed) < 6  # the seeds are fixed, so it is always the same ones
    for run in failed:
        assert run.reason == "c.py line 6: RuntimeError: bad luck"
        assert run.metrics["printed_test_accuracy"] > 0.5  # what was measured is kept
        assert f"seed={run.options['seed']}" in done.stderr
    assert done.stderr.count("c.py line 6: RuntimeError: bad luck") == 1  # told once
    table = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.strip()}
    assert table["test_accuracy"][1] == str(len(finished))
    warned = " ".join(done.stderr.split())
    assert re.search(r"folder changed while it ran: \S*left\.txt is new\. Runs write into", warned)
    assert "the runs are valid unless the script reads what is new." in warned
    assert "never calls fit" in done.stdout
    assert "starts processes" in done.stdout
    assert {run.options["op_determinism"] for run in record.runs} == {False}
    assert CliRunner().invoke(main, ["retry", "c", "--failed"]).exit_code == 0


def test_the_same_command_tries_again_what_failed(scripts: Path, pool: LocalPool) -> None:
    del pool
    mended = scripts.parent / "mended.txt"
    (scripts / "d.py").write_text(
        f"import os\nprint('accuracy: 0.5')\nassert os.path.exists({str(mended)!r}), 'not yet'\n"
    )
    words = ["repeat", str(scripts / "d.py"), "--seeds", "8", "--name", "d", "--no-report"]
    first = CliRunner().invoke(main, [*words, "--workers", "1"])
    assert first.exit_code == 1
    assert first.stderr.count("not yet") == 1  # told once
    assert "so the other 6 are not tried" in first.stderr
    assert "2 runs failed after giving a number, which is what this table shows" in first.stdout
    assert "test_accuracy 0.5" in first.stdout
    mended.touch()
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 0, again.output
    assert "2 cells that failed before: tried again" in again.stdout
    assert len(read_sweep("d", Store()).finished) == 8
    assert "no result" not in again.output


def test_an_option_of_a_later_version_leaves_an_earlier_sweep_as_it_is(scripts: Path) -> None:
    design = design_of(asked(scripts / "a.py"))
    options = design.cells[0].options
    later = later_defaults(options)
    assert set(later) >= {"keras", "as_of", "offline_data", "alternative"}
    ledger = Ledger.open(design)
    noted = ledger.notes.get("design")
    assert isinstance(noted, dict)
    ledger.notes.set(
        "design", {k: v for k, v in noted.items() if k not in later}
    )  # as an earlier version noted it
    ledger.close()
    Ledger.open(design).close()
    other = design_of(asked(scripts / "a.py", as_of=2016, name=design.name))
    with pytest.raises(InputError, match="as_of: varied there, 2016 here"):
        Ledger.open(other)
    assert cell_id("script", options, {}) != cell_id("script", other.cells[0].options, {})


@pytest.mark.long
def test_another_number_is_asked_about_and_a_wrong_one_refused(
    scripts: Path, pool: LocalPool
) -> None:
    del pool  # its fork server has TensorFlow loaded; the sweep uses the same one

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["repeat", str(scripts / "a.py"), "--seeds", "2", *words])

    wrong = call("--metric", "hter")
    assert wrong.exit_code == 2
    assert "got 'hter': there are evaluate_accuracy, predict, evaluate_loss, " in wrong.stderr
    assert "1 cell, 0 done before" in wrong.stdout
    done = call("--metric", "loss", "--try")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "2 cells, 1 done before" in done.stdout
    assert "\nEvaluate loss of a.py is " in done.stdout
    assert "  Line 12 evaluates on 100 rows, rows that no fit has seen" in done.stdout
    assert "\nNothing to try: no fit continues another, no loop leaves its" in done.stdout
    unknown = call("--arms", "evaluate1,evaluate2")
    assert (unknown.exit_code, "--arms must be" in unknown.stderr) == (2, True)
