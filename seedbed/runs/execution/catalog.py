"""The experiments by name, and users' own by path. Nothing here imports Keras."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seedbed.runs.custom import experiment_file
from seedbed.runs.custom.old_imports import check_imports
from seedbed.runs.settings.options import RunOptions
from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest

if TYPE_CHECKING:
    import keras

    from seedbed.runs.data.splits import Splits
    from seedbed.runs.recording.outcome import Outcome
    from seedbed.runs.settings.seeds import Seeds
    from seedbed.runs.training.metrics import Scored
    from seedbed.runs.training.train import OnEpoch
    from seedbed.tracking.writing.run_folder import RunFolder

PRELOAD = "seedbed.runs.execution.preload"
"""What the server process imports that runs are forked from."""

SCRIPT = "script"
"""A training script, unmodified; ``seedbed repeat`` makes its sweeps."""

NAMES = ("mnist_cnn", "mnist_deep_cnn", "transport_cnn", "verification_cnn")


@dataclass(frozen=True)
class Experiment:
    """What one experiment file offers.

    Attributes:
        name: Its name, which is also MLflow's experiment.
        question: First line of its docstring.
        options: Its options' dataclass: ``RunOptions`` or, of a script, ``CellOptions`` with more.
        check: Refuses options that cannot be trained; light, no Keras.
        load: Options and seeds → splits.
        build: Options and splits → compiled model.
        augment: Options, a batch of inputs, ``[example, 8]`` uniform numbers → the batch, changed;
            None where the experiment has none.
        score: Options, splits and probabilities → more final metrics; None where it has none.
        callbacks: Options → Keras callbacks; None where it has none.
        path: The user's own file; None for Seedbed's experiments.
        table: Whether the command prints precision, recall, F1 and support by class.
        run: Trains and records the run in its own way: a script's; None where Seedbed does it.
    """

    name: str
    question: str
    options: type[Any]
    check: Callable[[Any], object]
    load: "Callable[[Any, Seeds], Splits]"
    build: "Callable[[Any, Splits], keras.Model]"
    augment: Callable[[Any, Any, Any], Any] | None = None
    score: "Callable[[Any, Splits, Scored], dict[str, float]] | None" = None
    callbacks: Callable[[Any], list[Any]] | None = None
    path: Path | None = None
    table: bool = False
    run: "Callable[[Any, RunFolder, OnEpoch | None], Outcome] | None" = None

    @property
    def reference(self) -> str:
        """What ``find`` takes, from any folder."""
        return self.name if self.path is None else str(self.path)

    @property
    def identity(self) -> str:
        """Name for cells; that of a user's own file changes with its content."""
        return (
            self.name if self.path is None else f"{self.name} {experiment_file.digest(self.path)}"
        )

    def augmentation(self, options: RunOptions) -> Callable[[Any, Any], Any] | None:
        """The change to a batch that these options ask for: None for none."""
        if self.augment is None or not getattr(options, "augment", True):
            return None
        return partial(self.augment, options)


def find(reference: str, beside: Path | None = None) -> Experiment:
    """The experiment called ``reference``, or in the user's own file of that path.

    Args:
        reference: A name, or a path of a Python file.
        beside: Folder that the path may be relative to, beside the current one.

    Raises:
        InputError: There is none.
        OwnFileError: The user's file raised while its options were read.
    """
    if experiment_file.is_path(reference):
        return _own(experiment_file.locate(reference, beside))
    if reference == SCRIPT:
        return _script()
    if reference not in NAMES:
        raise InputError(
            f"There is no experiment {reference!r}{nearest(reference, NAMES)}; the experiments "
            f"are {', '.join(NAMES)}, and files of your own by their path, such as ./my_cnn.py."
        )
    return _of_file(experiment_file.shipped(reference), None)


def _own(path: Path) -> Experiment:
    check_imports(path)
    experiment_file.check_functions(path)
    return _of_file(path, path)


def _of_file(path: Path, own: Path | None) -> Experiment:
    """The experiment in the file ``path``; ``own`` is its path again where it is the user's."""
    load, build = experiment_file.hook(path, "load"), experiment_file.hook(path, "build")
    assert load is not None  # noqa: S101
    assert build is not None  # noqa: S101
    return Experiment(
        name=path.stem,
        question=experiment_file.summary(path),
        options=experiment_file.options_of(path),
        check=partial(_own_check, path, experiment_file.hook(path, "check")),
        load=load,
        build=build,
        augment=experiment_file.hook(path, "augment"),
        score=experiment_file.hook(path, "score"),
        callbacks=experiment_file.hook(path, "callbacks"),
        table=experiment_file.prints_table(path),
        path=own,
    )


def _own_check(path: Path, check: Callable[[Any], object] | None, options: Any) -> None:
    """The file's own check, where Keras is loaded or the file is known not to load it."""
    if check is not None and ("tensorflow" in sys.modules or experiment_file.is_shipped(path)):
        check(options)


def _script() -> Experiment:
    """A script that knows nothing of Seedbed."""
    from seedbed.runs.script import options

    def run(given: Any, record: "RunFolder", watch: "OnEpoch | None") -> "Outcome":
        from seedbed.runs.script.run import run

        return run(given, record, watch)

    def not_here(*_: Any) -> Any:
        raise InputError(
            "A script must be repeated on this machine, because it is not known what it reads: "
            "leave out --cluster."
        )

    return Experiment(
        name=SCRIPT,
        question="How much do the numbers of a script vary?",
        options=options.Options,
        check=options.check,
        load=not_here,
        build=not_here,
        run=run,
    )
