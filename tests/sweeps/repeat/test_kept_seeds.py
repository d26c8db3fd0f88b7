"""``repeat --keep-seeds`` names where two runs part that should be equal, and what removes it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main

CAUSES = {
    "clock": "import time\nimport random\nrandom.seed(time.time())\nscore = random.random()\n",
    "unseeded": "import numpy as np\nrng = np.random.default_rng()\nscore = rng.random()\n",
    "texts": (
        "names = list({'one', 'two', 'three', 'four', 'five', 'six', 'seven'})\n"
        "score = names.index('one') / 10\n"
    ),
    "seeded": "import random\nrandom.seed(3)\nscore = random.random()\n",
}
SAID = {
    "clock": "Two equal runs part in line 3: random.seed gets",
    "unseeded": "Two equal runs part in line 2 (np.random.default_rng): no seed is given there.",
    "texts": "No seed sets what these lines read: line 1 (a set of text, PYTHONHASHSEED).",
}


@pytest.mark.long
def test_each_cause_is_named_with_its_line(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    for name, text in CAUSES.items():
        (tmp_path / f"{name}.py").write_text(text + "print('test accuracy:', score)\n")
    scripts = [str(tmp_path / f"{name}.py") for name in CAUSES]
    done = CliRunner().invoke(main, ["repeat", *scripts, "--keep-seeds", "--seeds", "2"])
    assert done.exit_code == 0, done.output
    for name, sentence in SAID.items():
        assert f"{name}.py: {sentence}" in done.stdout
    assert "seeded.py: Two" not in done.stdout.replace("unseeded.py: Two", "")
