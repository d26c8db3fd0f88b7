"""The environment of a run, as recorded: what may change its bits, and what helps to repeat it."""

import os
import platform
import subprocess
import sys
from functools import cache
from importlib import metadata

from seedbed.runs.settings.gpu_share import gpu_record
from seedbed.runs.settings.options import CellOptions
from seedbed.runs.settings.processor import processor
from seedbed.system import code_version
from seedbed.system.paths import CLONE
from seedbed.tracking import schema

PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "mlflow", "optuna")


def describe(options: CellOptions, data_sha256: str, data: str = "") -> dict[str, str]:
    """Everything recorded of the environment, flat.

    Args:
        options: The run's options; threads, determinism and oneDNN are taken from there.
        data_sha256: Of the data set, hex; empty where unknown.
        data: What the data are, in words; left out where empty.
    """
    commit, dirty = commit_and_state()
    return {
        **_versions(),
        "threads": str(options.threads),
        "op_determinism": str(options.op_determinism).lower(),
        "onednn": str(options.onednn).lower(),
        **_machine(),
        "code_sha256": code_version.code_digest(),
        "git_commit": commit,
        "git_dirty": dirty,
        schema.DATA_SHA256: data_sha256,
        **({"data": data} if data else {}),
    }


def describe_process() -> dict[str, str]:
    """The part of an environment that any process has: versions, processor and machine, flat."""
    return {**_versions(), **_machine()}


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def _machine() -> dict[str, str]:
    return {
        **_device(),
        **processor().record,
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "host": platform.node(),
        "seedbed": code_version.VERSION,
    }


@cache
def commit_and_state() -> tuple[str, str]:
    """Commit of the clone and whether tracked files were changed; empty where git cannot say.

    An installed copy has neither; its version and the digest of its code are recorded instead.
    """
    if CLONE is None:
        return os.environ.get("SEEDBED_COMMIT", ""), ""  # an image says what it was built from
    try:
        commit = _git("rev-parse", "HEAD")
        return commit, str(bool(_git("status", "--porcelain", "--untracked-files=no"))).lower()
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get("SEEDBED_COMMIT", ""), ""


def _device() -> dict[str, str]:
    """The device TensorFlow trains on, and a GPU's kind; empty before TensorFlow is imported."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return {schema.DEVICE: ""}
    gpu = gpu_record(tensorflow)
    return {schema.DEVICE: "gpu" if gpu else "cpu", **gpu}


@cache
def version(package: str) -> str:
    """Installed version of a package; empty where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return done.stdout.strip()
