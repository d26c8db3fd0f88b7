"""A user's file of version 0.1 is told what to import now, before anything runs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.runs.custom.old_imports import check_imports

REST = "def load(options, seeds): ...\ndef build(options, splits): ...\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "from experiments.arrays import splits_from_arrays",
            "from seedbed.api import splits_from_arrays",
        ),
        (
            "from experiments.options import RunOptions as R",
            "from seedbed.api import RunOptions as R",
        ),
        ("from tracking.errors import InputError", "from seedbed.api import InputError"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "describe", "sweep"])
def test_an_old_import_is_one_sentence(
    store_path: Path, tmp_path: Path, verb: str, old: str, new: str
) -> None:
    file = tmp_path / "my_cnn.py"
    file.write_text(f"import numpy\n{old}\nraise SystemExit('it was run')\n{REST}")
    result = CliRunner().invoke(main, [verb, str(file)])
    assert result.exit_code == 2
    assert result.stderr == f"Error: my_cnn.py line 2: `{old}` is now `{new}`.\n"
    assert not (store_path / "runs").exists()


@pytest.mark.parametrize("beside", ["experiments/arrays.py", "experiments.py"])
def test_a_module_of_that_name_beside_the_file_is_the_users(tmp_path: Path, beside: str) -> None:
    (tmp_path / beside).parent.mkdir(exist_ok=True)
    (tmp_path / beside).write_text("splits_from_arrays = None\n")
    file = tmp_path / "my_cnn.py"
    file.write_text(f"from experiments.arrays import splits_from_arrays\n{REST}")
    check_imports(file)
