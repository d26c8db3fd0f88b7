"""The set-up as a user meets it: `make`, `./seedbed` and `mlflow run .` in a clone."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks set up, with one room that says what it sees."""
    root = tmp_path / "a clone"
    (root / "analysis").mkdir(parents=True)
    shutil.copy(ROOT / "seedbed", root)
    (root / "requirements.lock").touch()
    (root / "analysis" / "__init__.py").touch()
    (root / "analysis" / "__main__.py").write_text(
        "import os, sys, analysis\n"
        "print(os.getcwd(), sys.prefix, analysis.__file__, *sys.argv[1:], sep='\\n')\n"
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    (root / ".venv" / ".set-up").touch()
    return root


def seedbed(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments], cwd=cwd, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize("through_a_link", [False, True])
def test_seedbed_runs_the_clones_room_from_any_folder(
    clone: Path, tmp_path: Path, through_a_link: bool
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "analysis").mkdir(parents=True)
    (elsewhere / "analysis" / "__init__.py").write_text("raise SystemExit('the wrong analysis')\n")
    program = clone / "seedbed"
    if through_a_link:
        (elsewhere / "sb").symlink_to(program)
        program = elsewhere / "sb"
    done = seedbed(program, "analysis", "two words", "--file=x/y.yaml", cwd=elsewhere)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        str(elsewhere),
        str(clone / ".venv"),
        str(clone / "analysis" / "__init__.py"),
        "two words",
        "--file=x/y.yaml",
    ]


@pytest.mark.parametrize("room", ["nosuchroom", "../a clone/analysis", "."])
def test_seedbed_names_a_room_that_is_unknown(clone: Path, room: str) -> None:
    done = seedbed(clone / "seedbed", room, cwd=clone)
    assert done.returncode == 2
    assert done.stderr == (
        f"A room must be one of analysis, but got '{room}': see seedbed --help.\n"
    )


def test_seedbed_says_how_it_is_used(clone: Path) -> None:
    usage = "Usage: seedbed ROOM ARGUMENTS…, with ROOM one of: analysis.\n"
    asked = seedbed(clone / "seedbed", "--help", cwd=clone)
    bare = seedbed(clone / "seedbed", cwd=clone)
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, usage, "")
    assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", usage)


def test_seedbed_sets_up_again_when_the_lock_is_newer(clone: Path) -> None:
    (clone / "scripts").mkdir()
    (clone / "scripts" / "set-up.sh").write_text("echo set up >&2; exit 3\n")
    stamp = (clone / ".venv" / ".set-up").stat().st_mtime
    os.utime(clone / "requirements.lock", (stamp + 10, stamp + 10))
    done = seedbed(clone / "seedbed", "analysis", cwd=clone)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "set up\n")


def fresh_clone(to: Path) -> None:
    """A clone of this one, with the tracked files as they are now."""
    subprocess.run(["git", "clone", "--quiet", ROOT, to], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)


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

    activated = environment | {"PATH": f"{clone}/.venv/bin{os.pathsep}{environment['PATH']}"}
    for manager in ([], ["--env-manager", "uv"], ["--env-manager", "local"]):
        command = ["mlflow", "run", ".", "-P", "seed=7", "-P", "epochs=1", *manager]
        subprocess.run(command, cwd=clone, env=activated, check=True)
    with sqlite3.connect(clone / "mlflow.db") as store:
        statuses = store.execute("SELECT status FROM runs").fetchall()
        seeds = store.execute("SELECT value FROM params WHERE key = 'seed'").fetchall()
    assert statuses == [("FINISHED",)] * 3
    assert seeds == [("7",)] * 3
