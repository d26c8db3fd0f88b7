"""SB112: estimator-without-random-state.

## What it sees

An estimator of scikit-learn that draws random numbers (`MLPClassifier`, `RandomForestClassifier`,
`SGDClassifier`, `BaggingRegressor`, `RandomizedSearchCV`, …), without `random_state` and without
a seed of NumPy before it is trained. `np.random.seed` and `keras.utils.set_random_seed` pin
`random_state=None`. "May be" for single trees and boosting, which draw only which of two equal
splits they take, and where a module that was not given may set seeds.

## Why it matters

Each run trains another forest or another network on the same rows. A random forest with few trees
and a small network vary most.

## Bad

```python
from sklearn.neural_network import MLPClassifier

model = MLPClassifier(hidden_layer_sizes=(32,), max_iter=30)
model.fit(x_train, y_train)
print(model.score(x_test, y_test))
```

## Good

```python
from sklearn.neural_network import MLPClassifier

model = MLPClassifier(hidden_layer_sizes=(32,), max_iter=30, random_state=42)
model.fit(x_train, y_train)
print(model.score(x_test, y_test))
```

## What was measured

`python -m benchmarks.doctor_effects SB112`, scikit-learn's digits (600 rows to train, 300 to
score): without `random_state`, `MLPClassifier((32,), max_iter=30)` scored 74.7 to 85.0 % (sd 3.17
points, n=10) and `RandomForestClassifier(20)` 93.7 to 96.0 % (sd 0.80 points, n=10); with
`random_state=42` all 10 runs of each gave one score.
"""

from collections.abc import Iterator

from seedbed.doctor.editing.arguments import with_seed_argument
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.queries.randomness.seeds import hidden_seeding
from seedbed.doctor.queries.randomness.unseeded_estimators import unseeded_estimators
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB112",
    "estimator-without-random-state",
    "Each run trains another model on the same rows: one score is one draw from a spread that you "
    "do not see.",
    "MLPClassifier(..., random_state=42)  # or np.random.seed(42)",
)
def unseeded_estimator(trace: Trace) -> Iterator[Found]:
    """An estimator draws, without a seed of its own and without NumPy's."""
    if not trace.whole or trace.imported or hidden_seeding(trace):
        return
    for event, always in unseeded_estimators(trace):
        name = short(event.result)
        yield Found(
            event.place,
            always and not trace.unknown_imports,
            f"{name} has no random_state and NumPy is not seeded before it is trained",
            fix=(f"{name}(..., random_state=42)  # or np.random.seed(42)",),
            patch=with_seed_argument(event, "random_state"),
        )
