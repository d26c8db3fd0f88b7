"""Estimators other than Keras models: of scikit-learn, XGBoost and LightGBM."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, listed
from seedbed.doctor.interpreter.values import Data, Items, Made, Value, arms
from seedbed.doctor.queries.wording import short

_MODULES = {
    "linear_model", "svm", "ensemble", "tree", "neighbors", "naive_bayes", "neural_network",
    "discriminant_analysis", "gaussian_process", "dummy", "multiclass", "multioutput",
    "calibration", "kernel_ridge", "semi_supervised", "cross_decomposition",
}  # fmt: skip
_WRAPPERS = ("scikeras.wrappers.", "keras.wrappers.")
_BOOSTERS = ("xgboost.", "lightgbm.", "catboost.")
_SEARCHES = {
    "GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV",
    "BayesSearchCV",
}  # fmt: skip
_PIPELINES = {"Pipeline", "make_pipeline"}
TRAIN_FUNCTIONS = {"xgboost.train", "lightgbm.train"}
CROSS_VALIDATIONS = {
    f"sklearn.{module}.{name}"
    for module in ("model_selection", "cross_validation")
    for name in ("cross_val_score", "cross_validate", "cross_val_predict", "permutation_test_score")
}
_SCORES = (".score", ".predict", ".predict_proba", ".decision_function", ".predict_log_proba")


def is_estimator(value: Value | None) -> bool:
    """True for an object that learns to predict: not for a scaler, nor for a Keras model."""
    if not isinstance(value, Made):
        return isinstance(value, Data) and value.op in TRAIN_FUNCTIONS
    if short(value) in _SEARCHES or is_wrapper(value):
        return True
    if short(value) in _PIPELINES:
        return any(is_estimator(part) for part in parts_of(value))
    if value.api.startswith(_BOOSTERS):
        return short(value) not in {"DMatrix", "Dataset", "Pool"}
    return value.api.startswith("sklearn.") and value.api.split(".")[1] in _MODULES


def is_search(value: Value | None) -> bool:
    """True for a search over settings that scores each on folds, such as ``GridSearchCV``."""
    return isinstance(value, Made) and short(value) in _SEARCHES


def is_wrapper(value: Made) -> bool:
    """True for a network that a wrapper gives scikit-learn's methods."""
    return value.api.startswith(_WRAPPERS)


def parts_of(pipeline: Made) -> Iterator[Made]:
    """The steps of a pipeline or of a search, without their names."""
    waiting: list[Value] = [*pipeline.args, *pipeline.kwargs.values()]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, Items):
            waiting.extend(value.items)
        elif isinstance(value, Made):
            yield value


@listed
def estimator_fits(trace: Trace) -> list[Event]:
    """Calls that train an estimator: ``fit``, ``xgboost.train``, ``cross_val_score``."""
    return [
        event
        for event in trace.events
        if event.kind == "call"
        and (
            (event.name in {".fit", ".partial_fit"} and _is_any(event.target))
            or event.name in TRAIN_FUNCTIONS | CROSS_VALIDATIONS
        )
    ]


@listed
def estimator_scores(trace: Trace) -> list[Event]:
    """Calls that score an estimator, or predict for scoring."""
    return [event for event in trace.calls(*_SCORES) if _is_any(event.target)]


def _is_any(value: Value | None) -> bool:
    return any(is_estimator(arm) for arm in arms(value))
