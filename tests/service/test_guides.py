"""The same service on Kubernetes and under systemd says what docker-compose.yml says."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scripts.audit import NOT_LOOKED_AT, verdict, without_service
from seedbed.service.secrets import OF_THE_STACK
from tests.support.stack import ROOT, compose_file

ENV = {name: f"<{name}>" for name in OF_THE_STACK}
COMPOSE: dict[str, Any] = compose_file(ENV)["services"]
MANIFESTS: list[dict[str, Any]] = list(
    YAML(typ="safe").load_all(ROOT / "seedbed" / "service" / "kubernetes" / "seedbed.yaml")
)
UNITS = sorted((ROOT / "seedbed" / "service" / "systemd").glob("*.*"))
PARTS = ("mlflow", "overview", "scheduler", "worker", "nightly")


def pods() -> dict[str, dict[str, Any]]:
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in MANIFESTS
        if one["kind"] in ("Deployment", "StatefulSet")
    }


def containers() -> dict[str, dict[str, Any]]:
    return {
        one["name"]: one
        for pod in pods().values()
        for one in [*pod.get("initContainers", []), *pod["containers"]]
    }


def environment(container: dict[str, Any]) -> dict[str, str]:
    return {
        one["name"]: one["value"]
        if "value" in one
        else f"<{one['valueFrom']['secretKeyRef']['key']}>"
        for one in container["env"]
    }


def command(name: str) -> list[str]:
    given = COMPOSE[name]["command"]
    return shlex.split(given) if isinstance(given, str) else list(given)


@pytest.mark.parametrize("name", [*PARTS, "accounts", "secrets", "postgres"])
def test_kubernetes_runs_what_compose_runs(name: str) -> None:
    found = containers()[name]
    assert found["args"] == command(name)
    theirs = {k: v for k, v in environment(found).items() if k != "PGDATA"}
    assert theirs == COMPOSE[name]["environment"]
    assert found["image"] == COMPOSE[name]["image"]


def test_kubernetes_confines_as_compose_does() -> None:
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["automountServiceAccountToken"] is False, name
        claims = {volume["name"] for volume in pod["volumes"]}
        for one in [*pod.get("initContainers", []), *pod["containers"]]:
            security = one["securityContext"]
            assert security["readOnlyRootFilesystem"] is True
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert one["resources"]["limits"]["memory"]
            assert {mount["name"] for mount in one["volumeMounts"]} <= claims
    kinds = {one["kind"] for one in MANIFESTS}
    assert "Secret" not in kinds, "secrets are not in files"
    closed = {one["metadata"]["name"] for one in MANIFESTS if one["kind"] == "NetworkPolicy"}
    assert {"postgres", "scheduler", "worker"} <= closed


def unit(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (ROOT / "seedbed" / "service" / "systemd" / name).read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    for path in (ROOT / "seedbed" / "service" / "systemd").rglob("*.*"):
        copy = tmp_path / path.relative_to(ROOT / "seedbed" / "service" / "systemd")
        if path.is_dir():
            continue
        copy.parent.mkdir(exist_ok=True)
        text = path.read_text().replace("/srv/seedbed/.venv/bin/python", "/bin/true")
        copy.write_text(text.replace("/srv/seedbed", "/"))
    names = [path.name for path in tmp_path.iterdir() if path.is_file()]
    assert len(names) == 8
    done = subprocess.run(
        [program, "verify", *[tmp_path / name.replace("@.", "@1.") for name in names]],
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "seedbed" in line]
    assert ours == []


@pytest.mark.parametrize("name", PARTS)
def test_systemd_runs_what_compose_runs(name: str) -> None:
    file = "seedbed-worker@.service" if name == "worker" else f"seedbed-{name}.service"
    (line,) = unit(file)["ExecStart"]
    words = shlex.split(line.partition(" -m seedbed service start ")[2])
    local = [
        word.replace("tls://scheduler", "tls://127.0.0.1")
        .replace("--host=0.0.0.0", "--host=127.0.0.1")
        .replace("mlflow:5000,", "")
        for word in command(name)
    ]
    if name == "nightly":
        local = local[:4] + [w for w in local[4:] if w not in ("UTC", "0 2 * * *")]
        words = ["sweeps/nightly.yaml" if w == "$NIGHTLY_FILES" else w for w in words]
        words = [word for word in words if not word.startswith("${")]
    if name == "overview":
        words = [word.replace("${MLFLOW_URL}", "http://localhost:5000") for word in words]
        assert words.pop() == "--allowed-hosts=${OVERVIEW_HOSTS}", "the names of a proxy"
    if name == "scheduler":
        assert words[2:4] == ["--host", "127.0.0.1"]
        del words[2:4]
    assert words == local


def test_systemd_gives_secrets_by_file_and_only_where_needed() -> None:
    given = {
        path.name: {line.rpartition("/")[2] for line in unit(path.name).get("LoadCredential", [])}
        for path in UNITS
        if path.is_file()
    }
    assert given["seedbed-worker@.service"] == given["seedbed-scheduler.service"] == {"DASK_TLS"}
    assert given["seedbed-nightly.service"] == {
        "DASK_TLS",
        "LEDGER_DB_PASSWORD",
        "NIGHTLY_PASSWORD",
    }
    assert given["seedbed-overview.service"] == {"LEDGER_DB_PASSWORD"}
    assert {name for names in given.values() for name in names} <= set(OF_THE_STACK)


def report(*packages: dict[str, Any]) -> tuple[int, str]:
    return verdict({"dependencies": list(packages)})


def test_an_audit_that_could_not_look_is_no_success() -> None:
    fine = {"name": "a", "version": "1", "vulns": []}
    skipped = {"name": "b", "skip_reason": "not found"}
    hit = {"name": "c", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
    assert report(fine) == (0, "None of 1 packages has a known vulnerability.")
    assert report(fine, skipped)[0] == NOT_LOOKED_AT
    assert "could not look at 1 of 2 packages (b)" in report(fine, skipped)[1]
    assert verdict({})[0] == NOT_LOOKED_AT
    status, text = report(fine, skipped, hit)
    assert status == 1
    assert text.startswith("c 2: CVE-1 (mended in 3)")


def test_without_a_service_the_kept_advisories_name_what_was_known(tmp_path: Path) -> None:
    status, text = without_service()
    assert status == NOT_LOOKED_AT
    assert re.search(r"known on 20\d\d-\d\d-\d\d", text)
    lock = tmp_path / "lock"
    for version, known in {"41.0.5": True, "41.0.6": False}.items():
        lock.write_text(f"cryptography=={version} \\\n    --hash=sha256:00\n")
        status, text = without_service(lock)
        assert ("CVE-" in text, status) == (known, 1 if known else NOT_LOOKED_AT), text
