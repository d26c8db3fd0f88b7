"""What a build needs: exit codes, a summary for GitHub, a badge, a claim's README, pytest."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from seedbed.testing import over_seeds
from tests.analysis.asking import refused, run, write

pytest_plugins = ("pytester",)

WORSE = ("compare", "--a", 75, 75.1, 75.2, "--b", 77, 77.1, 77.2)


def test_github_gets_a_remark_and_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = write(tmp_path / "summary.md", "before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = run(*WORSE, "--format", "github", "--fail-on", "different")
    assert done.exit_code == 1
    assert done.stdout.startswith("::error title=Seedbed::B scores 2 points higher than A")
    assert done.stdout.count("\n") == 1
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert "| quantity | value |" in text
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    alone = run("spread", 75, 75.1, 75.4, "--format", "github").stdout
    assert alone.startswith("::notice title=Seedbed::")
    assert "95 %25" in alone.splitlines()[0]
    assert "| quantity | value |" in alone
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    assert "must name a file that can be written" in refused(*WORSE, "--format", "github")


def test_a_badge_is_a_picture_of_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "badge.svg"
    assert run(*WORSE, "--badge", path).exit_code == 0
    picture = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert picture.attrib["aria-label"] == "seedbed: different"
    assert "cannot be written" in refused(*WORSE, "--badge", tmp_path / "none" / "badge.svg")


def test_a_badge_that_cannot_be_written_does_not_cost_the_answer(tmp_path: Path) -> None:
    done = run(*WORSE, "--badge", tmp_path)
    assert done.exit_code == 2
    assert done.stdout == run(*WORSE).stdout
    assert "cannot be written" in done.stderr


def test_a_claim_comes_with_a_readme(tmp_path: Path) -> None:
    table = write(tmp_path / "runs.csv", "arm,seed,acc\na,1,.9\na,2,.91\nb,1,.7\nb,2,.72\n")
    done = run("claim", table, "-o", tmp_path / "claim.json", "--readme", tmp_path / "CLAIM.md")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "CLAIM.md").read_text(encoding="utf-8")
    assert text.startswith("[![Seedbed's verdict](CLAIM.svg)](claim.json)")
    assert "| arm | acc: mean ± sd | runs |" in text
    assert "seedbed claim verify claim.json" in text
    assert "replicate" not in text  # runs of another tool cannot be trained again
    digest = json.loads((tmp_path / "claim.json").read_text(encoding="utf-8"))["digest"]
    assert digest[:12] in text
    assert (tmp_path / "CLAIM.svg").read_text(encoding="utf-8").startswith("<svg")


REPEATED = """
import random
import numpy as np
import pytest

drawn = []

@pytest.mark.seeds([3, 3, 4])
def test_it(seedbed_seed):
    drawn.append((seedbed_seed, random.random(), np.random.random()))

def test_they_were_seeded():
    assert drawn[0] == drawn[1] != drawn[2]

def test_default(seedbed_seed):
    assert seedbed_seed in (0, 1, 2)
"""


def test_a_test_is_repeated_over_seeds(tmp_path: Path) -> None:
    path = write(tmp_path / "test_theirs.py", REPEATED)
    words = ["-m", "pytest", "-q", "-p", "seedbed.pytest_plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *words, "--strict-markers", "-c", "/dev/null", str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout


@pytest.mark.parametrize("mark", ["seeds(seeds=5)", "seeds(0)", "seeds", "seeds('3')"])
def test_seeds_that_make_no_sense_are_told(pytester: pytest.Pytester, mark: str) -> None:
    text = f"import pytest\n@pytest.mark.{mark}\ndef test_it(seedbed_seed): ..."
    pytester.makepyfile(text)
    done = pytester.runpytest_inprocess("-p", "seedbed.pytest_plugin", "-p", "no:cacheprovider")
    done.stdout.fnmatch_lines(["*must have a number of seeds or a list of them*"])


def test_a_function_is_scored_over_seeds() -> None:
    import random

    scores = over_seeds(lambda _: random.random(), seeds=[1, 1, 2])
    assert scores[0] == scores[1] != scores[2]
    assert len(over_seeds(float)) == 5
