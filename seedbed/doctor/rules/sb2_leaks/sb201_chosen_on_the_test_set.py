"""SB201: chosen-on-the-test-set.

## What it sees

`EarlyStopping`, `ReduceLROnPlateau` or a `ModelCheckpoint(save_best_only=True)` watches the
validation data of `fit`, or a search of Keras Tuner does, and the same rows are scored afterwards,
or a loader says that they are the test set; the objective of a study (Optuna, hyperopt) is a score
on the test set; or a loop keeps the best of its scores on it (`if acc > best`, `max(results,
key=results.get)`, `np.argmax(scores)`), over epochs or settings. "May be" when the rows are called
validation rows, when only a checkpoint chooses and nothing loads it, or when `GridSearchCV` chooses
on all rows and another model is scored on a part of them. Nothing is said when other rows are
scored at the end.

## Why it matters

The best of many looks at one finite test set is partly luck. The gain does not carry over to new
data, and it grows with the number of epochs and with 1/√(test examples). `analysis` measures it
for your own runs with the cross-fitted epoch: choose the epoch on nine tenths of the examples and
score the last tenth.

For the data sets of Keras whose size is known, the finding gives an upper bound: the expected
highest of E independent normal deviates, times √(p(1−p)/N) at p = 0.9. Epochs are not
independent, so the true value is smaller.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
model.fit(x_train, y_train, epochs=50, validation_data=(x_test, y_test), callbacks=[stop])
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
model.fit(x_train, y_train, epochs=50, validation_split=0.1, callbacks=[stop])
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh): the epoch chosen
among 30 on the test set flattered by 0.70 points (sd 0.47, n=20 runs): its lead over the last
epoch on the test set, less its lead on the fresh rows.
"""

import ast
from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist

from seedbed.doctor.editing.edits import Edit, Patch, patch_of
from seedbed.doctor.editing.syntax import end_of, start_of
from seedbed.doctor.interpreter.trace import Event, Trace, sure
from seedbed.doctor.interpreter.values import Data, Made, Value, ancestry
from seedbed.doctor.queries.data.data_rows import name_of, part_of, rows, source
from seedbed.doctor.queries.data.estimators import estimator_fits, estimator_scores, is_search
from seedbed.doctor.queries.data.evaluation_data import inputs_of, scores_after, validation_of
from seedbed.doctor.queries.data.overlap.shared_rows import shared_rows
from seedbed.doctor.queries.training.callbacks import callbacks_of, monitors
from seedbed.doctor.queries.training.loop_choices import loop_choices
from seedbed.doctor.queries.training.loops import epochs_of
from seedbed.doctor.queries.training.models import loads_of, same_model
from seedbed.doctor.queries.training.wrappers import is_tuner
from seedbed.doctor.queries.wording import short, text, truth_of
from seedbed.doctor.rules.registry import Found, rule

_OPTIMISERS = (".optimize", "hyperopt.fmin", "_minimize")
_FIX_OF_LOOPS = (
    "x_fit, x_val, y_fit, y_val = train_test_split(x_train, y_train, random_state=0)",
    "if score(x_val, y_val) > best: ...    # in the loop",
    "score(x_test, y_test)                 # once, after it",
)
_KNOWN_SIZES = {
    "mnist": 10_000,
    "fashion_mnist": 10_000,
    "cifar10": 10_000,
    "cifar100": 10_000,
    "imdb": 25_000,
    "reuters": 2_246,
}


@rule(
    "SB201",
    "chosen-on-the-test-set",
    "The epoch, the stopping point or the learning rate is chosen on the very rows that are then "
    "scored, so the score is the best of many looks and flatters.",
    "x_fit, x_val, y_fit, y_val = train_test_split(",
    "    x_train, y_train, test_size=0.1, stratify=y_train, random_state=0)",
    "model.fit(x_fit, y_fit, validation_data=(x_val, y_val), callbacks=...)",
    "model.evaluate(x_test, y_test)  # once, at the end",
)
def chosen_on_test(trace: Trace) -> Iterator[Found]:
    """A callback chooses on the rows that are scored afterwards."""
    for fit in trace.fits():
        watched = validation_of(fit)
        if watched is None or rows(watched) == rows(inputs_of(fit)):
            continue
        choosers = [callback for callback in callbacks_of(fit) if _chooses(callback)]
        if choosers:
            names = dict.fromkeys(short(callback) for callback in choosers)
            effective = set(names) != {"ModelCheckpoint"} or bool(loads_of(trace, fit.index))
            yield from _judge(trace, fit, watched, " and ".join(names), effective)
    for search in trace.calls(".search"):
        watched = validation_of(search)
        apart = watched is not None and rows(watched) != rows(inputs_of(search))
        if watched is not None and apart and is_tuner(search.target):
            yield from _judge(trace, search, watched, short(search.target), effective=True)
    yield from _objectives(trace)
    yield from _loops(trace)
    yield from _searched_on_all(trace)


def _chooses(callback: Made) -> bool:
    """Whether a callback lets validation data decide something."""
    if not monitors(callback).startswith("val"):
        return False
    if short(callback) == "ModelCheckpoint":
        return truth_of(callback.argument("save_best_only", 3), default=False) is True
    return short(callback) in {"EarlyStopping", "ReduceLROnPlateau"}


def _judge(
    trace: Trace, fit: Event, watched: Value, names: str, effective: bool
) -> Iterator[Found]:
    """Compare what was watched with what is scored later."""
    later = [score for score in scores_after(trace, fit) if _concerns(trace, fit, score)]
    same = [score for score in later if rows(inputs_of(score)) == rows(watched)]
    others = [
        score
        for score in later
        if rows(inputs_of(score)) not in {rows(watched), rows(inputs_of(fit))}
        and part_of(inputs_of(score))[0] != "train"
    ]
    part, shown = part_of(watched)
    if others or not (same or part == "test"):
        return
    certain = effective and part != "validation" and (bool(same) or shown)
    if same and not any(sure(score, fit) or sure(fit, score) for score in same):
        certain = False
    verb = "choose" if " and " in names else "chooses"
    data = _written(fit) or name_of(watched, "validation_data")
    tail = ", and the score is taken on it" if same else ", the test set"
    what = f"{names} {verb} on {data}{tail}"
    yield Found(fit.place, certain, what, _flattery(fit, watched), patch=_patch(fit))


def _objectives(trace: Trace) -> Iterator[Found]:
    """A search whose objective is a score on the test set, such as a study of Optuna."""
    scores = {s.result.uid: s for s in [*trace.scores(), *estimator_scores(trace)]}
    asked: dict[Event, list[Event]] = {}
    for search in trace.events:
        if search.returned and search.name.endswith(_OPTIMISERS):
            behind = [v for value in search.returned for v in ancestry(value, 60)]
            asked[search] = [scores[value.uid] for value in behind if value.uid in scores]
    if not asked:
        return
    inside = [score for found in asked.values() for score in found]
    outside = [score for score in scores.values() if score not in inside]
    final = {rows(inputs_of(s)) for s in outside if part_of(inputs_of(s))[0] == "test"}
    for search, found in asked.items():
        tested = [score for score in found if part_of(inputs_of(score))[0] == "test"]
        if tested and not final - {rows(inputs_of(score)) for score in tested}:
            data = name_of(inputs_of(tested[0]), "the test set")
            certain = part_of(inputs_of(tested[0]))[1]
            what = f"the objective of {text(search.node, 30)} is a score on {data}, the test set"
            yield Found(tested[0].place, certain, what)


def _loops(trace: Trace) -> Iterator[Found]:
    """A loop that keeps the epoch or the setting with the best score on the test set."""
    told: set[int] = set()
    for choice in loop_choices(trace):
        asked = [inputs_of(score) for score in choice.scores]
        parts = [part_of(value) for value in asked]
        if id(choice.event.node) in told or any(part != "test" for part, _ in parts):
            continue
        looked = {rows(value) for value in asked}
        scores = [*trace.scores(), *estimator_scores(trace)]
        final = [s for s in scores if s.index > choice.event.index and not s.loops]
        if any(
            part_of(inputs_of(s))[0] == "test" and rows(inputs_of(s)) not in looked for s in final
        ):
            continue
        told.add(id(choice.event.node))
        certain = choice.keeps and all(shown for _, shown in parts)
        data = name_of(asked[0], "the test set")
        what = f"{text(choice.event.node, 36)} keeps the best of several scores on {data}"
        yield Found(choice.event.place, certain, what, fix=_FIX_OF_LOOPS)


def _searched_on_all(trace: Trace) -> Iterator[Found]:
    """Settings that a search chose on all rows, and a score on a part of them by another model."""
    scores = sorted([*trace.scores(), *estimator_scores(trace)], key=lambda score: score.index)
    for search in estimator_fits(trace):
        searched = inputs_of(search) if is_search(search.target) else None
        for score in scores if searched is not None else ():
            scored = inputs_of(score)
            if score.index < search.index or score.target is search.target or scored is None:
                continue
            shared = shared_rows(searched, scored) if searched is not None else None
            if shared is not None:
                name = short(search.target)
                yield Found(search.place, False, f"{name} chooses on all rows: it is {shared.what}")
                break


def _patch(fit: Event) -> Patch | None:
    """Choose on a tenth of the training rows: another training, so only with consent."""
    call = fit.node
    given = next((k for k in getattr(call, "keywords", []) if k.arg == "validation_data"), None)
    arrays = fit.name == ".fit" and fit.argument("y", 1) is not None
    if given is None or not arrays or not isinstance(given.value, ast.Tuple):
        return None
    change = Edit(start_of(given), end_of(given), "validation_split=0.1")
    return patch_of(fit.place.module, change, safe=False)


def _concerns(trace: Trace, fit: Event, score: Event) -> bool:
    """Whether a score is one of the model that was fitted, or of one loaded from a file."""
    if same_model(fit, score):
        return True
    others = [other for other in trace.fits() if other is not fit]
    return not any(same_model(other, score) for other in others)


def _written(fit: Event) -> str:
    """The validation data as the script writes them, when that is short."""
    for keyword in getattr(fit.node, "keywords", []):
        if keyword.arg == "validation_data":
            found = text(keyword.value, 32)
            return "" if found.endswith("…") else found
    return ""


def _flattery(fit: Event, watched: Value) -> str:
    """The rule's meaning with a bound for the data and epochs at hand, where both are known."""
    origin = source(watched)
    epochs = epochs_of(fit)
    name = origin.op.split(".")[2] if isinstance(origin, Data) and origin.role else ""
    size = _KNOWN_SIZES.get(name)
    if size is None or epochs is None or epochs < 2:
        return ""
    highest = NormalDist().inv_cdf((epochs - 0.375) / (epochs + 0.25))
    bound = 100 * highest * sqrt(0.9 * 0.1 / size)
    return (
        "The score is the best of many looks and flatters: choosing among "
        f"{epochs:.0f} epochs on {size:,} rows adds up to "
        f"about {bound:.1f} points at 90 % accuracy."
    )
