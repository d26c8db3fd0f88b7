"""Addresses of MLflow's UI that show what is meant, also in a browser that never opened it.

MLflow 3 opens on an empty page for agents; ``workflowType`` takes the one for trained models.
"""

import json
from collections.abc import Sequence
from urllib.parse import quote

from seedbed.system.text.masking import masked

LOCAL_UI = "http://127.0.0.1:5000"
"""Where ``seedbed ui`` listens, for stores that no server holds."""

MODELS = "workflowType=machine_learning"


def home_link(root: str) -> str:
    """The list of experiments.

    Args:
        root: Address of the UI; a login in it is left out.
    """
    return f"{_plain(root)}/#/experiments?{MODELS}"


def run_link(root: str, experiment_id: str, run_id: str) -> str:
    """A run's own page."""
    return f"{_plain(root)}/#/experiments/{quote(experiment_id)}/runs/{quote(run_id)}?{MODELS}"


def charts_link(root: str, experiment_id: str, run_id: str) -> str:
    """The charts of a sweep's runs, grouped by configuration, once ``share_charts`` shared them."""
    view = f"compareRunsMode=CHART&viewStateShareKey={view_key(run_id)}"
    return f"{_plain(root)}/#/experiments/{quote(experiment_id)}/runs?{MODELS}&{view}"


def view_key(run_id: str) -> str:
    """Name of the view that shows a sweep's charts."""
    return f"seedbed-{quote(run_id)}"


def artifact_link(root: str, experiment_id: str, run_id: str, path: str) -> str:
    """A file of a run, opened on the run's page; all of its files if ``path`` is empty."""
    place = f"{quote(experiment_id)}/runs/{quote(run_id)}/artifacts/{quote(path)}".rstrip("/")
    return f"{_plain(root)}/#/experiments/{place}?{MODELS}"


def compare_link(root: str, experiment_id: str, run_ids: Sequence[str]) -> str:
    """Some runs of one experiment side by side."""
    runs, experiments = (quote(json.dumps(list(of))) for of in (run_ids, (experiment_id,)))
    return f"{_plain(root)}/#/compare-runs?runs={runs}&experiments={experiments}&{MODELS}"


def _plain(root: str) -> str:
    return masked(root).replace("***@", "").rstrip("/")
