"""``repeat --keep-seeds`` names where two equal runs diverge, and what removes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main

OTHER_ORDER = Path(__file__).parents[2] / "support" / "other_order.c"
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
    "clock": "Two equal runs diverge in line 3: random.seed gets",
    "unseeded": "Two equal runs diverge in line 2 (np.random.default_rng): no seed is given there.",
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


LISTINGS = {
    "listed": "import os\nnames = os.listdir('pictures')\n",
    "globbed": "from pathlib import Path\nnames = [p.name for p in Path('pictures').glob('*')]\n",
    "sorted": "import os\nnames = sorted(os.scandir('pictures'), key=lambda one: one.name)\n",
}
"""The last one's order does not matter, and two of its runs are equal in their number."""


@pytest.mark.long
def test_files_that_a_file_system_lists_in_another_order_are_named_with_their_line(
    store_path: Path, tmp_path: Path
) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("another order of files needs a C compiler")
    library, home = tmp_path / "libother_order.so", tmp_path / "home"
    words = [compiler, "-shared", "-fPIC", "-o", str(library), str(OTHER_ORDER), "-ldl"]
    subprocess.run(words, check=True)
    (home / "pictures").mkdir(parents=True)
    for name in "abcdefg":
        (home / "pictures" / f"{name}.png").write_text(name)
    for name, text in LISTINGS.items():
        last = "names.index('a.png')" if name != "sorted" else "len(names)"
        (home / f"{name}.py").write_text(f"{text}print('test accuracy:', {last} / 10)\n")
    scripts = [str(home / f"{name}.py") for name in LISTINGS]
    command = ["repeat", *scripts, "--keep-seeds", "--seeds", "2", "--workers", "1", "--no-report"]
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", *command],
        env={
            **os.environ,
            "LD_PRELOAD": str(library),
            "ORDER_COUNT": str(tmp_path / "count"),
            "SEEDBED_STORE": str(store_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in ("listed", "globbed"):
        assert (
            f"{name}.py: Two equal runs diverge at the order of files (line 2). To remove it: sort "
            "the names" in done.stdout
        )
    assert "sorted.py: Two" not in done.stdout
