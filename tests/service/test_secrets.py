"""Secrets: random ones are written, weak ones stop everything, none is shown."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values

from seedbed.service.dask_tls import use_certificate
from seedbed.service.secrets import OF_THE_STACK, read_files, refuse_weak, weakness, write_env
from seedbed.system.errors import InputError
from tests.support.stack import ROOT

EXAMPLE = ROOT / ".env.example"


def service(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "seedbed", "service", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "password",
        "changeme",
        "change-me",
        "admin",
        "Password1234",
        "your-secret-here",
        "mlflow-password-123",
        "postgrespostgres",
        "aaaaaaaaaaaaaaaa",
        "tr0ub4dor",
    ],
)
def test_what_everybody_tries_first_is_refused_without_being_shown(value: str) -> None:
    assert weakness(value)
    with pytest.raises(InputError, match="PGPASSWORD must be a secret") as raised:
        refuse_weak({"PGPASSWORD": value})
    assert not value.strip() or value not in str(raised.value).replace("PGPASSWORD", "")


def test_random_secrets_pass_and_are_for_their_owner_only(tmp_path: Path) -> None:
    for n in range(20):
        path = tmp_path / f"{n}.env"
        write_env(path, EXAMPLE)
        assert path.stat().st_mode & 0o777 == 0o600
        values = dotenv_values(path)
        refuse_weak({k: v or "" for k, v in values.items()}, required=OF_THE_STACK)
        of_these = [values[name] for name in OF_THE_STACK]
        assert len(set(of_these)) == len(OF_THE_STACK)
    settings = {k: v for k, v in dotenv_values(EXAMPLE).items() if k not in OF_THE_STACK}
    assert settings.items() <= values.items()


def test_secrets_that_are_there_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("mine")
    with pytest.raises(InputError, match="must not exist yet"):
        write_env(path, EXAMPLE)
    assert path.read_text() == "mine"


def test_every_placeholder_of_the_example_is_refused() -> None:
    values = {k: v or "" for k, v in dotenv_values(EXAMPLE).items()}
    for name in OF_THE_STACK:
        assert weakness(values[name]), name
    done = service("check", **values)
    assert done.returncode == 2
    assert "must be a secret that cannot be guessed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_part_does_not_start_with_a_weak_secret() -> None:
    done = service("start", "echo", "started", MLFLOW_TRACKING_PASSWORD="changeme")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: MLFLOW_TRACKING_PASSWORD must be a secret")
    assert "changeme" not in done.stderr
    done = service("start", "echo", "--started", MLFLOW_TRACKING_PASSWORD="k3Jx-91qpLmZw")
    assert (done.returncode, done.stdout) == (0, "--started\n")
    assert service("start", "no-such-program").returncode == 2


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("k3Jx-91qpLmZw\n")
    environment = {"PGPASSWORD_FILE": str(secret)}
    read_files(environment)
    assert environment["PGPASSWORD"] == "k3Jx-91qpLmZw"
    with pytest.raises(InputError, match="must not both be set"):
        read_files(environment)
    with pytest.raises(InputError, match="cannot be read"):
        read_files({"PGPASSWORD_FILE": str(tmp_path / "missing")})


def test_the_cluster_s_key_is_private_and_must_be_one(tmp_path: Path) -> None:
    write_env(tmp_path / ".env", EXAMPLE)
    key = dotenv_values(tmp_path / ".env")["DASK_TLS"] or ""
    environment = {"DASK_TLS": key, "TMPDIR": str(tmp_path)}
    use_certificate(environment)
    path = tmp_path / "seedbed-dask.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == base64.b64decode(key)
    assert environment["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"] == "true"
    for wrong in ("not base64!", base64.b64encode(b"no key").decode()):
        with pytest.raises(InputError, match="must be a private key and its certificate"):
            use_certificate({"DASK_TLS": wrong, "TMPDIR": str(tmp_path)})
