"""Sweeps made from known truths, for the tests of the report.

The error of run r on example i is a coin with probability q[r, i] = base[i] + shift[r]. So the
variance over runs of the accuracy has two known parts: the variance of ``shift`` (genuine change
of the model) and mean q(1-q) / N (what a test set of N examples adds).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedbed.tracking.records import Predictions, RunRecord, SweepRecord
from seedbed.tracking.run_states import State

CLASSES = tuple(str(digit) for digit in range(10))
ENVIRONMENT = {
    "python": "3.11.2",
    "tensorflow": "2.21.0",
    "keras": "3.15.0",
    "numpy": "2.2.6",
    "onednn": "0",
    "op_determinism": "1",
    "intra_op_threads": "1",
    "cpu": "a CPU of some maker",
    "commit": "969f6690c1d2",
    "dirty": "no",
}

FLOOR = 0.012
"""Smallest error probability of an example: room for ``shift`` below it."""


@dataclass(frozen=True)
class Truth:
    """What one configuration truly is.

    Attributes:
        error: Mean error probability.
        genuine_sd: Sample standard deviation of the true accuracy over the runs, a fraction.
        collapse: Index of a run that collapsed to chance, or None.
    """

    error: float = 0.05
    genuine_sd: float = 0.003
    collapse: int | None = None


@dataclass
class Fake:
    """A recipe for a sweep; ``build`` makes the record.

    ``identical``: every seed gives the same weights and predictions, as when it reaches nothing.
    """

    configurations: Mapping[str, Truth] = field(
        default_factory=lambda: {"32": Truth(0.045), "256": Truth(0.06)}
    )
    option: str = "batch_size"
    seeds: Sequence[int] = (0, 1, 2, 3, 4)
    examples: int = 2000
    epochs: int = 8
    name: str = "first"
    question: str = "Does the batch size change the accuracy?"
    states: Mapping[tuple[str, int], State] = field(default_factory=dict)
    predictions: bool = True
    environments: Mapping[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)
    fingerprints: Mapping[tuple[str, int], str | None] = field(default_factory=dict)
    identical: bool = False
    rng_seed: int = 1

    def build(self) -> SweepRecord:
        """The sweep as ``tracking`` would hand it over."""
        rng = np.random.default_rng(self.rng_seed)
        labels = np.arange(self.examples) % len(CLASSES)
        hardness = rng.beta(0.35, 0.35 / 0.05 - 0.35, self.examples)
        runs: list[RunRecord] = []
        for value, truth in self.configurations.items():
            shifts = centred(rng, len(self.seeds), truth.genuine_sd)
            first: Predictions | None = None
            for index, seed in enumerate(self.seeds):
                base = FLOOR + hardness * (truth.error - FLOOR) / hardness.mean()
                error = np.clip(base + shifts[index], 0, 0.98)
                if truth.collapse == index:
                    error = np.full(self.examples, 0.9)
                predictions = predict(rng, labels, error, self.epochs)
                first = predictions if first is None or not self.identical else first
                runs.append(self.record(value, seed, first))
        return SweepRecord(
            name=self.name,
            run_id="0" * 32,
            experiment="mnist_cnn",
            question=self.question,
            varied=(self.option,),
            sources=("seed",),
            classes=CLASSES,
            planned=len(self.configurations) * len(self.seeds),
            runs=tuple(runs),
        )

    def weights(self, value: str, seed: int) -> str:
        """A fingerprint; one for all seeds where the runs are identical."""
        return hashlib.sha256(f"{value}{'' if self.identical else seed}".encode()).hexdigest()

    def record(self, value: str, seed: int, predictions: Predictions) -> RunRecord:
        """One run's record."""
        key = (value, seed)
        state = self.states.get(key, "finished")
        finished = state == "finished"
        accuracy = float((predictions.predicted == predictions.labels).mean())
        shared = self.predictions and finished
        reason = None if finished else "the loss was not a number in epoch 3"
        return RunRecord(
            run_id=hashlib.md5(repr(key).encode()).hexdigest(),
            name=f"{self.option}={value} seed={seed}",
            state=state,
            options={self.option: value, "seed": seed, "epochs": self.epochs, "train_size": 3000},
            metrics={"test_accuracy": accuracy} if finished else {},
            cell=f"{value}-{seed}",
            fingerprint=self.fingerprints.get(key, self.weights(value, seed)) if finished else None,
            reason=reason,
            duration_s=4.2 + seed / 10,
            environment={**ENVIRONMENT, **self.environments.get(key, {})},
            load_predictions=(lambda: predictions) if shared else None,
            load_history=(lambda: history(predictions)) if finished else None,
        )


def centred(rng: np.random.Generator, n: int, sd: float) -> npt.NDArray[np.float64]:
    """``[run]``, normal draws with mean 0 and sample standard deviation exactly ``sd``."""
    if n < 2:
        return np.zeros(n)
    draws = rng.normal(size=n)
    draws -= draws.mean()
    return np.asarray(draws / draws.std(ddof=1) * sd)


def predict(
    rng: np.random.Generator,
    labels: npt.NDArray[np.int64],
    error: npt.NDArray[np.float64],
    epochs: int,
) -> Predictions:
    """Predictions whose chance of an error is ``error`` in the last epoch, more before."""
    n, classes = labels.size, len(CLASSES)
    confused = np.where(rng.random(n) < 0.6, (labels + 5) % classes, (labels + 3) % classes)
    luck = rng.random(n)
    by_epoch = np.empty((epochs, n), dtype=np.uint8)
    for epoch in range(epochs):
        fresh = rng.random(n) < 0.15
        luck = np.where(fresh & (epoch < epochs - 1), rng.random(n), luck)
        chance = np.minimum(error + 0.35 * np.exp(-epoch / 1.2) * (epoch < epochs - 1), 0.98)
        by_epoch[epoch] = np.where(luck < chance, confused, labels)
    final = by_epoch[-1].astype(np.int64)
    top = np.where(final == labels, 0.70 + 0.29 * rng.random(n), 0.40 + 0.5 * rng.random(n))
    rest = rng.dirichlet(np.full(classes, 0.3), n)
    rest[np.arange(n), final] = 0.0
    rest /= rest.sum(axis=1, keepdims=True)
    probabilities = rest * (1 - top)[:, None] * 0.9
    probabilities[np.arange(n), final] = 1 - probabilities.sum(axis=1)
    stored = probabilities.astype(np.float16)
    return Predictions(
        example_ids=np.arange(n, dtype=np.int64),
        labels=labels.astype(np.int64),
        probabilities=stored,
        probabilities_last=stored,
        labels_by_epoch=by_epoch,
    )


def history(predictions: Predictions) -> dict[str, list[float]]:
    """Curves per epoch, as Keras would name them."""
    accuracy = (predictions.labels_by_epoch == predictions.labels).mean(axis=1)
    return {
        "train_accuracy": [float(a) + 0.3 * (1 - float(a)) for a in accuracy],
        "train_loss": [3.2 * (1 - float(a)) * 0.7 for a in accuracy],
        "val_accuracy": [float(a) for a in accuracy],
        "val_loss": [3.2 * (1 - float(a)) for a in accuracy],
    }
