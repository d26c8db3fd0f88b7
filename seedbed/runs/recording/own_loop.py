"""``seedbed.record``: record a training loop of one's own, for the questions to read."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seedbed.runs.recording.own_predictions import predictions_of, write_predictions
from seedbed.runs.recording.process_tags import process_tags, seeds_seen
from seedbed.runs.settings.set_seeds import set_seeds
from seedbed.tracking import schema
from seedbed.tracking.writing.own_run import OwnRun, Status

if TYPE_CHECKING:
    import keras

OPEN: list["LoopRecord"] = []
"""The records that are open in this process, the innermost last."""


class LoopRecord:
    """One run of a user's own loop, while it is recorded.

    Args:
        name: The MLflow experiment.
        seed: The seed of the run, where there is one.
        params: Parameters of the run; they make the arms.
    """

    def __init__(self, name: str, seed: int | None, params: Mapping[str, object]) -> None:
        self._params = {**params, **({} if seed is None else {"seed": seed})}
        words = " ".join(f"{key}={value}" for key, value in self._params.items())
        self._run = OwnRun(name, schema.shown_name(words) or name)
        self.fits = 0
        try:
            self.log_params(**self._params)
            self._run.set_tags(
                process_tags({"seed": seed, **seeds_seen()} if seed is not None else None)
            )
        except BaseException as error:  # a run left active would take in the next record
            self._run.end(_status(error))
            raise

    @property
    def run_id(self) -> str:
        """MLflow's id of the run."""
        return self._run.run_id

    def log_params(self, **params: object) -> None:
        """Log parameters, such as ``batch_size=32``."""
        self._run.log_params(params)

    def log(self, step: int = 0, **metrics: float) -> None:
        """Log metrics, such as ``val_accuracy=0.93``.

        Args:
            step: The epoch, where they are a value of a curve.
            metrics: Their values.
        """
        self._run.log_metrics({schema.metric_key(k): float(v) for k, v in metrics.items()}, step)

    def predictions(
        self,
        labels: npt.ArrayLike,
        outputs: npt.ArrayLike,
        example_ids: npt.ArrayLike | None = None,
    ) -> None:
        """Record what the model says about the test set; logs ``test_accuracy`` too.

        Args:
            labels: ``[example]`` classes from 0, or one-hot rows.
            outputs: ``[example, class]`` probabilities or logits, or ``[example]`` those of class
                1.
            example_ids: ``[example]`` numbers that join runs; the rows' own unless given.

        Raises:
            InputError: The labels are no classes, or the arrays do not fit.
        """
        found = predictions_of(labels, outputs, example_ids)
        with tempfile.TemporaryDirectory() as folder:
            tags = write_predictions(found, Path(folder))
            self._run.log_file(Path(folder) / schema.PREDICTIONS)
        self._run.set_tags(tags)
        right = found.labels_by_epoch[-1] == found.labels
        self._run.log_metrics({schema.TEST_ACCURACY: float(np.mean(right))})

    def model(self, model: "keras.Model") -> None:
        """Record the fingerprint of a Keras model's weights."""
        from seedbed.runs.training.weights import fingerprint

        self._run.set_tags({schema.TAG_FINGERPRINT: fingerprint(model)})

    def end(self, error: BaseException | None = None) -> None:
        """End the run; ``with`` does it."""
        self._run.set_tags(process_tags() if "seed" not in self._params else {})
        self._run.end(_status(error))


def _status(error: BaseException | None) -> Status:
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


@contextmanager
def record(name: str, *, seed: int | None = None, **params: object) -> Iterator[LoopRecord]:
    """Record one run of a training loop of your own in MLflow.

        with seedbed.record("my-loop", seed=7, batch_size=32) as run:
            model.fit(…, callbacks=[seedbed.keras.Recorder(test=(x_test, y_test))])

    Then ``seedbed compare mlflow:my-loop --by batch_size``. Environment, seeds, parameters and what
    is logged go to one run; if a run of MLflow is active, to that one.

    Args:
        name: The MLflow experiment.
        seed: Seeds Python, NumPy and, where they are imported, Keras, TensorFlow and PyTorch.
        params: Parameters of the run; they make the arms.

    Yields:
        The record, for ``log``, ``predictions`` and ``model``.

    Raises:
        InputError: A seed that is not a whole number from 0 to 2³² − 1, or an impossible name.
        StoreError: The store cannot be reached.
    """
    if seed is not None:
        set_seeds(seed)
    opened = LoopRecord(name, seed, params)
    OPEN.append(opened)
    try:
        yield opened
    except BaseException as error:  # raised again once the run is closed
        with contextlib.suppress(Exception):  # the loop's own error is the one to be seen
            opened.end(error)
        raise
    else:
        opened.end()
    finally:
        OPEN.remove(opened)
