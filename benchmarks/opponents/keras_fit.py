"""Train one cell as a Keras user does, and log it with MLflow."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import keras
import mlflow
import numpy as np

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive


def train_and_log(given: Mapping[str, str]) -> float:
    """Fit with Keras' defaults; metrics per epoch, test probabilities and the model are logged.

    Args:
        given: The cell's options as text.

    Returns:
        Test accuracy.
    """
    experiment = find("mnist_cnn")
    options = parse(experiment.options, given)
    keras.utils.set_random_seed(options.seed)
    splits = experiment.load(options, derive(options))
    model = experiment.build(options, splits)
    with mlflow.start_run(run_name=f"seed={options.seed}"), tempfile.TemporaryDirectory() as folder:
        mlflow.log_params(dict(given))
        history = model.fit(
            splits.train.inputs,
            splits.train.labels,
            batch_size=options.batch_size,
            epochs=options.epochs,
            validation_data=(splits.validation.inputs, splits.validation.labels),
            verbose=0,
        )
        for epoch in range(options.epochs):
            mlflow.log_metrics({k: v[epoch] for k, v in history.history.items()}, step=epoch)
        probabilities = model.predict(splits.test.inputs, verbose=0)
        accuracy = float(np.mean(probabilities.argmax(axis=1) == splits.test.labels))
        mlflow.log_metric("test_accuracy", accuracy)
        np.savez_compressed(Path(folder) / "predictions.npz", probabilities=probabilities)
        model.save(Path(folder) / "model.keras")
        mlflow.log_artifacts(folder)
    return accuracy
