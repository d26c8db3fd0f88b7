"""One cell: train it in this process and record it in a run folder.

The state in the folder is true however the run ends, except when the process vanishes; whoever
started it, or the next reaper, then writes ``killed``.
"""

import json
import logging
import random
import shutil
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from seedbed.runs.custom.experiment_file import OwnFileError, digest, is_path, their_traceback
from seedbed.runs.data.splits import Splits
from seedbed.runs.execution.catalog import Experiment, find
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions, parse
from seedbed.runs.settings.seeds import Seeds, derive
from seedbed.runs.training.preconditions import check_model, check_splits, warnings_of
from seedbed.runs.training.train import fingerprint
from seedbed.system.disk_errors import disk_error
from seedbed.system.errors import InputError, RunFailedError
from seedbed.system.masking import masked
from seedbed.tracking import schema
from seedbed.tracking.records import State
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    import keras

    from seedbed.runs.training.train import OnEpoch, Trained


CARRY_OVER_MAX = 200


class StoppedError(BaseException):
    """SIGTERM arrived; not an ``Exception``, so that a handler in user code lets it pass."""


@dataclass(frozen=True)
class Outcome:
    """How a cell ended, small enough to send between processes.

    Attributes:
        state: ``finished``, ``failed`` or ``stopped``; or what the driver asked for.
        metrics: Final metrics; empty unless finished.
        fingerprint: SHA-256 of the final weights, hex; None unless finished.
        reason: Why it did not finish, or None.
        collapsed: Why the result is no better than guessing, or None.
        may_pass: Whether another try may do better; a loss that is not a number comes again.
        notes: What the user should know beside the result, in sentences.
        table: Scores by class as text; empty where the experiment does not show them.
        warnings: What to warn of once in a sweep, in sentences.
        refused: Whether data, options or network broke a rule, so that nothing was trained.
    """

    state: State
    metrics: dict[str, float]
    fingerprint: str | None = None
    reason: str | None = None
    may_pass: bool = False
    collapsed: str | None = None
    notes: tuple[str, ...] = ()
    table: str = ""
    warnings: tuple[str, ...] = ()
    refused: bool = False


def run_cell(
    name: str, given: dict[str, Any], folder: str, watch: "OnEpoch | None" = None
) -> Outcome:
    """Train one cell and record it; the process should not have trained before.

    Args:
        name: Name of the experiment, or absolute path of the user's own file.
        given: Its options, as values or text.
        folder: Path of the run folder, made with its header by the caller.
        watch: Called after each epoch, once it is recorded.

    Returns:
        How it ended. A run that fails is an outcome, not an exception.

    Raises:
        DiskError: The disk is full; the record has no end yet.
    """
    record = RunFolder(Path(folder))
    try:
        with _sigterm_raises():
            experiment = find(name)
            options = parse(experiment.options, given)
            if experiment.run is not None:
                outcome = experiment.run(options, record, watch)
            else:
                return _train_and_score(experiment, options, record, watch)
    except OwnFileError as error:
        outcome = _failed_in_own_file(f"{Path(name).name} raised", str(error), record)
    except (StoppedError, KeyboardInterrupt):
        state, reason = record.asked() or ("stopped", "it was asked to stop (Ctrl-C or SIGTERM)")
        outcome = Outcome(state, {}, reason=reason)
    except (RunFailedError, InputError) as error:
        refused = isinstance(error, InputError)
        outcome = Outcome("failed", {}, reason=str(error), refused=refused)
    except (Exception, SystemExit) as error:
        disk = disk_error(error, record.path)
        if disk is not None:  # no fault of the cell: whoever started it is to stop
            raise disk from None
        theirs = their_traceback(error, Path(name)) if is_path(name) else None
        if theirs:
            outcome = _failed_in_own_file(*theirs, record)
        else:
            (record.artifacts / schema.TRACEBACK).write_text(
                masked(traceback.format_exc()), encoding="utf-8"
            )
            reason = masked(f"{type(error).__name__}: {error}")[:1000]
            outcome = Outcome("failed", {}, reason=reason, may_pass=True)
    _end(record, outcome)
    return outcome


def load_seeded(experiment: Experiment, options: Any, seeds: Seeds) -> Splits:
    """The data; what draws from NumPy's or Python's global generator follows the split seed."""
    random.seed(seeds.split)
    np.random.seed(seeds.split)  # noqa: NPY002
    return experiment.load(options, seeds)


def build_seeded(experiment: Experiment, options: Any, seeds: Seeds, splits: Splits) -> Any:
    """The network with its first weights from the init seed and masks from the dropout seed.

    Keras layers without a seed of their own draw one from Python's generator when they are built.
    The generators that draw while training are set again afterwards, so that neither seed moves
    the other: those of augmentation layers from the augmentation seed, all others (dropout, noise)
    from the dropout seed.
    """
    import keras

    keras.utils.set_random_seed(seeds.init)
    model = experiment.build(options, splits)
    kinds = {True: seeds.augmentation, False: seeds.dropout}
    streams = {kind: np.random.SeedSequence(seed) for kind, seed in kinds.items()}
    for layer, generator in generators(model):
        (child,) = streams[is_augmentation(layer)].spawn(1)
        generator.state.assign(child.generate_state(2).astype("int64") % 2**31)
    return model


def generators(model: "keras.Model") -> list[tuple[Any, Any]]:
    """Each layer's random generators, as (layer, generator) pairs in the model's order."""
    return [
        (layer, generator)
        for layer in model._flatten_layers()
        for generator in layer._seed_generators
    ]


def is_augmentation(layer: Any) -> bool:
    """Whether a layer changes inputs at random, like ``keras.layers.RandomFlip``."""
    return "preprocessing" in type(layer).__module__


def _train_and_score(
    experiment: Experiment, options: RunOptions, record: RunFolder, watch: "OnEpoch | None"
) -> Outcome:
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    from seedbed.runs.training import metrics as scoring
    from seedbed.runs.training.checkpoints import Checkpoint
    from seedbed.runs.training.train import Trained, train

    check_carry_over(options)
    experiment.check(options)
    seeds = derive(options)
    splits = load_seeded(experiment, options, seeds)
    check_splits(splits)
    first = derive(replace(options, seed=0)) if options.carry_over else seeds
    model = build_seeded(experiment, options, first, splits)
    check_model(model, splits)
    code = digest(experiment.path) if experiment.path else ""
    checkpoint = Checkpoint(record.header.cell, splits.sha256, code)
    so_far = checkpoint.load(model)
    if so_far is None and options.carry_over:
        fit_earlier_seeds(model, experiment, options)
    so_far = so_far or Trained(model)
    resumed = so_far.epoch
    for epoch in range(resumed):
        record.epoch(epoch + 1, {key: values[epoch] for key, values in so_far.history.items()})

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        record.epoch(epoch, metrics)
        if watch is not None:
            watch(epoch, metrics)

    try:
        trained = train(
            model,
            splits,
            options,
            seeds,
            on_epoch,
            augment=experiment.augmentation(options),
            so_far=so_far,
            keep=checkpoint.save,
            callbacks=experiment.callbacks(options) if experiment.callbacks else (),
        )
    except RunFailedError:
        checkpoint.remove()
        raise
    final_weights = fingerprint(trained.model)
    metrics = {
        **_record(options, splits, trained, record),
        "resumed_epochs": float(resumed),
        **_own_scores(experiment, options, splits, trained, record),
    }
    notes = (
        ((f"The data are {splits.data}.",) if splits.data else ())
        + _notes(options)
        + warnings_of(splits)
        + ((checkpoint.refused,) if checkpoint.refused else ())
    )
    collapsed = scoring.collapse(trained.probabilities, splits.test.labels)
    table = _table(splits, trained) if experiment.table else ""
    outcome = Outcome(
        "finished", metrics, final_weights, collapsed=collapsed, notes=notes, table=table
    )
    _end(record, outcome)
    checkpoint.remove()
    return outcome


def _notes(options: RunOptions) -> tuple[str, ...]:
    if not (options.carry_over and options.seed):
        return ()
    return (
        f"carry_over: this model was fitted with {options.seed} other seeds before; "
        "its score is not that of a fresh model",
    )


def fit_earlier_seeds(model: "keras.Model", experiment: Experiment, options: RunOptions) -> None:
    """Fit the model with seeds 0 up to the run's own, as a loop over seeds around ``fit`` does.

    That is the accident which ``--carry-over`` is there to show: the weights and the optimiser's
    state of one seed are the start of the next.
    """
    from seedbed.runs.training.epoch_loop import Loop

    # Each seed has a loop of its own, compiled anew: TensorFlow takes that for a mistake.
    logging.getLogger("tensorflow").addFilter(lambda said: "retracing" not in said.getMessage())
    for seed in range(options.seed):
        earlier = replace(options, seed=seed)
        seeds = derive(earlier)
        splits = load_seeded(experiment, earlier, seeds)
        loop = Loop(model, splits.train, earlier, seeds, experiment.augmentation(earlier))
        for epoch in range(1, options.epochs + 1):
            loop.run(epoch)


def check_carry_over(options: RunOptions) -> None:
    """Refuse a chain of fits that would hardly end.

    Raises:
        InputError: ``carry_over`` with a seed beyond ``CARRY_OVER_MAX``.
    """
    if options.carry_over and options.seed > CARRY_OVER_MAX:
        raise InputError(
            f"seed must be at most {CARRY_OVER_MAX} with carry_over, which fits every seed from 0 "
            f"up to it, got {options.seed}: give a smaller --seed."
        )


def _table(splits: Splits, trained: "Trained") -> str:
    from seedbed.runs.training import metrics as scoring

    return scoring.table(trained.probabilities.argmax(axis=1), splits.test.labels, splits.classes)


def _failed_in_own_file(reason: str, text: str, record: RunFolder) -> Outcome:
    reason, text = masked(reason), masked(text)
    (record.artifacts / schema.TRACEBACK).write_text(text, encoding="utf-8")
    return Outcome("failed", {}, reason=reason, notes=(text,))


def _end(record: RunFolder, outcome: Outcome) -> None:
    record.end(outcome.state, outcome.reason, outcome.fingerprint, outcome.metrics)


def _record(
    options: RunOptions, splits: Splits, trained: "Trained", record: RunFolder
) -> dict[str, float]:
    """Write the run's artifacts; returns its final metrics."""
    from seedbed.runs.recording import run_pictures
    from seedbed.runs.settings import environment
    from seedbed.runs.training import metrics as scoring

    labels, folder = splits.test.labels, record.artifacts
    predicted = trained.probabilities.argmax(axis=1)
    counts = scoring.confusion(predicted, labels, len(splits.classes))
    metrics = {
        "test_accuracy": scoring.accuracy(trained.probabilities, labels),
        "test_loss": scoring.cross_entropy(trained.probabilities, labels),
        "test_macro_f1": scoring.macro_f1(predicted, labels),
        "test_accuracy_last": scoring.accuracy(trained.probabilities_last, labels),
        "best_epoch": float(trained.best_epoch),
        "train_seconds": trained.seconds,
    }
    own: dict[str, Any] = {} if splits.subjects is None else {"subjects": splits.subjects}
    np.savez_compressed(
        folder / schema.PREDICTIONS,
        **own,
        example_ids=splits.test.ids,
        labels=labels,
        probabilities=trained.probabilities.astype(np.float16),
        probabilities_last=trained.probabilities_last.astype(np.float16),
        labels_by_epoch=trained.labels_by_epoch,
        classes=np.array(splits.classes),
    )
    _write_json(
        folder / schema.CONFUSION_JSON, {"classes": splits.classes, "counts": counts.tolist()}
    )
    _write_json(folder / schema.WEIGHTS_BY_EPOCH, trained.weights_by_epoch)
    _write_json(folder / schema.CLASS_REPORT, scoring.report(predicted, labels, splits.classes))
    _write_json(
        folder / schema.ENVIRONMENT, environment.describe(options, splits.sha256, splits.data)
    )
    name = f"{record.header.name}, {splits.data}" if splits.data else record.header.name
    title = f"{name}: {metrics['test_accuracy']:.2%} of {len(labels)} test examples"
    matrix = run_pictures.confusion_picture(counts, splits.classes, title)
    matrix.save(folder / schema.CONFUSION_PICTURE, compress_level=4)
    curves = run_pictures.curves_picture(trained.history, trained.best_epoch, name)
    curves.write(str(folder / schema.CURVES))
    _write_checkpoints(trained, folder)
    return metrics


def _own_scores(
    experiment: Experiment,
    options: RunOptions,
    splits: Splits,
    trained: "Trained",
    record: RunFolder,
) -> dict[str, float]:
    """What the experiment's own ``score`` gives.

    Raises:
        InputError: It gives something else than numbers by name, or a name that is taken.
    """
    from seedbed.runs.training.metrics import Scored

    if experiment.score is None:
        return {}
    scored = Scored(trained.probabilities_validation, trained.probabilities, record.artifacts)
    given: Any = experiment.score(options, splits, scored)
    try:
        scores = {str(key): float(value) for key, value in given.items()}
    except (AttributeError, TypeError, ValueError):
        raise InputError(
            f"score must return numbers by name, got {given!r}: return a dict such as "
            "{'eer': 0.1}."
        ) from None
    taken = scores.keys() & {name.key for name in schema.FINAL_METRICS + schema.EPOCH_METRICS}
    if taken:
        raise InputError(
            f"score must not return {min(taken)!r}, which every run has: give it another name."
        )
    return scores


def _write_checkpoints(trained: "Trained", folder: Path) -> None:
    from seedbed.runs.recording.keras_format import save
    from seedbed.runs.training.train import restore, snapshot

    (folder / schema.CHECKPOINT_LAST).parent.mkdir(exist_ok=True)
    save(trained.model, folder / schema.CHECKPOINT_LAST)
    # Not by the number of the epoch: a callback may have changed the weights after it was scored.
    state = snapshot(trained.model)
    if all(np.array_equal(*pair) for pair in zip(state, trained.best_state, strict=True)):
        shutil.copyfile(folder / schema.CHECKPOINT_LAST, folder / schema.CHECKPOINT_BEST)
        return
    restore(trained.model, trained.best_state)
    save(trained.model, folder / schema.CHECKPOINT_BEST)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1))


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """SIGTERM becomes ``StoppedError`` in this block; outside the main thread nothing changes."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise StoppedError

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
