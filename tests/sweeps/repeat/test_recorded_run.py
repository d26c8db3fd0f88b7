"""``repeat --run``: one run of a script again, with every option that it had."""

import html
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seedbed.analysis.report.lowest_run import note_lowest
from seedbed.cli.main import main
from seedbed.system.paths import store_folder
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.schema import TAG_HEADLINE, TAG_LOWEST, TAG_VERDICT
from seedbed.tracking.store import Store

NETWORK = """
import numpy as np
import keras

x = np.random.default_rng(0).normal(size=(200, 4)).astype('float32')
y = (x.sum(axis=1) > 0).astype(int)
model = keras.Sequential([keras.layers.Dense(2, 'softmax')])
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(x[:150], y[:150], batch_size=30, verbose=0)
model.evaluate(x[150:], y[150:], verbose=0)
"""


def call(*words: str) -> Any:
    return CliRunner().invoke(main, [*words], prog_name="seedbed")


@pytest.fixture
def script(store_path: Path, tmp_path: Path) -> Path:
    del store_path
    path = tmp_path / "train.py"
    path.write_text(NETWORK)
    return path


@pytest.mark.long
def test_the_lowest_run_of_why_is_named_with_a_command_that_repeats_it(script: Path) -> None:
    done = call("why", str(script), "--runs", "12", "--name", "asked")
    assert done.exit_code == 0, done.output
    lowest, command = done.stdout.splitlines()[-2:]
    (run,) = [one for one in read_sweep("asked", Store()).runs if one.run_id in command]
    accuracy = run.metrics["test_accuracy"]
    assert lowest == f"Lowest     {run.name} · {100 * accuracy:.2f} %; to repeat it:"
    assert accuracy == min(
        one.metrics["test_accuracy"] for one in read_sweep("asked", Store()).finished
    )
    assert command == f"    seedbed repeat --run {run.run_id}"
    (parent,) = Store().runs("tags.kind = 'sweep' AND tags.sweep = 'asked'")
    assert run.run_id in json.loads(parent.data.tags[TAG_LOWEST])["command"], "before any report"
    again = call(*shlex.split(command.removeprefix("    seedbed ")), "--no-report")
    assert again.exit_code == 0, again.output
    weights = str(run.fingerprint)[:12]
    said = f"The weights are the same as in run {run.run_id}, bit for bit ({weights})."
    begins = f"Runs train.py once with every option and seed of run {run.run_id}"
    assert again.stdout.startswith(begins)
    assert again.stdout.rstrip().splitlines()[-1] == said
    assert "runs     mean" not in again.stdout, "no table of one run"
    (noted,) = Store().runs(f"tags.kind = 'sweep' AND tags.sweep = 'run-{run.run_id[:12]}-again'")
    assert (noted.data.tags[TAG_VERDICT], noted.data.tags[TAG_HEADLINE]) == ("identical", said)
    once_more = call(*shlex.split(command.removeprefix("    seedbed ")), "--no-report")
    assert once_more.stdout.startswith(f"Run {run.run_id} of train.py was repeated before")
    assert once_more.stdout.rstrip().splitlines()[-1] == said
    assert call("report", "asked").exit_code == 0
    page = (store_folder("reports", "asked") / "report.html").read_text()
    named = html.unescape(re.sub(r"<[^>]+>", "", page)).replace("\N{NO-BREAK SPACE}", " ")
    assert command.strip() in named
    assert note_lowest("asked", Store()) == [lowest, command]
    printed = call("report", "asked").stdout.splitlines()
    assert [*printed[-3:-1]] == [lowest, command]
    assert printed[-1].startswith("Report     ")


def test_a_run_without_a_network_is_repeated_and_its_score_compared(script: Path) -> None:
    script.write_text("import random\nprint('accuracy:', random.random())\n")
    assert call("repeat", str(script), "--seeds", "2", "--name", "plain").exit_code == 0
    sweep = read_sweep("plain", Store())
    _, command = note_lowest("plain", Store())
    assert "--name plain-seed-" in command, "flags say all of it"
    run = sweep.finished[0]
    again = call("repeat", "--run", run.run_id, "--no-report")
    assert again.exit_code == 0, again.output
    score = f"{run.metrics['test_accuracy']:.6g}"
    assert f"The score is the same as in run {run.run_id}, bit for bit ({score})." in again.stdout
    script.write_text("import random\nprint('accuracy:', random.random() / 2)\n")
    changed = call("repeat", "--run", run.run_id, "--name", "other", "--no-report")
    assert changed.exit_code == 2
    assert "has changed since the sweep began" in changed.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--run", "0" * 32), "--run must name a finished run by its id"),
        (("a.py", "--run", "0" * 32), "as well: leave one of the two out"),
        (("--run", "0" * 32, "--seeds", "3"), "got --seeds as well"),
        (("--run", "0" * 32, "--", "--lr", "1"), "got -- as well"),
        ((), "repeat needs SCRIPTS"),
    ],
)
def test_what_does_not_go_with_a_run_is_refused(
    store_path: Path, words: tuple[str, ...], said: str
) -> None:
    del store_path
    done = call("repeat", *words)
    assert done.exit_code == 2
    assert said in re.sub(r"\s+", " ", done.stderr)
