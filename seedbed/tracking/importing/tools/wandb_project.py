"""Projects of Weights & Biases, by its own client, and what its runs have in files and there."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from inspect import signature
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError, StoreError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, number_of
from seedbed.tracking.importing.tools.from_tables import STATES
from seedbed.tracking.importing.tools.json_rows import flattened

if TYPE_CHECKING:
    import wandb
    import wandb.apis.public

OWN = "_"
"""How names begin that W&B adds itself: ``_step``, ``_runtime``, ``_wandb``."""
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""Text in a summary that stands for a number."""


def read_wandb_project(name: str, progress: Progress = silent) -> ImportedRuns:
    """Runs of a project ``ENTITY/PROJECT`` on W&B's server, by its own client.

    Raises:
        InputError: No such name, or the client is not installed.
        StoreError: The server does not answer, or has no such project.
    """
    if name.count("/") != 1 or not all(name.split("/")):
        raise InputError(
            f"runs of W&B must be a folder of offline runs or a project ENTITY/PROJECT, but {name} "
            "is neither"
        )
    if find_spec("wandb") is None:
        raise InputError(
            f"the project {name} needs W&B's own client: pip install wandb and log in, export its "
            "runs as CSV and name that file, or name a folder of offline runs"
        )
    import wandb

    try:
        found = [_of_server(run) for run in _all_runs(wandb.Api(), name)]
    except Exception as error:  # of its client, of any kind
        raise StoreError(f"W&B must have the project {name}, but it answered: {error}") from None
    progress("runs read", len(found), len(found))
    return ImportedRuns(f"wandb:{name}", f"the W&B project {name}", tuple(found))


def _all_runs(api: "wandb.Api", name: str) -> "Iterable[wandb.apis.public.Run]":
    """The runs with their configuration, 50 a request; newer clients would ask for each run."""
    options = {"lazy": False} if "lazy" in signature(api.runs).parameters else {}
    found: Iterable[wandb.apis.public.Run] = api.runs(name, **options)
    return found


def _of_server(run: "wandb.apis.public.Run") -> ImportedRun:
    commit, created = getattr(run, "commit", None), getattr(run, "created_at", None)
    return ImportedRun(
        run_id=str(run.id),
        name=str(run.name),
        state=STATES.get(str(run.state).lower(), "finished"),
        params=flattened({k: v for k, v in run.config.items() if not k.startswith(OWN)}),
        metrics=numbers_of(dict(run.summary)),
        tags=tags_of(getattr(run, "group", None), getattr(run, "job_type", None), run.tags),
        facts=facts_of(commit),
        started_ms=_milliseconds(created),
        load_curve=partial(_server_curve, run),
    )


def _server_curve(run: "wandb.apis.public.Run", metric: str) -> list[float]:
    rows = run.scan_history(keys=[metric])
    values = (number_of(row.get(metric)) for row in rows)
    return [value for value in values if value is not None]


def _milliseconds(created: object) -> int:
    """Milliseconds since 1970 of ``2026-11-01T10:00:00Z``; 0 if it is none."""
    try:
        found = datetime.fromisoformat(str(created))
    except ValueError:
        return 0
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def numbers_of(items: Mapping[str, object]) -> dict[str, float]:
    """The numbers among a record's items that the user logged; W&B writes nan as text too.

    Those of nested mappings have joined names (``val.acc``); media such as images have none.
    """
    logged = {
        name: value
        for name, value in items.items()
        if not name.startswith(OWN) and not (isinstance(value, Mapping) and "_type" in value)
    }
    found = {
        name: NOT_FINITE.get(value) if isinstance(value, str) else number_of(value)
        for name, value in flattened(logged).items()
    }
    return {name: value for name, value in found.items() if value is not None}


def tags_of(group: str | None, job_type: str | None, tags: Sequence[str]) -> dict[str, str]:
    """What a run is grouped by on W&B's pages, by the names of ``wandb.init``."""
    found = {"group": group, "job_type": job_type, "tags": ", ".join(tags)}
    return {name: value for name, value in found.items() if value}


def facts_of(commit: str | None) -> dict[str, str]:
    """What has to be equal for runs to be comparable."""
    return {"git commit": commit} if commit else {}
