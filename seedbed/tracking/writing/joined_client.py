"""Writes the end of a run to a server in one request, where the server has Seedbed's app.

It has those methods of MLflow's client that a delivery calls, and sends nothing before ``send``.
"""

import json
import math
import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import StoreError
from seedbed.system.text.masking import masked
from seedbed.tracking.joined_format import PATH, Request, body_of
from seedbed.tracking.mlflow_private import post_bytes

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput, Metric, Param, RunTag

LARGEST = 32 * 1024 * 1024
"""Bytes of a run's files that go in one request; more are sent file by file."""

SERVED = "mlflow-artifacts:/"
"""How a run's address for artifacts begins if the server keeps them."""


def fits(artifact_uri: str | None, files: Path) -> bool:
    """Whether the server keeps a run's files, and they fit into one request.

    Args:
        artifact_uri: The run's address for artifacts; None if it is not known.
        files: The folder of the files.
    """
    if artifact_uri is None or not _is_served(artifact_uri):
        return False
    return sum(path.stat().st_size for path in files.rglob("*") if path.is_file()) <= LARGEST


def _is_served(artifact_uri: str) -> bool:
    return artifact_uri.startswith(SERVED) and not artifact_uri.startswith(f"{SERVED}/")


class JoinedClient:
    """Collects what is to be written of a run.

    Args:
        tracking_uri: Of the server.
        artifact_uri: The run's address for artifacts.
    """

    def __init__(self, tracking_uri: str, artifact_uri: str) -> None:
        self._tracking_uri = tracking_uri
        self._artifacts = artifact_uri.removeprefix(SERVED).strip("/")
        self._requests: list[Request] = []

    def log_artifacts(self, _run_id: str, folder: str) -> None:
        """Upload a folder's files."""
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                name = f"{self._artifacts}/{path.relative_to(folder).as_posix()}"
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                where = f"/api/2.0/mlflow-artifacts/artifacts/{name}"
                self._requests.append(Request("PUT", where, kind, path.read_bytes()))

    def log_batch(
        self,
        run_id: str,
        metrics: "Sequence[Metric]" = (),
        params: "Sequence[Param]" = (),
        tags: "Sequence[RunTag]" = (),
    ) -> None:
        """Log points, parameters and tags."""
        points = [
            {"key": m.key, "value": _number(m.value), "timestamp": m.timestamp, "step": m.step}
            for m in metrics
        ]
        pairs = [[{"key": one.key, "value": one.value} for one in some] for some in (params, tags)]
        content = {"run_id": run_id, "metrics": points, "params": pairs[0], "tags": pairs[1]}
        self._post("runs/log-batch", content)

    def log_inputs(self, run_id: str, datasets: "Sequence[DatasetInput]") -> None:
        """Note the data sets of the run."""
        listed = [
            {
                "tags": [{"key": tag.key, "value": tag.value} for tag in one.tags],
                "dataset": {key: value for key, value in dict(one.dataset).items() if value},
            }
            for one in datasets
        ]
        self._post("runs/log-inputs", {"run_id": run_id, "datasets": listed})

    def set_terminated(self, run_id: str, status: str, end_time: int) -> None:
        """End the run."""
        content = {"run_id": run_id, "status": status, "end_time": end_time}
        self._post("runs/update", content)

    def send(self) -> None:
        """Send it all.

        Raises:
            StoreError: The server refused one of the requests; those after it were not done.
        """
        answer = post_bytes(self._tracking_uri, PATH, body_of(self._requests))
        answers = answer.json().get("answers", []) if answer.ok else []
        refused = next((one for one in answers if not 200 <= one["status"] < 300), None)
        if refused is not None or len(answers) != len(self._requests):
            said = refused or {"status": answer.status_code, "body": answer.text}
            raise StoreError(
                f"The MLflow server {masked(self._tracking_uri)} must take the record of a run, "
                f"but it answered {said['status']}: {masked(str(said['body']))[:300]}. Look at its "
                "log; the record waits and is sent again."
            )

    def _post(self, call: str, content: object) -> None:
        body = json.dumps(content).encode()
        self._requests.append(Request("POST", f"/api/2.0/mlflow/{call}", "application/json", body))


def _number(value: float) -> float | str:
    """A number as protocol buffers write it in JSON."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
