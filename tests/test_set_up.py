"""The set-up as a user meets it: `make`, `.venv/bin/seedbed` and `mlflow run .` in a clone."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.fresh_clone import fresh_clone

ROOT = Path(__file__).resolve().parents[1]


def interpreter(path: Path, version: tuple[int, int, int], *, has_venv: bool = True) -> Path:
    """A Python that is the running one, except that it says it is `version`."""
    hide_venv = "" if has_venv else "sys.modules['venv'] = None; "
    path.write_text(
        "#!/bin/sh\n"
        f'exec "{sys.executable}" -c "import sys; {hide_venv}'
        f'sys.version_info = {version}; exec(sys.argv[1])" "$2"\n'
    )
    path.chmod(0o755)
    return path


def run_set_up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "scripts").mkdir(exist_ok=True)
    shutil.copy(ROOT / "scripts" / "set-up.sh", folder / "scripts")
    return subprocess.run(
        ["/bin/sh", folder / "scripts" / "set-up.sh"],
        env={"PATH": os.environ["PATH"], **environment},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_a_python_outside_the_range_is_named_with_the_range(
    tmp_path: Path, version: tuple[int, int, int]
) -> None:
    python = interpreter(tmp_path / "some-python", version)
    done = run_set_up(tmp_path, PYTHON=str(python))
    assert done.returncode == 2
    assert done.stderr == (
        f"Seedbed needs Python 3.11 to 3.13, but found {python} ({'.'.join(map(str, version))}): "
        "install one of these versions or name it: make PYTHON=/path/to/python3.12.\n"
    )
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_is_named_with_the_remedy(tmp_path: Path) -> None:
    python = interpreter(tmp_path / "some-python", (3, 11, 2), has_venv=False)
    done = run_set_up(tmp_path, PYTHON=str(python))
    assert done.returncode == 2
    assert f"venv and ensurepip modules, which {python} (3.11.2) lacks" in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def test_something_that_is_no_python_is_named(tmp_path: Path) -> None:
    done = run_set_up(tmp_path, PYTHON="/nowhere/python")
    assert done.returncode == 2
    assert done.stderr.startswith("PYTHON must name a Python 3.11 to 3.13, but '/nowhere/python'")


def test_a_path_without_python_is_said(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("dirname", "sed", "cut"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    done = run_set_up(tmp_path, PATH=str(tools))
    assert done.returncode == 2
    assert done.stderr == (
        "Seedbed needs Python 3.11 to 3.13, but found no python3 on the PATH: "
        "install one or name it: make PYTHON=/path/to/python3.12.\n"
    )


FAKE_PYTHON = """#!/bin/sh
case "$*" in
"-m venv .venv")
    echo venv >> log
    mkdir -p .venv/bin
    cp fakes/venv-python .venv/bin/python
    cp fakes/uv .venv/bin/uv ;;
*) exec "{python}" "$@" ;;
esac
"""

FAKE_VENV_PYTHON = """#!/bin/sh
case "$*" in
"scripts/environment.py" | "-m pip "* | "-m mlflow run "*) ;;
*sysconfig*) mkdir -p .venv/site; echo .venv/site ;;
"-c import numpy"*) echo imports >> log; if [ -e broken ]; then echo no wrapt; exit 1; fi ;;
*) PYTHONPATH=$(cat "$(dirname "$0")/../site/seedbed.pth") exec "{python}" "$@" ;;
esac
"""

FAKE_UV = """#!/bin/sh
echo sync >> log
while [ -e slow ]; do sleep 0.05; done
"""


class Clone:
    """A clone whose set-up takes no time: its Python makes a .venv of fakes that write to `log`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "scripts").mkdir(parents=True)
        (root / "seedbed").mkdir()
        (root / "fakes").mkdir()
        for name in ("scripts/set-up.sh", "Makefile"):
            shutil.copy(ROOT / name, root / name)
        (root / "requirements.lock").write_text("numpy==1\n")
        (root / "seedbed" / "__init__.py").touch()  # without it any other seedbed would come first
        (root / "seedbed" / "__main__.py").write_text(
            "import os, sys\nprint(os.getcwd(), __file__, *sys.argv[1:], sep='\\n')\n"
        )
        fakes = {"python": FAKE_PYTHON, "venv-python": FAKE_VENV_PYTHON, "uv": FAKE_UV}
        for name, text in fakes.items():
            (root / "fakes" / name).write_text(text.format(python=sys.executable))
            (root / "fakes" / name).chmod(0o755)

    def start(self, *command: str) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
        return subprocess.Popen(
            command or ("/bin/sh", "scripts/set-up.sh"),
            cwd=self.root,
            env=environment | {"PYTHON": str(self.root / "fakes" / "python")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *command: str) -> tuple[int, str]:
        process = self.start(*command)
        printed, errors = process.communicate(timeout=60)
        return process.returncode, printed + errors

    def done(self) -> list[str]:
        """What the fakes did since the last call."""
        log = self.root / "log"
        lines = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    def wait_for(self, line: str) -> None:
        log = self.root / "log"
        for _ in range(1200):
            if log.exists() and line in log.read_text().split():
                return
            time.sleep(0.05)
        raise AssertionError(f"the set-up never came to {line}")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "a clone")


def test_a_set_up_ends_with_its_stamp_and_a_second_one_does_nothing(clone: Clone) -> None:
    code, said = clone.call()
    assert code == 0, said
    assert said.endswith("The set-up is done.\n")
    assert clone.done() == ["venv", "sync", "imports"]
    assert clone.call() == (0, "")
    assert clone.done() == []


def test_two_set_ups_at_once_work_one_after_the_other(clone: Clone) -> None:
    (clone.root / "slow").touch()
    first = clone.start()
    clone.wait_for("sync")
    second = clone.start()
    assert second.stderr is not None
    assert second.stderr.readline() == "Another set-up works on this clone; waiting for it.\n"
    (clone.root / "slow").unlink()
    assert first.communicate(timeout=60)[1].endswith("The set-up is done.\n")
    assert second.communicate(timeout=60) == ("", "")
    assert (first.returncode, second.returncode) == (0, 0)
    assert clone.done() == ["venv", "sync", "imports"]


def test_a_killed_set_up_is_done_again_from_the_start(clone: Clone) -> None:
    (clone.root / "slow").touch()
    first = clone.start()
    clone.wait_for("sync")
    first.kill()
    (clone.root / "slow").unlink()
    first.communicate(timeout=60)
    assert clone.done() == ["venv", "sync"]
    assert clone.call()[0] == 0
    assert clone.done() == ["venv", "sync", "imports"]


def test_a_linked_environment_is_refused_and_kept(clone: Clone, tmp_path: Path) -> None:
    other = tmp_path / "other project" / ".venv"
    other.mkdir(parents=True)
    for name in (".set-up", ".seedbed", "package.py"):
        (other / name).write_text("theirs")
    (clone.root / ".venv").symlink_to(other)
    code, said = clone.call()
    assert code == 2
    assert said == (
        f".venv must be a folder of this clone, but is a link to {other}: "
        "remove the link (rm .venv), then call make setup.\n"
    )
    assert sorted(path.name for path in other.iterdir()) == [".seedbed", ".set-up", "package.py"]
    assert clone.done() == []


def test_an_environment_that_something_else_made_is_refused_and_kept(clone: Clone) -> None:
    theirs = clone.root / ".venv" / "pyvenv.cfg"
    theirs.parent.mkdir()
    theirs.write_text("home = /somewhere\n")
    code, said = clone.call()
    assert code == 2
    assert said.startswith(".venv must be made by this set-up, but something else made the one")
    assert theirs.read_text() == "home = /somewhere\n"


def test_an_environment_that_cannot_import_is_never_called_done(clone: Clone) -> None:
    (clone.root / "broken").touch()
    code, said = clone.call()
    assert code == 2
    assert "no wrapt\n" in said
    assert "must import in .venv, but do not" in said
    assert "The set-up is done." not in said
    (clone.root / "broken").unlink()
    clone.done()
    assert clone.call()[0] == 0
    assert clone.done() == ["venv", "sync", "imports"]


def test_the_lock_s_content_decides_about_a_set_up_and_not_its_time(clone: Clone) -> None:
    clone.call()
    clone.done()
    lock = clone.root / "requirements.lock"
    os.utime(lock, (lock.stat().st_mtime + 1000, lock.stat().st_mtime + 1000))
    code, said = clone.call("make", "--environment-overrides", "setup", "PYTHON=")
    assert (code, said) == (0, "make: Nothing to be done for 'setup'.\n")
    lock.write_text("numpy==2\n")
    os.utime(lock, (1, 1))
    code, said = clone.call("make", "setup")
    assert code == 0, said
    assert clone.done() == ["sync", "imports"]


def test_a_clone_that_was_copied_with_its_environment_gets_its_own(
    clone: Clone, tmp_path: Path
) -> None:
    clone.call()
    shutil.copytree(clone.root, tmp_path / "copy")
    clone.root = tmp_path / "copy"
    clone.done()
    assert clone.call()[0] == 0
    assert clone.done() == ["venv", "sync", "imports"]


@pytest.mark.parametrize(
    "command", [("make", "sweep", "ARGS=--help"), ("sh", "scripts/set-up.sh", "--help"), ("make",)]
)
def test_no_help_sets_anything_up(clone: Clone, command: tuple[str, ...]) -> None:
    _, said = clone.call(*command)
    assert "setup" in said
    assert clone.done() == []
    assert not (clone.root / ".venv").exists()


@pytest.mark.parametrize("through_a_link", [False, True])
def test_the_command_runs_the_clone_s_package_from_any_folder(
    clone: Clone, tmp_path: Path, through_a_link: bool
) -> None:
    clone.call()
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "seedbed").mkdir(parents=True)
    (elsewhere / "seedbed" / "__init__.py").write_text("raise SystemExit('the wrong one')\n")
    program = clone.root / ".venv" / "bin" / "seedbed"
    if through_a_link:
        (elsewhere / "sb").symlink_to(program)
        program = elsewhere / "sb"
    done = subprocess.run(
        [program, "two words", "--file=x/y.yaml"],
        cwd=elsewhere,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        str(elsewhere),
        str(clone.root / "seedbed" / "__main__.py"),
        "two words",
        "--file=x/y.yaml",
    ]
    assert (clone.root / ".venv" / "site" / "seedbed.pth").read_text() == f"{clone.root}\n"


def without_managers(path: str) -> str:
    """The PATH less the folders that hold conda or pyenv."""
    managers = ("conda", "mamba", "micromamba", "pyenv")
    folders = (Path(folder) for folder in path.split(os.pathsep) if folder)
    kept = (f for f in folders if not any((f / name).exists() for name in managers))
    return os.pathsep.join(map(str, kept))


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_mlflow_run_works_in_a_fresh_clone_with_neither_conda_nor_pyenv(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    fresh_clone(clone)
    # Neither the caller's store nor the flags of a `make` that runs these tests.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW_", "MAKE", "MFLAGS"))
    }
    environment |= {
        "MLFLOW_ENV_ROOT": str(tmp_path / "environments"),
        "PATH": without_managers(os.environ["PATH"]),
    }
    subprocess.run(
        ["make", "setup", f"PYTHON={sys.executable}"], cwd=clone, env=environment, check=True
    )
    assert not (clone / "mlflow.db").exists(), "the set-up leaves no run behind"
    again = subprocess.run(
        ["make", "setup"], cwd=clone, env=environment, check=True, capture_output=True, text=True
    )
    assert again.stdout.splitlines() == ["make: Nothing to be done for 'setup'."]

    away = tmp_path / "away"
    away.mkdir()
    subprocess.run([clone / ".venv/bin/seedbed", "spread", "75.6", "76.4"], cwd=away, check=True)
    imported = subprocess.run(
        [clone / ".venv/bin/python", "-c", "import seedbed; print(seedbed.__file__)"],
        cwd=away, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert imported == f"{clone}/seedbed/__init__.py\n"
    assert list((tmp_path / "environments").rglob("seedbed*")) == [], (
        "MLflow's holds nothing of ours"
    )

    activated = environment | {"PATH": f"{clone}/.venv/bin{os.pathsep}{environment['PATH']}"}
    for manager in ([], ["--env-manager", "uv"], ["--env-manager", "local"]):
        command = ["mlflow", "run", ".", "-P", "seed=7", "-P", "epochs=1", *manager]
        subprocess.run(command, cwd=clone, env=activated, check=True)
    with sqlite3.connect(clone / "mlflow.db") as store:
        statuses = store.execute("SELECT status FROM runs").fetchall()
        seeds = store.execute("SELECT value FROM params WHERE key = 'seed'").fetchall()
    assert statuses == [("FINISHED",)] * 3
    assert seeds == [("7",)] * 3
