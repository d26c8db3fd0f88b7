"""The Dockerfile, as far as it can be held to its promises without an engine."""

import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass

import pytest

from tests.support.stack import ROOT

LOCK = ROOT / "requirements.lock"


@dataclass
class Stage:
    """One stage: its base and its instructions."""

    base: str
    instructions: list[tuple[str, str]]

    def of(self, kind: str) -> list[str]:
        return [text for found, text in self.instructions if found == kind]


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text())
    found: list[Stage] = []
    arguments: dict[str, str] = {}
    for line in re.sub(r"\\\n", "", text).splitlines():
        kind, _, rest = line.partition(" ")
        if not kind:
            continue
        assert kind in {"ARG", "FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "ENTRYPOINT", "CMD"}
        if kind == "FROM":
            base = re.sub(r"\$\{(\w+)\}", lambda m: arguments[m[1]], rest)
            found.append(Stage(base.split()[0], []))
        elif not found:
            name, _, value = rest.partition("=")
            arguments[name] = value
        else:
            found[-1].instructions.append((kind, rest))
    return found


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out: the last pattern that fits decides."""
    out = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if not pattern or pattern.startswith("#"):
            continue
        plain = pattern.removeprefix("**/")
        parts = path.split("/")
        names = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
        if plain != pattern:
            names += parts
        if any(fnmatch.fnmatchcase(name, plain) for name in names):
            out = not line.startswith("!")
    return out


def test_bases_are_pinned_and_the_last_stage_runs_without_root(stages: list[Stage]) -> None:
    assert all(re.fullmatch(r"python:3\.1[123]\.\d+-slim-\w+", s.base) for s in stages)
    last = stages[-1]
    kinds = [kind for kind, _ in last.instructions]
    assert last.of("USER") == ["10001:10001"]
    assert set(kinds[kinds.index("USER") :]) <= {"USER", "ENTRYPOINT", "CMD"}
    assert json.loads(last.of("ENTRYPOINT")[0]) == ["python", "-m", "seedbed", "service", "start"]


def test_packages_come_from_the_lock_with_hashes(stages: list[Stage]) -> None:
    runs = " ".join(stages[0].of("RUN"))
    locked = [part for part in re.split(r"&&|;", runs) if " install" in part and "-r " in part]
    assert len(locked) == 2
    assert all("--require-hashes" in part and "--only-binary :all:" in part for part in locked)
    others = [p for p in re.split(r"&&|;", runs) if "pip install" in p and p not in locked]
    assert all("--constraint versions.txt" in part for part in others)


def test_no_build_tool_is_left(stages: list[Stage]) -> None:
    last = " ".join(stages[-1].of("RUN"))
    assert "pip uninstall -y --root-user-action ignore setuptools wheel pip" in last
    assert "--without-pip" in " ".join(stages[0].of("RUN"))
    assert re.findall(r"apt-get install -y --no-install-recommends (.+?) +&&", last) == [
        "postgresql-client-15"
    ]
    assert not re.search(r"\b(gcc|build-essential|make|git|curl|wget)\b", last)


def test_what_is_copied_exists_and_is_not_ignored(stages: list[Stage]) -> None:
    copied = []
    for stage in stages:
        for text in stage.of("COPY"):
            if not text.startswith("--from="):
                copied += text.split()[:-1]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        inside = list((ROOT / source).rglob("*.py")) or [ROOT / source]
        assert not any(ignored(str(path.relative_to(ROOT))) for path in inside), source
    assert {"seedbed", "experiments", "sweeps"} <= set(copied)


def test_the_image_has_the_layout_of_an_installed_copy(stages: list[Stage]) -> None:
    copied = [text.split() for text in stages[-1].of("COPY") if not text.startswith("--from=")]
    places = dict(copied)
    assert places["seedbed"] == "/srv/seedbed/seedbed"
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    inside = wheel["targets"]["wheel"]["force-include"]
    for source in ("experiments", "sweeps"):
        assert places[source] == f"/srv/seedbed/{inside[source]}"


@pytest.mark.parametrize(
    "path",
    [
        ".env", ".env.example", "seedbed/.env", "seedbed/.env.old", "sweeps/key.pem",
        ".git/config", "store/runs/x", "mlflow.db", "mlruns/0/x", ".venv/bin/python",
        "backups/x.tar", "tests/x.py", "sweeps/__pycache__/x.pyc", "nights/mine.yaml",
    ],
)  # fmt: skip
def test_secrets_and_data_stay_out_of_the_image(path: str) -> None:
    assert ignored(path)


def test_the_image_holds_what_the_project_needs_and_no_developers_tools() -> None:
    printed = subprocess.run(
        [sys.executable, "scripts/runtime_lock.py", str(LOCK)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = set(re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[.*\])?==", printed))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[^A-Za-z0-9._-]", text)[0] for text in requirements}

    extras = project["project"]["optional-dependencies"].values()
    asked = named(
        [*project["project"]["dependencies"], *(text for extra in extras for text in extra)]
    )
    assert asked - {"seedbed"} <= names
    assert not named(project["dependency-groups"]["dev"]) & names
    assert {"keras", "sqlalchemy", "flask-wtf", "gunicorn", "alembic"} & names
    text = LOCK.read_text()
    assert all(entry.strip() in text for entry in printed.split("\n\n"))
    assert len(names) == printed.count("    # via")
