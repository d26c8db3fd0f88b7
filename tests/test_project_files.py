"""The files around the code: targets, entry points, scripts, and nothing of one machine in them."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]


def tracked_files() -> list[Path]:
    """What git tracks, or would track when added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def tracked_lines() -> Iterator[tuple[str, str]]:
    """Each line of each tracked text file with where it stands, except the lock's hashes."""
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), start=1):
            if "--hash=sha256:" not in line:
                yield f"{path.relative_to(ROOT)}:{number}", line


def make(*targets: str, folder: Path = ROOT) -> str:
    """What make prints, without the flags of a make that runs these tests."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *targets], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout


def makefile_targets() -> set[str]:
    phony = re.search(r"^\.PHONY: again (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return set(phony[1].split())


def test_make_without_a_target_lists_every_target() -> None:
    printed = make()
    listed = {line.split()[0] for line in printed.splitlines()}
    assert listed == makefile_targets()
    assert all(len(line) <= 100 for line in printed.splitlines())


def test_every_target_that_a_text_mentions_exists() -> None:
    mentioned = {
        (where, target)
        for where, line in tracked_lines()
        if where.split(":")[0].endswith((".md", "run", "Makefile", ".sh", ".yml"))
        for target in re.findall(r"(?:`|^|&& )make ([a-z][a-z-]*)", line)
    }
    assert {
        (where, target) for where, target in mentioned if target not in makefile_targets()
    } == set()
    assert {"setup", "test"} <= {target for _, target in mentioned}


@pytest.mark.parametrize("script", ["scripts/set-up.sh", ".ci/run"])
def test_scripts_are_executable_and_parse(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    shell = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!").split()[-1]
    subprocess.run([Path(shell).name, "-n", path], check=True, capture_output=True)


def test_each_entry_point_passes_on_each_of_its_parameters() -> None:
    for name, entry_point in YAML(typ="safe").load(ROOT / "MLproject")["entry_points"].items():
        passed = set(re.findall(r"\{(\w+)\}", entry_point["command"]))
        assert passed == set(entry_point.get("parameters", {})), name


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(
            r"(?<![\w.~$}])/(?:home|root|Users|work|opt)/[\w.]", id="a person's or machine's path"
        ),
        pytest.param(r"[\w.+-]+@[\w-]+\.(?:com|org|net|io|dev|edu)\b", id="an e-mail address"),
        pytest.param(
            r"\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}\b(?!\.\d)"
            r"(?=[:/\"'` ])",
            id="a private network's address",
        ),
        pytest.param(
            r"pypi\.org|pythonhosted\.org|(?:index|find-links)[-_ =]*(?:url)?=http", id="a registry"
        ),
    ],
)
def test_no_tracked_file_names(forbidden: str) -> None:
    here = str(Path(__file__).relative_to(ROOT))
    found = [where for where, line in tracked_lines() if re.search(forbidden, line)]
    assert [where for where in found if not where.startswith((here, "LICENSE"))] == []


def test_what_runs_leave_behind_is_ignored_by_git() -> None:
    left = [
        ".venv",  # a folder, or a link to one
        ".set-up.lock",
        "mlflow.db",
        "mlruns/0/x",
        "store/ledger.log",
        "a/__pycache__/b.pyc",
    ]
    ignored = subprocess.run(
        ["git", "check-ignore", *left], cwd=ROOT, check=False, capture_output=True, text=True
    ).stdout.split()
    assert ignored == left


def test_make_clean_keeps_the_runs(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (
        ".venv/bin/x",
        "seedbed/__pycache__/y.pyc",
        ".mypy_cache/z",
        "mlruns/0/run",
        "mlflow.db",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    make("clean", folder=tmp_path)
    remaining = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert remaining == {"Makefile", "mlruns/0/run", "mlflow.db"}
