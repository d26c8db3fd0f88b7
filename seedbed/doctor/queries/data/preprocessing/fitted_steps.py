"""Steps that learn from rows: scalers, imputers, encoders, selectors, statistics of a table."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, listed
from seedbed.doctor.interpreter.values import (
    Items,
    Made,
    Model,
    Value,
    ancestry,
    arms,
    parents_of,
)
from seedbed.doctor.queries.data.estimators import is_estimator, parts_of
from seedbed.doctor.queries.data.preprocessing.column_choices import (
    CORRELATIONS,
    correlation,
    importances,
)
from seedbed.doctor.queries.data.preprocessing.fitted_step import FittedStep, Kind
from seedbed.doctor.queries.data.preprocessing.group_statistics import WRITTEN_BACK, group_statistic
from seedbed.doctor.queries.data.preprocessing.statistics_by_hand import (
    filled_by_statistic,
    scaled_by_statistic,
)
from seedbed.doctor.queries.wording import short, text

_FITTED = (
    "sklearn.preprocessing.",
    "sklearn.decomposition.",
    "sklearn.feature_selection.",
    "sklearn.feature_extraction.",
    "sklearn.impute.",
    "sklearn.manifold.",
    "sklearn.cluster.",
    "sklearn.compose.",
    "sklearn.cross_decomposition.",
    "sklearn.pipeline.",
    "sklearn_pandas.",
    "category_encoders.",
    "feature_engine.",
    "imblearn.",
    "keras.layers.",
    "keras.preprocessing.",
)
_HARMLESS = {
    "LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer", "OneHotEncoder", "OrdinalEncoder",
    "Normalizer", "StringLookup", "IntegerLookup", "FunctionTransformer", "PolynomialFeatures",
    "HashingVectorizer", "FeatureHasher", "Binarizer", "DictVectorizer", "Hashing",
    "CategoryEncoding", "Discretization", "HashingEncoder", "BinaryEncoder", "BaseNEncoder",
    "ImageDataGenerator", "ColumnSelector", "SplineTransformer",
}  # fmt: skip
"""What only lists categories, or treats each row for itself."""
_FIT = {".fit", ".fit_transform", ".fit_resample", ".adapt", ".fit_on_texts", ".fit_sample"}
_SCALE = {
    *(f"sklearn.preprocessing.{name}" for name in (
        "scale", "minmax_scale", "robust_scale", "maxabs_scale", "power_transform",
        "quantile_transform",
    )),
    "scipy.stats.zscore",
    "scipy.stats.mstats.zscore",
}  # fmt: skip
_ASKED = {"-", "/", ".fillna", "[]", "numpy.where", *_FIT, *_SCALE, *CORRELATIONS, *WRITTEN_BACK}
"""Calls and operations that may learn from rows; the others are not looked at."""


@listed
def fitted_steps(trace: Trace) -> Iterator[FittedStep]:
    """Every step of the script that learns from rows, apart from the models."""
    for event in trace.events:
        if event.name not in _ASKED:
            continue
        step = (
            _transformer(trace, event)
            or _scaling(event)
            or scaled_by_statistic(trace, event)
            or filled_by_statistic(event)
            or group_statistic(event)
            or correlation(event)
            or importances(event)
        )
        if step is not None:
            yield step


def _transformer(trace: Trace, event: Event) -> FittedStep | None:
    """A scaler, selector, imputer or the like that is fitted."""
    made = event.target
    if event.kind != "call" or event.name not in _FIT or not isinstance(made, Made):
        return None
    data = event.argument("X", 0)
    if data is None or is_estimator(made) or not _learns(made):
        return None
    later = trace.calls(".transform", ".flow", ".texts_to_sequences", ".texts_to_matrix", "()")
    outputs: list[Value] = [event.result] if event.name != ".fit" else []
    outputs += [call.result for call in later if call.target is made and call.index > event.index]
    if made.api.startswith("sklearn.feature_selection."):
        outputs.append(made)  # rows[:, selector.support_]
    kind: Kind = "resample" if event.name in {".fit_resample", ".fit_sample"} else "fit"
    return FittedStep(event, data, outputs, f"{short(made)}.{event.name.lstrip('.')}", kind)


def is_in_a_model(trace: Trace, step: FittedStep) -> bool:
    """True if a step is a layer of a network that is trained, such as ``Normalization``."""
    made = step.event.target
    if not isinstance(made, Made) or not made.api.startswith("keras.layers."):
        return False
    return any(
        part is made or part in step.outputs
        for fit in trace.fits()
        for model in arms(fit.target)
        if isinstance(model, Model)
        for part in (*ancestry(model), *(layer for layer, _ in model.layers))
    )


def _learns(made: Made) -> bool:
    """True if an object's fit takes something from the rows that changes other rows."""
    if short(made) in _HARMLESS or not made.api.startswith(_FITTED):
        return False
    inner = [part for part in parts_of(made) if part.api.startswith(_FITTED)]
    if made.api.startswith(("sklearn.pipeline.", "sklearn.compose.", "sklearn_pandas.")):
        return any(_learns(part) for part in inner)
    return True


def _scaling(event: Event) -> FittedStep | None:
    """``scale(x)``: a function that scales by the statistics of what it is given."""
    if event.kind != "call" or event.name not in _SCALE or not event.args:
        return None
    what = f"{event.name.rsplit('.', 1)[-1]}()"
    return FittedStep(event, event.args[0], [event.result], what, "fit")


def named(step: FittedStep) -> str:
    """The step as a message calls it."""
    if step.kind != "fill":
        return step.what
    written = "" if step.event.kind == "call" else f" = … {step.what}()"
    return text(step.event.node, 44) + written


def tables_in(value: Value) -> list[Value]:
    """The parts of a value that joins several, such as ``concat([a, b])``."""
    found: list[Value] = []
    for parent in parents_of(value):
        found += parent.items if isinstance(parent, Items) else arms(parent)
    return found
