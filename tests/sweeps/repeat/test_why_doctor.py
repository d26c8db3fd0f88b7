"""``seedbed why --doctor``: what was measured of each finding, and what its fix does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.why.source import WhySource
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.cli.main import main
from seedbed.sweeps.repeat.why_doctor import with_findings

SCRIPT = """
import numpy as np
import keras
from sklearn.model_selection import train_test_split
train, test = train_test_split(np.arange(1000))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(train[:, None], train)
"""


def source(name: str, share: float, *lines: str, pinned_by: str | None = None) -> WhySource:
    known = None if pinned_by else Estimate(share, share - 0.05, share + 0.05, 20, "", 0.95)
    return WhySource(name, known, None, None, True, lines, "", pinned_by)


def measured(tmp_path: Path, *sources: WhySource, script: str = SCRIPT) -> dict[str, str]:
    """Rule → what is said of it."""
    (tmp_path / "train.py").write_text(script)
    empty = Answer(("Sentence.",), {"sources": list(sources), "measure": "accuracy"}, ())
    found = with_findings(empty, tmp_path / "train.py").fields["doctor"]
    assert isinstance(found, list)
    return {one.code: one.measured for one in found}


def test_each_finding_gets_the_share_of_its_sources(tmp_path: Path) -> None:
    told = measured(tmp_path, source("split", 0.71, "line 5"), source("init", 0.18, "line 6"))
    assert told["SB204"] == "measured: 71 % (66 to 76 %) of the variance"
    shares = "split 71 % (66 to 76 %), init 18 % (13 to 23 %)"
    assert told["SB102"] == f"measured: {shares} of the variance"


def test_a_source_without_share_has_no_effect(tmp_path: Path) -> None:
    told = measured(tmp_path, source("split", 0.0, "line 5"), source("init", 1.0, "line 6"))
    assert told["SB204"] == "measured: no effect here"


def test_a_source_that_a_seed_pins_has_no_effect(tmp_path: Path) -> None:
    told = measured(tmp_path, source("split", 0, "line 5", pinned_by="np.random.seed(3), line 3"))
    assert told["SB204"] == "measured: no effect here: np.random.seed(3), line 3 fixes it"


def test_state_is_not_measured(tmp_path: Path) -> None:
    again = SCRIPT + "for seed in range(3):\n    model.fit(train[:, None], train)\n"
    again += "    print(model.evaluate(test[:, None], test))\n"
    told = measured(tmp_path, source("split", 1.0, "line 5"), script=again)
    assert told["SB301"] == "not measured"


RUN = """
import numpy as np
from sklearn.model_selection import train_test_split
rows = np.loadtxt("../data/rows.txt")
train, test = train_test_split(rows, test_size=0.01)
print("test accuracy:", test.mean())
"""


def test_the_fix_is_tried_on_a_copy_that_finds_the_data_beside_its_folder(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    script = tmp_path / "scripts" / "train.py"
    script.parent.mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.txt").write_text("\n".join(str(n / 1000) for n in range(1000)))
    script.write_text(RUN)
    words = ["why", str(script), "--runs", "12", "--try-fix"]
    done = CliRunner().invoke(main, [*words, "--format", "json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert [one["code"] for one in answer["doctor"]] == ["SB204"]
    assert answer["doctor"][0]["measured"].startswith("measured: 100 %")
    assert answer["fixed"]["identical"] is True
    assert answer["fixed"]["sd_before"] > 0.01
    assert script.read_text() == RUN
    assert list(script.parent.iterdir()) == [script]


@pytest.mark.parametrize("given", ["mnist_cnn", "some-sweep"])
def test_only_a_script_is_examined(given: str) -> None:
    done = CliRunner().invoke(main, ["why", given, "--doctor"])
    assert done.exit_code == 2
    assert "--doctor and --try-fix must follow a script" in done.stderr
