"""A claim is trained again: the same bits, the same distribution, or neither, and why."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seedbed.analysis.answers.claims.claim import digest_of
from seedbed.cli.main import main

SCRIPT = """
import random, sys
noise = float(sys.argv[2])
print("test accuracy:", 0.5 + noise * random.random() + {shift})
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def claim(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Path]:
    """Two ways to call a script, four seeds each, claimed; the environment names the store."""
    folder = tmp_path_factory.mktemp("claimed")
    shutil.copy(empty_database, folder / "mlflow.db")
    script, path = folder / "train.py", folder / "claim.json"
    script.write_text(SCRIPT.format(shift=0), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        words = ["repeat", script, "--seeds", "4", "--name", "arms", "--", "--noise", "0.1", "--"]
        done = run(*words, "--noise", "0.3")
        assert done.exit_code == 0, done.output
        assert run("claim", "arms", "-o", path).exit_code == 0
        yield path


def changed(path: Path, **content: Any) -> Path:
    """The claim with other content and the digest of it."""
    claim = {**json.loads(path.read_text(encoding="utf-8")), **content}
    path.write_text(json.dumps({**claim, "digest": digest_of(claim)}), encoding="utf-8")
    return path


def test_three_cells_give_the_same_numbers(claim: Path) -> None:
    """A script without a network has no fingerprint, so its bits cannot be told."""
    done = run("replicate", claim, "--cells", "3")
    assert done.exit_code == 0, done.output
    assert "Same distribution: 0 of 3 cells" in done.stdout
    assert "t tests of the means with one pooled sd" in done.stdout
    assert "3 of 3 cells gave the claim's score to the last digit." in done.stdout
    assert "Data, code, versions and processor are those of the claim" in done.stdout
    assert "5 of the claim's 8 cells, which were not tried" in done.stdout
    assert "the bits of 3 cells, whose fingerprint is not claimed" in done.stdout
    answer = json.loads(run("replicate", claim, "--cells", "3", "--format", "json").stdout)
    assert [cell["here"] for cell in answer["cells"]] == [
        pytest.approx(cell["claimed"]) for cell in answer["cells"]
    ]


def test_a_script_that_was_changed_is_named(claim: Path, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT.format(shift=0.4), encoding="utf-8")
    done = run("replicate", claim, "--cells", "4", "--experiment", script)
    assert done.exit_code == 1, done.output
    assert "Neither the same bits nor the same distribution" in done.stdout
    assert "0 of 4 cells gave the claim's score to the last digit." in done.stdout
    assert "What differs: code: the experiment's file or its options" in done.stdout


def test_a_design_that_breaks_the_bounds_of_a_sweep_file_is_not_built(
    claim: Path, tmp_path: Path
) -> None:
    aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
    )
    content = json.loads(claim.read_text(encoding="utf-8"))
    content["training"] |= {"experiment": "none", "design": aliases}
    path = tmp_path / "claim.json"
    path.write_text(json.dumps({**content, "digest": digest_of(content)}), encoding="utf-8")
    began = time.process_time()
    assert "There is no experiment 'none'" in run("replicate", path).stderr
    content["training"]["design"] = "experiment: !!int x"
    path.write_text(json.dumps({**content, "digest": digest_of(content)}), encoding="utf-8")
    assert "There is no experiment 'none'" in run("replicate", path).stderr
    assert time.process_time() - began < 10


READING = """
from pathlib import Path
import random
print("test accuracy:", float(Path("data.csv").read_text()) + 0.1 * random.random())
"""


@pytest.mark.long
def test_runs_on_data_that_changed_since_are_not_taken_for_new_ones(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    data = folder / "data.csv"
    data.write_text("0.5")
    (folder / "train.py").write_text(READING, encoding="utf-8")
    words = ["--seeds", "3", "--name", "read", "--", "--arm", "a", "--", "--arm", "b"]
    assert run("repeat", folder / "train.py", *words).exit_code == 0
    path = tmp_path / "claim.json"
    assert run("claim", "read", "-o", path).exit_code == 0

    def scores() -> tuple[list[float], list[str]]:
        """Scores and runs of the cells."""
        answer = json.loads(run("replicate", path, "--format", "json").stdout)
        return [cell["here"] for cell in answer["cells"]], [cell["run"] for cell in answer["cells"]]

    first = scores()
    assert scores() == first, "the same command continues"
    before = data.stat()
    data.write_text("0.7")
    os.utime(data, ns=(before.st_atime_ns, before.st_mtime_ns))  # as rsync leaves it
    assert scores()[0] == pytest.approx([score + 0.2 for score in first[0]])
    data.write_text("0.5")
    assert scores() == first


def test_what_cannot_be_trained_is_refused_before_anything_is(claim: Path, tmp_path: Path) -> None:
    table = tmp_path / "runs.csv"
    table.write_text("arm,seed,acc\na,1,.9\na,2,.8\nb,1,.7\nb,2,.6\n", encoding="utf-8")
    other = tmp_path / "other.json"
    run("claim", table, "-o", other)
    assert "runs of another tool" in run("replicate", other).stderr
    assert run("replicate", other).exit_code == 2
    broken = json.loads(claim.read_text(encoding="utf-8"))
    broken["numbers"]["p"] = 0.5
    other.write_text(json.dumps(broken), encoding="utf-8")
    assert "must be as it was made" in run("replicate", other).stderr
    moved = {**json.loads(claim.read_text(encoding="utf-8"))}
    moved["training"]["options"]["folder"] = str(tmp_path / "nowhere")
    other.write_text(json.dumps({**moved, "digest": digest_of(moved)}), encoding="utf-8")
    assert "name it with --experiment" in run("replicate", other).stderr


@pytest.mark.long
def test_a_network_gives_the_same_bits_and_says_what_differs(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    words = ["--set", "dataset=digits", "--set", "epochs=1", "--seeds", "2", "--name", "nets"]
    done = run("sweep", "mnist_cnn", "--vary", "batch_size=32,128", *words)
    assert done.exit_code == 0, done.output
    path = tmp_path / "claim.json"
    assert run("claim", "nets", "-o", path).exit_code == 0
    done = run("replicate", path, "--cells", "3")
    assert done.exit_code == 0, done.output
    assert "Same bits: 3 cells trained here, each with the weights of the claim." in done.stdout
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["arms"]["batch_size=32"]:
        cell["fingerprint"] = "0" * 64
    environment = {**content["environment"], "tensorflow": ["1.0"], "data_sha256": ["0" * 64]}
    done = run("replicate", changed(path, arms=content["arms"], environment=environment))
    assert done.exit_code == 0, done.output
    assert "Same distribution: 2 of 4 cells ended with the weights of the claim" in done.stdout
    assert "versions: tensorflow 1.0 there" in done.stdout
    assert "data: data_sha256 000000000000 there" in done.stdout
