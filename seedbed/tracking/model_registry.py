"""MLflow's model registry: a recorded run's network as a version that can be served and loaded.

The version's files lie among the artifacts of its run, so they go when the run goes, and nothing
of MLflow's own models is left behind.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.files.file_lock import FileLock
from seedbed.system.paths import store_folder
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

    A second call for the run waits for the first.

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
        LockedError: Another process registers the run for too long.
        StoreError: The store cannot be reached, or does not let this user register.
    """
    with _one_at_a_time(run_id), store.explained():
        run = store.client.get_run(run_id)
        version = _known(store, name, run)
        is_new = version is None
        if version is None:
            _save(store, run)
            version, is_new = _made(store, run, name, dict(tags or {}))
        store.client.update_model_version(name, str(version), description)
        if alias is not None:
            store.client.set_registered_model_alias(name, alias, str(version))
    return ModelVersion(name, version, run_id, alias, is_new)


@contextmanager
def _one_at_a_time(run_id: str) -> Iterator[None]:
    """Hold the lock of a run's registration on this host."""
    key = hashlib.sha256(run_id.encode()).hexdigest()[:16]  # a server's word, not a file's name
    with FileLock(store_folder("models") / f".{key}.lock").held():
        yield


def _known(store: Store, name: str, run: "Run") -> int | None:
    """The first version that the registry has of this run already.

    Anybody may make a version that names the run and leads to files elsewhere.
    """
    found = store.client.search_model_versions(f"name = '{name}' and run_id = '{run.info.run_id}'")
    ours = [one for one in found if one.source == _source(run)]
    return min((int(version.version) for version in ours), default=None)


def _source(run: "Run") -> str:
    return f"{run.info.artifact_uri.rstrip('/')}/{MODEL_FOLDER}"


def _made(store: Store, run: "Run", name: str, tags: dict[str, str]) -> tuple[int, bool]:
    """The run's version, and whether it is new; one that another host made meanwhile stays."""
    from mlflow.exceptions import MlflowException

    try:
        store.client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = store.client.create_model_version(
        name, _source(run), run.info.run_id, tags=tags, await_creation_for=0
    )
    first = _known(store, name, run)
    if first is None or first == int(made.version):
        return int(made.version), True
    store.client.delete_model_version(name, made.version)
    return first, False


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
