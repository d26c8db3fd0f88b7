"""What a reader gets back: one run, and the sweep that it belongs to.

Axis convention, everywhere: ``[run, example]`` and ``[run, example, class]``; within one run
``[example]``, ``[example, class]`` and ``[epoch, example]``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.tracking.run_states import State


@dataclass(frozen=True)
class Predictions:
    """What one run said about each test example.

    Attributes:
        example_ids: ``[example]`` int64, the example's index in its data set; joins runs.
        labels: ``[example]`` int64, the true class.
        probabilities: ``[example, class]`` float16, at the epoch chosen on validation data.
        probabilities_last: ``[example, class]`` float16, after the last epoch.
        labels_by_epoch: ``[epoch, example]`` unsigned integers, the predicted class per epoch.
    """

    example_ids: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float16]
    probabilities_last: npt.NDArray[np.float16]
    labels_by_epoch: npt.NDArray[np.unsignedinteger]

    @property
    def predicted(self) -> npt.NDArray[np.int64]:
        """``[example]``, the predicted class at the chosen epoch."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @property
    def misfit(self) -> str | None:
        """Why the arrays cannot be what one run said; None where they can."""
        shape = self.probabilities.shape
        examples = {shape[:1], self.example_ids.shape, self.labels.shape}
        if len(shape) != 2 or len(examples | {self.labels_by_epoch.shape[1:]}) > 1:
            return "they are not of one number of examples"
        if self.probabilities.dtype.kind != "f" or not np.isfinite(self.probabilities).all():
            return "a probability is not a finite number"
        for values in (self.labels, self.labels_by_epoch):
            if values.dtype.kind not in "iu":
                return f"a label is not a whole number but {values.dtype}"
            if values.size and not 0 <= values.min() <= values.max() < shape[1]:
                return f"a label lies outside the {shape[1]} classes"
        return None


@dataclass(frozen=True)
class RunRecord:
    """One run as recorded.

    Attributes:
        run_id: MLflow's id of the run.
        name: Readable name, e.g. ``batch_size=32 seed=3``.
        state: How it ended; see ``State``.
        options: Every option by name, parsed to its type (seeds included).
        metrics: Final value of each metric, e.g. ``test_accuracy`` as a fraction.
        cell: Identity of configuration, seeds and numeric environment (hex).
        fingerprint: SHA-256 of the final weights (hex); None where there are none.
        reason: Why it failed, was stopped or killed; None where it finished.
        log: The end of a failed run's traceback or output; None where there is none.
        duration_s: Wall-clock seconds from start to end.
        environment: Versions, threads, flags, machine and commit, flat.
        seeds: The seed of each source as used; empty where none was recorded.
        script: Of a script: which number stands for the run and why, its rounds and arms.
        test_examples: Examples that its accuracy is a share of; None where that is not recorded.
        load_predictions: Fetches the predictions; None where the run recorded none.
        load_history: Fetches metric name → value per epoch.
    """

    run_id: str
    name: str
    state: State
    options: Mapping[str, object]
    metrics: Mapping[str, float]
    cell: str
    fingerprint: str | None = None
    reason: str | None = None
    log: str | None = None
    duration_s: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)
    script: Mapping[str, Any] = field(default_factory=dict)
    test_examples: int | None = None
    load_predictions: Callable[[], Predictions] | None = None
    load_history: Callable[[], Mapping[str, list[float]]] | None = None


@dataclass(frozen=True)
class PublishedFigure:
    """An accuracy from elsewhere, which a sweep's file asks to compare with.

    Attributes:
        value: The accuracy, a fraction.
        runs: Number of runs whose mean it is.
        same_test_set: Whether it was scored on the same examples.
        examples: Size of its test set; None where unknown.
    """

    value: float
    runs: int = 1
    same_test_set: bool = True
    examples: int | None = None


@dataclass(frozen=True)
class OwnFile:
    """A user's own script or experiment as it was when its sweep was run.

    Attributes:
        name: Its file name.
        sha256: Digest of its content, hex; empty if an older version recorded the sweep.
        commit: The commit of the git repository that holds it, hex; empty if none does.
        changed: Whether it, or a file beside it that it imports, differed from that commit.
    """

    name: str
    sha256: str = ""
    commit: str = ""
    changed: bool = False


@dataclass(frozen=True)
class SweepRecord:
    """A sweep as recorded: the parent run and its children.

    Attributes:
        name: The sweep's name; also the parent run's.
        run_id: MLflow's id of the parent run.
        experiment: Name of the experiment, e.g. ``mnist_cnn``.
        question: The question from the sweep's file.
        varied: Names of the options that differ between configurations, in the file's order.
        sources: Names of the seeds that differ between runs of one configuration.
        classes: Names of the classes, in the order of the class axis.
        planned: Number of cells that the design asks for.
        runs: Every recorded run, whatever its state, in the order of the design.
        description: The parent run's description, if one was written.
        published: The published figure that the sweep's file names, or None.
        fresh_seeds: Of a search, the seeds on which its best configurations were run again; their
            runs alone are its result.
        raced: Of a search, whether configurations got further seeds only while they might win.
        started_ms: Start of the parent run, milliseconds since 1970.
        plan: Of the attribution plan, which cell plays which part, as the ``design`` tag has it;
            else None.
        stop: The stop rule of the sweep's file; empty without one.
        looks: Runs of the smaller arm at which a verdict was given, in order.
        experiment_file: Path of a user's own experiment on the machine that ran the sweep; None of
            the others, and if an older version recorded it.
        files: The user's own files that it runs; of the others, and of sweeps that an older version
            recorded, none.
    """

    name: str
    run_id: str
    experiment: str
    question: str
    varied: tuple[str, ...]
    sources: tuple[str, ...]
    classes: tuple[str, ...]
    planned: int
    runs: tuple[RunRecord, ...]
    description: str | None = None
    fresh_seeds: tuple[int, ...] = ()
    raced: bool = False
    published: PublishedFigure | None = None
    started_ms: int = 0
    plan: Mapping[str, Any] | None = None
    stop: Mapping[str, Any] = field(default_factory=dict)
    looks: tuple[int, ...] = ()
    experiment_file: str | None = None
    files: tuple[OwnFile, ...] = ()

    @property
    def finished(self) -> tuple[RunRecord, ...]:
        """The runs that ended with a result."""
        return tuple(run for run in self.runs if run.state == "finished")

    def configuration(self, run: RunRecord) -> tuple[tuple[str, object], ...]:
        """The varied options of a run, as hashable (name, value) pairs."""
        return tuple((name, run.options[name]) for name in self.varied)
