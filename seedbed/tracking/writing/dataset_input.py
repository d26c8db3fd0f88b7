"""The data set of a run as MLflow knows data sets: an input with a name and a digest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.files.regular_file import regular_text
from seedbed.tracking.schema import DATA_SHA256

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput

DIGEST_LENGTH = 36
"""Characters of a digest that MLflow keeps."""

LONGEST_NAME = 500


def dataset_input(
    environment: Path, params: Mapping[str, str], experiment: str
) -> "DatasetInput | None":
    """The input that a run's environment names; None where its data set has no digest.

    Args:
        environment: The run's ``environment.json``.
        params: The run's options; ``dataset``, else ``script``, names the data set.
        experiment: Name of the run's experiment, which names it otherwise.
    """
    from mlflow.entities import Dataset, DatasetInput, InputTag

    try:
        known = json.loads(regular_text(environment))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    digest = known.get(DATA_SHA256) if isinstance(known, dict) else None
    if not isinstance(digest, str) or not digest:
        return None
    name = (params.get("dataset") or params.get("script") or experiment)[:LONGEST_NAME]
    source = json.dumps({"uri": name, "sha256": digest})
    return DatasetInput(
        Dataset(name=name, digest=digest[:DIGEST_LENGTH], source_type="local", source=source),
        tags=[InputTag(key="mlflow.data.context", value="training and test")],
    )
