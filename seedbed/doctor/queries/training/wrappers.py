"""Networks trained inside wrappers: scikeras, Keras' old wrappers, searches, and Keras Tuner."""

from seedbed.doctor.interpreter.trace import Event, Trace, listed
from seedbed.doctor.interpreter.values import Const, Made, Value, arms
from seedbed.doctor.queries.data.estimators import CROSS_VALIDATIONS, is_wrapper, parts_of

_TUNERS = ("keras_tuner.", "kerastuner.")
_FITS = {".fit", ".partial_fit", ".fit_predict"}


@listed
def wrapped_fits(trace: Trace) -> list[Event]:
    """Calls that train a network through a wrapper, a search, folds or a tuner."""
    return [event for event in trace.events if event.kind == "call" and _trains(event)]


def _trains(event: Event) -> bool:
    if event.name in CROSS_VALIDATIONS:
        return bool(wrappers_in(event.argument("estimator", 0)))
    if event.name == ".search":
        return is_tuner(event.target)
    return event.name in _FITS and bool(wrappers_in(event.target))


def wrappers_in(value: Value | None) -> list[Made]:
    """The wrapped networks of an estimator: of a wrapper, a pipeline or a search."""
    found = []
    for arm in arms(value):
        if isinstance(arm, Made) and is_wrapper(arm):
            found.append(arm)
        elif isinstance(arm, Made) and arm.api.startswith(("sklearn.", "imblearn.", "skopt.")):
            for part in parts_of(arm):
                found += wrappers_in(part)
    return found


def is_tuner(value: Value | None) -> bool:
    """True for a search of Keras Tuner."""
    return any(isinstance(arm, Made) and arm.api.startswith(_TUNERS) for arm in arms(value))


def seeds_itself(fit: Event) -> bool:
    """True if every wrapper of a training is given a ``random_state``, which seeds the network."""
    target = fit.argument("estimator", 0) if fit.name in CROSS_VALIDATIONS else fit.target
    found = wrappers_in(target)
    return bool(found) and all(_has_state(wrapper) for wrapper in found)


def _has_state(wrapper: Made) -> bool:
    given = wrapper.kwargs.get("random_state")
    stated = given is not None and not (isinstance(given, Const) and given.value is None)
    return stated or "**" in wrapper.kwargs
