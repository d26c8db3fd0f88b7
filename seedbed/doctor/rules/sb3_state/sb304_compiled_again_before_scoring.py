"""SB304: compiled-again-before-scoring.

## What it sees

`compile` with another loss between the last `fit` and `evaluate`. Another optimiser alone is a
"may be": it changes nothing in a score, but suggests that a training is missing.

## Why it matters

`evaluate` reports what the last `compile` asked for. Its loss then is another quantity than that
of the curves.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=20)
model.compile("adam", "mse")
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20)
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects SB304`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs
with `categorical_crossentropy`: `evaluate` gave a loss of 0.29 (sd 0.01, n=10), and 0.0117 (sd
0.0003), 25 times less, after `compile` with `mse`, with the same weights in 10 of 10 runs.
Another optimiser alone left the loss as it was in 10 of 10 runs.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, sure
from seedbed.doctor.queries.training.models import (
    comparison_key,
    compiled_with,
    models_of,
    same_model,
)
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB304",
    "compiled-again-before-scoring",
    "evaluate() reports the loss and metrics of the last compile(), not of the training: its loss "
    "cannot be set beside the curves.",
    "model.evaluate(x_test, y_test)  # with the loss that training minimised",
)
def compiled_again(trace: Trace) -> Iterator[Found]:
    """Another loss or optimiser is compiled in between ``fit`` and ``evaluate``."""
    for score in trace.calls(".evaluate", ".evaluate_generator"):
        fits = [f for f in trace.fits() if same_model(f, score) and f.index < score.index]
        if not fits or not models_of(score):
            continue
        last = fits[-1]
        compiles = [c for c in compiled_with(trace, models_of(score)[0]) if compatible(c, score)]
        before = [c for c in compiles if c.index < last.index]
        after = [c for c in compiles if last.index < c.index < score.index]
        if not before or not after:
            continue
        found = _other_settings(before[-1], after[-1], score)
        if found is not None:
            yield found


def _other_settings(before: Event, after: Event, score: Event) -> Found | None:
    """Compare two ``compile`` calls."""
    for name, position in (("loss", 1), ("optimizer", 0)):
        old, new = before.argument(name, position), after.argument(name, position)
        if comparison_key(old) == comparison_key(new) or new is None:
            continue
        readable = type(old).__name__ in {"Const", "Made"} and type(new).__name__ in {
            "Const",
            "Made",
        }
        if name == "optimizer":
            readable = False
        return Found(
            after.place,
            readable and sure(score, before, after),
            f"compiled with another {name} after training and before {text(score.node, 24)}",
        )
    return None
