"""Scalers between a split and what is trained or scored."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace, compatible
from seedbed.doctor.interpreter.values import Data, Items, Made, Value, key
from seedbed.doctor.queries.data.estimators import estimator_fits, estimator_scores
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.models import same_model
from seedbed.doctor.queries.wording import short

_PASSED_ON = {
    ".astype", ".reshape", ".copy", ".to_numpy", "attr:values", "numpy.array", "numpy.asarray",
    "numpy.expand_dims", "numpy.reshape", "tensorflow.cast", "tensorflow.convert_to_tensor",
}  # fmt: skip
_NO_SCALERS = {"OneHotEncoder", "LabelEncoder", "LabelBinarizer", "OrdinalEncoder"}


@dataclass(frozen=True)
class ScaledPart:
    """One part of a split on its way to a model.

    Attributes:
        whole: What was divided.
        transformed: The first call of a scaler on the way; None if there is none.
    """

    whole: object
    transformed: Data | None


@dataclass(frozen=True)
class OneSided:
    """A scaler that only one side passes through.

    Attributes:
        score: The call that scores the other part.
        transformed: What the scaler has made.
        scaler: Its class.
        trained: Whether the training rows are those that pass through it.
    """

    score: Event
    transformed: Data
    scaler: str
    trained: bool


def one_sided_scalers(trace: Trace) -> Iterator[OneSided]:
    """Scalers through which only the training part or only the scored part of a split passes."""
    scores = [*trace.scores(), *estimator_scores(trace)]
    for fit in [*trace.fits(), *estimator_fits(trace)]:
        trained = _scaled_part(inputs_of(fit))
        for score in scores if trained is not None else ():
            later = score.index > fit.index and same_model(score, fit) and compatible(score, fit)
            scored = _scaled_part(inputs_of(score)) if later else None
            if scored is None or trained is None or scored.whole != trained.whole:
                continue
            one, other = trained.transformed, scored.transformed
            through = one or other
            if through is not None and (one is None) != (other is None):
                yield OneSided(score, through, short(through.parents[0]), one is not None)


def _scaled_part(value: Value | None) -> ScaledPart | None:
    """What part of a split reaches a model, and through which scaler; None if unreadable."""
    transformed: Data | None = None
    for _ in range(30):
        if isinstance(value, Items) and value.items and not value.open:
            value = value.items[0]
            continue
        if not isinstance(value, Data) or not value.parents:
            return None
        if value.op in {"split:train", "split:held"}:
            return ScaledPart(key(value.parents[0]), transformed)
        if _is_scaled(value):
            transformed = transformed or value
            value = value.parents[1]
        elif value.op in _PASSED_ON:
            value = value.parents[0]
        else:
            return None
    return None


def _is_scaled(value: Data) -> bool:
    """True for ``scaler.transform(x)`` and ``scaler.fit_transform(x)``."""
    maker = value.parents[0]
    return (
        value.op in {".transform", ".fit_transform"}
        and len(value.parents) > 1
        and isinstance(maker, Made)
        and maker.api.startswith("sklearn.preprocessing.")
        and short(maker) not in _NO_SCALERS
    )
