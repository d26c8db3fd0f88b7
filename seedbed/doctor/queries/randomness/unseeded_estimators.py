"""Estimators of scikit-learn that draw random numbers and were given no ``random_state``."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, is_const
from seedbed.doctor.queries.data.estimators import estimator_fits
from seedbed.doctor.queries.randomness.seeds import ALL_SEEDS, NUMPY_SEEDS, seeds
from seedbed.doctor.queries.wording import short

DRAW_ALWAYS = {
    *("MLPClassifier", "MLPRegressor", "BernoulliRBM"),
    *("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier"),
    *("ExtraTreesRegressor", "BaggingClassifier", "BaggingRegressor", "RandomTreesEmbedding"),
    *("IsolationForest", "SGDClassifier", "SGDRegressor", "Perceptron"),
    *("PassiveAggressiveClassifier", "PassiveAggressiveRegressor", "RandomizedSearchCV"),
}
"""Those whose result depends on what they draw."""

DRAW_AT_TIES = {
    *("DecisionTreeClassifier", "DecisionTreeRegressor", "AdaBoostClassifier"),
    *("AdaBoostRegressor", "GradientBoostingClassifier", "GradientBoostingRegressor"),
}
"""Those that draw, though often without effect: which of two equal splits a tree takes."""


def unseeded_estimators(trace: Trace) -> Iterator[tuple[Event, bool]]:
    """The calls that make one, and whether its result depends on the draws for sure.

    None if NumPy's generator, from which ``random_state=None`` draws, is seeded before training.
    """
    fits = estimator_fits(trace)
    numpy_seeds = seeds(trace, NUMPY_SEEDS | ALL_SEEDS)
    if not fits or any(seed.index < fits[-1].index for seed in numpy_seeds):
        return
    if any("random_state" in event.kwargs for event in trace.calls(".set_params")):
        return
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.place.index != event.index:
            continue
        name = short(made)
        if not made.api.startswith("sklearn.") or name not in DRAW_ALWAYS | DRAW_AT_TIES:
            continue
        given = event.kwargs.get("random_state")
        if "**" not in event.kwargs and (given is None or is_const(given, None)):
            yield event, name in DRAW_ALWAYS
