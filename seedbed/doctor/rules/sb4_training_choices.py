"""SB405 to SB407 and SB409: callbacks and arguments of ``fit`` that do not do what is meant."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, sure
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Made,
    Value,
    ancestry,
    arms,
    constant,
    is_const,
)
from seedbed.doctor.queries.callbacks import callbacks_of, monitors, restores_best
from seedbed.doctor.queries.data_rows import source
from seedbed.doctor.queries.evaluation_data import inputs_of
from seedbed.doctor.queries.models import loads_of, same_model
from seedbed.doctor.queries.wording import short, text, truth_of
from seedbed.doctor.rules.registry import Found, rule

_OWN_ARGUMENTS = {
    "restore_best_weights": {"EarlyStopping"},
    "start_from_epoch": {"EarlyStopping"},
    "save_best_only": {"ModelCheckpoint"},
    "save_weights_only": {"ModelCheckpoint"},
    "save_freq": {"ModelCheckpoint", "BackupAndRestore"},
    "patience": {"EarlyStopping", "ReduceLROnPlateau"},
    "factor": {"ReduceLROnPlateau"},
    "cooldown": {"ReduceLROnPlateau"},
    "min_lr": {"ReduceLROnPlateau"},
    "baseline": {"EarlyStopping"},
}
_CALLBACKS = {
    "EarlyStopping",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "LearningRateScheduler",
    "TensorBoard",
    "CSVLogger",
    "TerminateOnNaN",
    "BackupAndRestore",
}


@rule(
    "SB405",
    "last-weights-after-early-stopping",
    "The weights that are kept are those of the last epoch, `patience` epochs after the best one: "
    "the score is not that of the epoch that the stopping rule chose.",
    "EarlyStopping(monitor='val_loss', patience=5, restore_best_weights=True)",
)
def last_weights(trace: Trace) -> Iterator[Found]:
    """Early stopping that does not bring the best weights back, before a score."""
    for fit in trace.fits():
        callbacks = callbacks_of(fit)
        stops = [c for c in callbacks if short(c) == "EarlyStopping" and restores_best(c) is False]
        if not stops or loads_of(trace, fit.index):
            continue
        scores = [
            score
            for score in trace.calls(".evaluate", ".evaluate_generator", ".predict", ".save")
            if score.index > fit.index and same_model(score, fit) and compatible(score, fit)
        ]
        evaluated = [s for s in scores if s.name.startswith(".evaluate") and sure(s, fit)]
        certain = (
            bool(evaluated) and monitors(stops[0]).startswith("val") and not stops[0].place.branches
        )
        what = "and its last weights are scored" if evaluated else "and keeps its last weights"
        yield Found(stops[0].place, certain, f"early stopping without restore_best_weights, {what}")


@rule(
    "SB406",
    "argument-of-another-callback",
    "The callback has no such argument: depending on the version it is ignored, so the best "
    "weights are not kept, or the script stops with an error.",
    "EarlyStopping(patience=5, restore_best_weights=True)",
    "ModelCheckpoint('best.keras', save_best_only=True)",
)
def foreign_argument(trace: Trace) -> Iterator[Found]:
    """``restore_best_weights`` and the like, given to a callback that has no such thing."""
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.place.index != event.index:
            continue
        if not made.api.startswith("keras.callbacks.") or short(made) not in _CALLBACKS:
            continue
        for name, owners in _OWN_ARGUMENTS.items():
            if name in made.kwargs and short(made) not in owners:
                yield Found(
                    event.place,
                    True,
                    f"{short(made)} has no argument {name}; {' and '.join(sorted(owners))} "
                    f"{'has' if len(owners) == 1 else 'have'}",
                )


_SORTED_SETS = {"sklearn.datasets.load_iris", "sklearn.datasets.load_wine"}
_TIME_WORDS = {
    "time", "times", "timestamp", "timestamps", "date", "dates", "datetime", "time_step",
    "time_steps", "timesteps", "n_steps", "look_back", "lookback", "window", "window_size",
    "series", "sequence_length", "seq_len", "seq_length", "forecast", "horizon", "stock",
    "timeseries_dataset_from_array", "timeseriesgenerator", "lstm", "gru", "simplernn", "n_past",
    "reset_states", "stateful", "past",
}  # fmt: skip


@rule(
    "SB407",
    "ordered-rows-not-shuffled",
    "Rows stand sorted by class: whole batches, or the whole held-out part, hold one class only, "
    "so training swings from class to class and the score describes one of them.",
    "model.fit(x, y, shuffle=True)  # for rows that are not a time series",
    "train_test_split(x, y, stratify=y, random_state=0)",
)
def not_shuffled(trace: Trace) -> Iterator[Found]:
    """``shuffle=False``, or ``validation_split``, on rows that are sorted."""
    fits = trace.fits()
    temporal = bool(fits) and bool(trace.words() & _TIME_WORDS)
    for fit in fits:
        data = inputs_of(fit)
        ordered = _sorted(data)
        if is_const(fit.kwargs.get("shuffle"), False):
            stream = ordered == "folders" or fit.name == ".fit_generator"
            if ordered == "rows":
                yield Found(fit.place, True, "shuffle=False on rows that are sorted by class")
            elif not stream and not temporal and not _is_stream(data):
                yield Found(fit.place, False, "shuffle=False on rows that may stand in an order")
        if ordered == "folders":
            yield Found(fit.place, True, "trained on folders read class by class, shuffle=False")
        if ordered == "rows" and constant(fit.kwargs.get("validation_split")):
            yield Found(fit.place, True, "validation_split takes the last rows, all of one class")
    for event in trace.events:
        yield from _unshuffled_split(event)


def _sorted(data: Value | None) -> str:
    """``rows`` for data known to be sorted by class, ``folders`` for folders in order."""
    found = source(data)
    for value in ancestry(found, 12) if found is not None else ():
        if not isinstance(value, Data):
            continue
        if value.op.endswith((".permutation", ".shuffle")) or value.op.startswith("split:"):
            return ""
        if value.op == "index" and not _field(value):
            return ""
        if value.op in _SORTED_SETS:
            return "rows"
        directory = value.op in {".flow_from_directory", "keras.utils.image_dataset_from_directory"}
        if directory:
            return (
                "folders"
                if is_const(value.detail.get("shuffle"), False) and not _reshuffled(data)
                else ""
            )
    return ""


def _field(value: Data) -> bool:
    """Whether an index names a field, such as ``iris["data"]``, and chooses no rows."""
    return isinstance(constant(value.parents[1]), str) if len(value.parents) > 1 else False


def _reshuffled(data: Value | None) -> bool:
    return (
        any(isinstance(v, Data) and v.op == ".shuffle" for v in ancestry(data, 20))
        if data
        else False
    )


def _is_stream(data: Value | None) -> bool:
    """Datasets and generators bring their own order; ``shuffle`` does not reach them."""
    return any(
        isinstance(v, Data)
        and (
            v.op.startswith(
                (".flow", "tensorflow.data.", "keras.utils.", "generator", "tensorflow_datasets")
            )
            or v.op in {".batch", ".prefetch", ".map"}
        )
        for value in arms(data)
        for v in ancestry(value, 20)
    )


def _unshuffled_split(event: Event) -> Iterator[Found]:
    """A split or folds without shuffling, of rows known to be sorted by class."""
    name = event.name.rsplit(".", 1)[-1]
    if event.kind == "call" and name == "train_test_split" and event.args:
        unshuffled = is_const(event.kwargs.get("shuffle"), False)
        if unshuffled and _sorted(event.args[0]) == "rows":
            yield Found(event.place, True, "split without shuffling, of rows sorted by class")
    if event.kind == "call" and event.name == ".split" and event.args:
        folds = event.target
        if isinstance(folds, Made) and short(folds) == "KFold":
            shuffled = truth_of(folds.argument("shuffle", 1), default=False)
            if shuffled is False and _sorted(event.args[0]) == "rows":
                yield Found(event.place, True, "KFold without shuffling, of rows sorted by class")


@rule(
    "SB409",
    "steps-not-an-integer",
    "Keras 3 stops with a TypeError; older versions round by themselves, so an epoch is a little "
    "more or less than one pass over the data.",
    "steps_per_epoch=math.ceil(len(x_train) / batch_size)  # or leave it out",
)
def steps_not_integer(trace: Trace) -> Iterator[Found]:
    """``steps_per_epoch=len(x) / batch_size``."""
    for event in [*trace.fits(), *trace.calls(".evaluate_generator", ".predict_generator")]:
        for name in ("steps_per_epoch", "validation_steps", "steps", "samples_per_epoch"):
            value = event.kwargs.get(name)
            if value is None:
                continue
            if isinstance(value, Const) and isinstance(value.value, float):
                certain: bool | None = True
            else:
                certain = _fractional(value)
            if certain is not None:
                keyword = next(k for k in event.node.keywords if k.arg == name)  # type: ignore[attr-defined]
                yield Found(
                    event.place, certain, f"{name}={text(keyword.value, 34)} is not an integer"
                )


def _fractional(value: Value) -> bool | None:
    """True for a true division, False for NumPy's rounding (a float), None for anything else."""
    if not isinstance(value, Data):
        return None
    if value.op == "binop:/":
        return True
    if value.op in {"numpy.ceil", "numpy.floor", "numpy.round", "numpy.rint"}:
        return False
    if value.op in {"binop:*", "binop:+", "binop:-"}:
        return True if any(_fractional(parent) for parent in value.parents) else None
    return None
