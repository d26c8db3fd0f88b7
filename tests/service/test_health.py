"""Health, asked of real processes: what is not well says so, and why."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.ports import free_port
from tests.support.stack import ROOT


def healthy(what: str, address: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "seedbed", "service", "healthy", what, address],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_page_that_asks_nobody_for_a_login_is_not_well(tmp_path: Path) -> None:
    store = {
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db",
        "SEEDBED_STORE": f"{tmp_path}/store",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "seedbed", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, **store, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as page:
        try:
            assert page.stdout
            found = re.search(r"http://\S+", page.stdout.readline())
            assert found
            done = healthy("overview", found[0])
        finally:
            page.terminate()
    assert done.returncode == 1
    assert done.stderr == f"Error: The page at {found[0]} asks for no login.\n"


def test_what_is_not_there_does_not_answer() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    for what, named in (("overview", "The page"), ("mlflow", "MLflow")):
        done = healthy(what, address)
        assert done.returncode == 1
        assert done.stderr.startswith(f"Error: {named} at {address} does not answer: ")
