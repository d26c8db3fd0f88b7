"""docker-compose.yml: valid for a compose implementation, and safe in every service."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from ruamel.yaml import YAML

from seedbed.service.secrets import OF_THE_STACK, write_env
from tests.support.stack import ROOT, compose_file

TEXT = (ROOT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("env") / ".env"
    write_env(path, ROOT / ".env.example")
    return path


@pytest.fixture(scope="module")
def env(env_file: Path) -> dict[str, str]:
    return {k: v or "" for k, v in dotenv_values(env_file).items()}


@pytest.fixture(scope="module")
def services(env: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = compose_file(env)["services"]
    return found


def running(services: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Services that stay, without those that end by themselves."""
    return ((name, s) for name, s in services.items() if s["restart"] != "no")


def config(env_file: Path) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("no compose implementation is installed (Debian: docker-compose)")
    return subprocess.run(
        [program, "--env-file", env_file, "-f", "docker-compose.yml", "config"],
        cwd=ROOT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_compose_implementation_reads_it_as_we_do(
    env_file: Path, services: dict[str, Any]
) -> None:
    done = config(env_file)
    assert done.returncode == 0, done.stderr
    theirs = YAML(typ="safe").load(done.stdout)["services"]
    plain = {name for name, service in services.items() if "profiles" not in service}
    assert theirs.keys() >= plain
    for name in plain:
        for key in ("command", "image", "depends_on"):
            assert theirs[name].get(key) == services[name].get(key), (name, key)
        given = {k: str(v) for k, v in theirs[name].get("environment", {}).items() if v is not None}
        assert given == services[name]["environment"], name


@pytest.mark.parametrize("name", OF_THE_STACK)
def test_an_unset_secret_stops_the_stack_with_a_sentence(
    name: str, env: dict[str, str], env_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=f"{name} must be set in .env - make secrets writes one"):
        compose_file({**env, name: ""})
    if name in ("MLFLOW_DB_PASSWORD", "DASK_TLS"):  # the implementation takes a second each
        without = tmp_path / ".env"
        without.write_text(re.sub(rf"(?m)^{name}=.*$", f"{name}=", env_file.read_text()))
        done = config(without)
        assert done.returncode != 0
        assert "must be set in .env - make secrets writes one" in done.stderr


def test_every_setting_is_in_the_example_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    shown = dict(re.findall(r"(?m)^([A-Z][A-Z0-9_]*)=(.*)$", example))
    optional = set(re.findall(r"(?m)^#([A-Z][A-Z0-9_]*)=", example)) - shown.keys()
    used = re.findall(r"\$\{(\w+)(?::-([^}]*))?", TEXT)
    for name, default in used:
        assert name in shown, name
        assert name in OF_THE_STACK or shown[name] == default, name
    passed_on = set(re.findall(r"(?m)^      ([A-Z][A-Z0-9_]*):$", TEXT))
    assert shown.keys() == {name for name, _ in used}
    assert optional == passed_on


def test_secrets_travel_by_environment_only(env: dict[str, str], services: dict[str, Any]) -> None:
    for name, service in services.items():
        public = {k: v for k, v in service.items() if k != "environment"}
        text = json.dumps(public)
        secrets = [env[secret] for secret in OF_THE_STACK]
        assert not [s for s in secrets if s in text], name
        for key, value in service["environment"].items():
            assert "://" not in value or not [s for s in secrets if s in value], (name, key)


def test_each_service_knows_no_more_than_it_needs(
    env: dict[str, str], services: dict[str, Any]
) -> None:
    def secrets_of(name: str) -> set[str]:
        values = services[name]["environment"].values()
        return {secret for secret in OF_THE_STACK if env[secret] in values}

    assert secrets_of("worker") == secrets_of("scheduler") == {"DASK_TLS"}
    assert secrets_of("overview") == {"LEDGER_DB_PASSWORD"}, "it reads with its visitors' logins"
    assert services["overview"]["networks"] == ["data", "outside"]
    assert "--no-drivers" in services["overview"]["command"], "nothing trains there"
    assert secrets_of("mlflow") == {
        "MLFLOW_DB_PASSWORD",
        "MLFLOW_ADMIN_PASSWORD",
        "MLFLOW_SECRET_KEY",
    }
    holders = {name for name in services if "POSTGRES_PASSWORD" in secrets_of(name)}
    assert holders == {"secrets", "postgres"}


def test_ports_are_on_loopback_and_the_database_and_the_cluster_have_none(
    services: dict[str, Any],
) -> None:
    ports = {name: port for name, s in services.items() for port in s.get("ports", [])}
    assert all(port.startswith("127.0.0.1:") for port in ports.values()), ports
    assert not {"postgres", "scheduler", "worker", "nightly"} & ports.keys()
    file = compose_file(dict.fromkeys(OF_THE_STACK, "x") | {"BIND": "0.0.0.0"})
    assert file["services"]["mlflow"]["ports"] == ["0.0.0.0:5000:5000"]
    assert file["services"]["overview"]["ports"] == ["0.0.0.0:5050:5050"]
    assert file["networks"]["data"]["internal"]
    assert file["networks"]["cluster"]["internal"]
    assert services["worker"]["networks"] == services["scheduler"]["networks"] == ["cluster"]


def test_every_service_is_confined(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert any(place.startswith("/tmp") for place in service["tmpfs"]), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        for limit in ("cpus", "mem_limit", "pids_limit"):
            assert service[limit], (name, limit)
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert not service.get("privileged"), name
        assert service.get("user", "10001").split(":")[0] not in ("0", "root"), name
        assert re.fullmatch(r"[a-z/]+:(local|\d+\.\d+[\w.-]*)", service["image"]), name
        writable = [v for v in service.get("volumes", []) if not v.endswith(":ro")]
        assert not [v for v in writable if v.startswith((".", "~"))], name


def test_what_stays_is_restarted_watched_and_started_in_order(services: dict[str, Any]) -> None:
    for name, service in running(services):
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name
        assert service["depends_on"], name
    for name, service in services.items():
        for before, how in service.get("depends_on", {}).items():
            once = services[before]["restart"] == "no"
            wanted = "service_completed_successfully" if once else "service_healthy"
            assert how == {"condition": wanted}, (name, before)


def test_volumes_of_our_image_belong_to_its_user() -> None:
    made = re.search(
        r"install -d -o seedbed -g seedbed -m 700 (.+)", (ROOT / "Dockerfile").read_text()
    )
    assert made
    mounted = {
        str(volume).split(":")[-1]
        for service in YAML(typ="safe").load(TEXT)["services"].values()
        for volume in service.get("volumes", [])
        if not str(volume).endswith(("/data", ":ro"))
    }
    assert mounted == set(made[1].split())
