"""SB405: last-weights-after-early-stopping.

## What it sees

`EarlyStopping` without `restore_best_weights=True`, where nothing loads a checkpoint afterwards.
"Is" when the model is evaluated after it.

## Why it matters

Training stops `patience` epochs after the best one, and those later weights are kept. Whatever is
then scored is not the network that the rule chose.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=5)
model.fit(x_train, y_train, epochs=100, validation_split=0.1, callbacks=[stop])
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
model.fit(x_train, y_train, epochs=100, validation_split=0.1, callbacks=[stop])
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), patience 5 on the
accuracy of the 300 rows: the weights at stopping were 0.52 points *better* on the fresh rows than
those of the best epoch (sd 0.39, n=20 runs), since training had not levelled off. What is certain
is that the score is not that of the epoch that was chosen; which of the two is better depends on
the curve.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, with_argument
from seedbed.doctor.interpreter.trace import Trace, compatible, sure
from seedbed.doctor.interpreter.values import Place
from seedbed.doctor.queries.training.callbacks import callbacks_of, monitors, restores_best
from seedbed.doctor.queries.training.models import loads_of, same_model
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


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
        sentence = f"early stopping without restore_best_weights, {what}"
        yield Found(stops[0].place, certain, sentence, patch=_patch(stops[0].place))


def _patch(place: Place) -> Patch | None:
    """Keep the best weights: other weights are scored, so only with consent."""
    name = "restore_best_weights"
    given = [k.value for k in getattr(place.node, "keywords", []) if k.arg == name]
    if given:
        plain = isinstance(given[0], ast.Constant)
        return patch_of(place.module, replaced(given[0], "True"), safe=False) if plain else None
    return patch_of(
        place.module, with_argument(place.module, place.node, f"{name}=True"), safe=False
    )
