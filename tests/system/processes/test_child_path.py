"""A file in the current folder never stands in for a module that Seedbed's processes import."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MAIN = """
import os
from seedbed.sweeps.executors.local_pool import LocalPool

if __name__ == "__main__":
    with LocalPool(1, preload=("seedbed.system.errors", "psutil")) as pool:
        print(pool.submit(len, "abc").result(), pool.submit(os.getenv, "PYTHONSAFEPATH").result())
"""


def test_processes_of_a_program_elsewhere_take_no_module_from_the_current_folder(
    tmp_path: Path,
) -> None:
    folder, program = tmp_path / "mine", tmp_path / "bin" / "program.py"
    folder.mkdir()
    program.parent.mkdir()
    program.write_text(MAIN)
    for name in ("seedbed", "psutil", "pydantic", "click"):
        (folder / f"{name}.py").write_text("MINE = 1\n")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    done = subprocess.run(
        [sys.executable, str(program)], cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout == "3 None\n", done.stderr
