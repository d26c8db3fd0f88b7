"""MLflow's model registry: a recorded run's network as a version that can be served and loaded.

The version's files lie among the artifacts of its run, so they go when the run goes, and nothing
of MLflow's own models is left behind.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.processes.stderr_capture import stderr_held_back
from seedbed.tracking.keras_file import load_network
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.schema import CHECKPOINT_BEST, MODEL_FOLDER
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    import keras
    from mlflow.entities import Run

REQUIREMENTS = ("tensorflow", "keras", "numpy", "mlflow")
"""What serving needs, in the versions installed here; inferring them would import it all again."""
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
"""No news of a GPU, which saving a network does not need."""


@dataclass(frozen=True)
class ModelVersion:
    """A version in the registry.

    Attributes:
        name: Name of the registered model.
        version: Its number.
        run_id: MLflow's id of the run whose network it is.
        alias: The alias that now points to it, or None.
        is_new: Whether this call made it.
    """

    name: str
    version: int
    run_id: str
    alias: str | None
    is_new: bool

    @property
    def uri(self) -> str:
        """What ``mlflow models serve -m`` and ``load_model`` take."""
        return f"models:/{self.name}{f'@{self.alias}' if self.alias else f'/{self.version}'}"


def register_run(
    store: Store,
    run_id: str,
    name: str,
    description: str,
    *,
    alias: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> ModelVersion:
    """Register the network that a run chose on validation data; again makes no second version.

    Args:
        store: Where the run is recorded.
        run_id: MLflow's id of the run.
        name: Name of the registered model; made when missing.
        description: Of the version, Markdown.
        alias: Points to this version from now on.
        tags: Of the version.

    Raises:
        InputError: The network cannot be loaded without the user's own code.
        NotRecordedError: The run kept no network.
        StoreError: The store cannot be reached, or does not let this user register.
    """
    with store.explained():
        run = store.client.get_run(run_id)
        version = _known(store, name, run)
        is_new = version is None
        if version is None:
            _save(store, run)
            version = _made(store, run, name, dict(tags or {}))
        store.client.update_model_version(name, str(version), description)
        if alias is not None:
            store.client.set_registered_model_alias(name, alias, str(version))
    return ModelVersion(name, version, run_id, alias, is_new)


def _known(store: Store, name: str, run: "Run") -> int | None:
    """The version that the registry has of this run already.

    Anybody may make a version that names the run and leads to files elsewhere.
    """
    found = store.client.search_model_versions(f"name = '{name}' and run_id = '{run.info.run_id}'")
    ours = [one for one in found if one.source == _source(run)]
    return max((int(version.version) for version in ours), default=None)


def _source(run: "Run") -> str:
    return f"{run.info.artifact_uri.rstrip('/')}/{MODEL_FOLDER}"


def _made(store: Store, run: "Run", name: str, tags: dict[str, str]) -> int:
    from mlflow.exceptions import MlflowException

    try:
        store.client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = store.client.create_model_version(
        name, _source(run), run.info.run_id, tags=tags, await_creation_for=0
    )
    return int(made.version)


def _save(store: Store, run: "Run") -> None:
    """Put the network among the run's artifacts in MLflow's layout."""
    checkpoint = artifact(run, CHECKPOINT_BEST, store)
    for key, value in QUIET.items():
        os.environ.setdefault(key, value)
    with stderr_held_back():  # TensorFlow's greeting
        import keras  # noqa: F401
        import mlflow.keras
        import tensorflow as tf  # noqa: F401
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    network = load_network(checkpoint)

    def schema(tensors: "Sequence[keras.KerasTensor]") -> Schema:
        return Schema(
            [TensorSpec(np.dtype(t.dtype), tuple(s or -1 for s in t.shape)) for t in tensors]
        )

    signature = ModelSignature(schema(network.inputs), schema(network.outputs))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_FOLDER
        mlflow.keras.save_model(
            network,
            str(path),
            signature=signature,
            pip_requirements=[f"{name}=={metadata.version(name)}" for name in REQUIREMENTS],
        )
        _for_tensorflow_too(path)
        store.client.log_artifacts(run.info.run_id, str(path), MODEL_FOLDER)


def _for_tensorflow_too(path: Path) -> None:
    """Name the format, which ``mlflow.tensorflow.load_model`` takes for HDF5 otherwise."""
    from mlflow.models import Model

    model = Model.load(str(path))
    model.flavors["keras"]["save_format"] = "tf"
    model.save(str(path / "MLmodel"))
