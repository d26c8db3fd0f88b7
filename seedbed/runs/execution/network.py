"""Trains the network of a cell and scores it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from seedbed.runs.custom.experiment_file import digest
from seedbed.runs.data.splits import Splits
from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.gpu_share import keep_to_share
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds, derive
from seedbed.runs.training.preconditions import check_model, check_splits, warnings_of
from seedbed.runs.training.weights import fingerprint
from seedbed.system.errors import InputError, RunFailedError
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    import keras

    from seedbed.runs.training.kept_traces import KeptTraces
    from seedbed.runs.training.train import OnEpoch, Trained
from seedbed.runs.execution.carry_over import check_carry_over, fit_earlier_seeds
from seedbed.runs.execution.seeded import build_seeded, load_seeded
from seedbed.runs.recording.artifacts import class_table, record_artifacts
from seedbed.runs.recording.outcome import Outcome, record_end


def train_and_score(
    experiment: Experiment, options: RunOptions, record: RunFolder, watch: "OnEpoch | None"
) -> Outcome:
    """Train the cell's network, score it, and write its record."""
    tensorflow_setup.prepare(options)
    tensorflow_setup.apply(options)
    keep_to_share()
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
            traces=_traces(experiment, options, seeds, model, code),
        )
    except RunFailedError:
        checkpoint.remove()
        raise
    final_weights = fingerprint(trained.model)
    metrics = {
        **record_artifacts(options, splits, trained, record),
        schema.RESUMED_EPOCHS: float(resumed),
        **_own_scores(experiment, options, splits, trained, record),
    }
    notes = (
        ((f"The data are {splits.data}.",) if splits.data else ())
        + _notes(options)
        + warnings_of(splits)
        + ((checkpoint.refused,) if checkpoint.refused else ())
    )
    collapsed = scoring.collapse(trained.probabilities, splits.test.labels)
    table = class_table(splits, trained) if experiment.table else ""
    outcome = Outcome(
        "finished",
        metrics,
        final_weights,
        collapsed=collapsed,
        notes=notes,
        table=table,
        test_examples=len(splits.test.labels),
    )
    record_end(record, outcome)
    checkpoint.remove()
    return outcome


def _traces(
    experiment: Experiment, options: RunOptions, seeds: Seeds, model: "keras.Model", code: str
) -> "KeptTraces | None":
    """Where traces of other runs are; None if numbers of this run may be part of the trace.

    Balanced weights of classes are, and what a user's own ``augment`` computes may be.
    """
    from seedbed.runs.training.kept_traces import KeptTraces

    augments = experiment.path is not None and experiment.augmentation(options) is not None
    if augments or options.class_weight == "balanced":
        return None
    return KeptTraces(model, options, seeds, code)


def _notes(options: RunOptions) -> tuple[str, ...]:
    if not (options.carry_over and options.seed):
        return ()
    return (
        f"carry_over: this model was fitted with {options.seed} other seeds before; "
        "its score is not that of a fresh model",
    )


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
    given = experiment.score(options, splits, scored)
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
