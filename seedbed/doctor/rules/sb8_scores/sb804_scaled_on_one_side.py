"""SB804: scaled-on-one-side.

## What it sees

Inputs of one loader, or the two parts of one split, that are multiplied by another factor for
training than for scoring: `/ 255`, the `rescale` of a generator or a `Rescaling` layer in a `map`,
or a fitted scaler, on one side only; an image that is read by `cv2`, PIL or `load_img` counts as
pixels from 0 to 255.
Also an image of `cv2`, whose channels are BGR, for a network trained on RGB, and inputs that are
divided by 255 and then divided again by a `Rescaling` layer. It says nothing where a step on the
way cannot be read.

## Why it matters

The network is scored on images a few hundred times brighter or darker than those it has seen. How
much that costs depends on the network: one with BatchNormalization keeps the statistics of the
other size and fails, while one with ReLU alone hardly notices. The score is not that of the
network as it would be used.

## Bad

```python
import keras

keras.utils.set_random_seed(1)
(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5)
print(model.evaluate(x_test / 255, y_test))
```

## Good

```python
import keras

keras.utils.set_random_seed(1)
(x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x / 255, y, epochs=5)
print(model.evaluate(x_test / 255, y_test))
```

## What was measured

`python -m benchmarks.doctor_effects SB804`, TensorFlow 2.21, Keras 3.15, one CPU thread, small
CNNs on scikit-learn's digits (600 rows to train, 300 as the test set), ten epochs, ten seeds:
with BatchNormalization, trained on pixels of 0 to 255, accuracy is 96.3 % on such pixels and 9.0
% on pixels of 0 to 1 (sd 1.66, n=10); the other way round 95.7 % and 83.8 % (sd 5.25). With ReLU
alone 90.6 % and 90.1 %, and 93.9 % and 93.1 % (n=10).
"""

from collections.abc import Iterator
from math import log

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, makers
from seedbed.doctor.interpreter.values import Made, Place
from seedbed.doctor.queries.data.evaluation_data import inputs_of, validation_of
from seedbed.doctor.queries.data.preprocessing.scaler_sides import one_sided_scalers
from seedbed.doctor.queries.data.preprocessing.scaling import Scaling, rescaling_of, scaling_of
from seedbed.doctor.queries.training.models import models_of, same_model
from seedbed.doctor.queries.wording import line_of
from seedbed.doctor.rules.registry import Found, rule

_COLOURS = (
    "Red and blue are exchanged, as cv2 reads them: the network sees colours that it has never "
    "learned from."
)
_SCALER_FIX = ("x_train, x_test = scaler.fit_transform(x_train), scaler.transform(x_test)",)
_COLOUR_FIX = ("image = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)",)


@rule(
    "SB804",
    "scaled-on-one-side",
    "The network is scored on inputs of another size than those it has learned from: with "
    "normalisation the score collapses, with ReLU alone it is a little off.",
    "x, x_test = x / 255, x_test / 255  # both, or a Rescaling layer",
)
def scaled_on_one_side(trace: Trace) -> Iterator[Found]:
    """Training and scored inputs of one loader are scaled differently, or scaled twice."""
    for fit in trace.fits():
        trained = scaling_of(inputs_of(fit))
        if trained is None:
            continue
        if _twice(fit, trained):
            divided = makers(trace).get(trained.scaled.uid) if trained.scaled else None
            again = "and a Rescaling layer of the network divides them again"
            yield Found((divided or fit).place, True, f"the inputs are divided, {again}")
            continue
        watched = scaling_of(validation_of(fit))
        if watched is not None and _differs(trained, watched):
            fault = _fault(trace, trained, watched) or fit.place
            yield Found(fault, True, _sentence(_watched(fit, fault), trained, watched))
        for score in trace.scores():
            later = score.index > fit.index and same_model(score, fit) and compatible(score, fit)
            scored = scaling_of(inputs_of(score)) if later else None
            if scored is None:
                continue
            if _differs(trained, scored):
                fault = _fault(trace, trained, scored) or score.place
                yield Found(fault, True, _sentence(_scored(score, fault), trained, scored))
            elif _colours_differ(trained, scored):
                read = makers(trace).get(scored.loader.uid) if scored.loader else None
                fault = read.place if read is not None else score.place
                what = f"{_scored(score, fault)} are {scored.channels}"
                what += f", training images {trained.channels}"
                yield Found(fault, True, what, _COLOURS, _COLOUR_FIX)
    yield from _by_scalers(trace)


def _by_scalers(trace: Trace) -> Iterator[Found]:
    """A fitted scaler through which one part of a split passes, and the other does not."""
    told: set[int] = set()
    for side in one_sided_scalers(trace):
        made = makers(trace).get(side.transformed.uid)
        place = made.place if made is not None else side.score.place
        if id(place.node) in told:
            continue
        told.add(id(place.node))
        line = line_of(side.score.place.module, side.score.node)
        what = f"the training rows pass through {side.scaler}, those scored in {line} do not"
        if not side.trained:
            what = f"the rows scored in {line} pass through {side.scaler}, the training rows do not"
        yield Found(place, True, what, fix=_SCALER_FIX)


def _fault(trace: Trace, one: Scaling, other: Scaling) -> Place | None:
    """Where the side that is not scaled is loaded, or else where the other side is scaled."""
    plain, changed = (one, other) if abs(log(one.factor)) < abs(log(other.factor)) else (other, one)
    generator = _generator(plain)
    if generator is not None and generator is not _generator(changed):
        return generator.place
    loaded = makers(trace).get(plain.loader.uid) if plain.loader is not None else None
    scaled = makers(trace).get(changed.scaled.uid) if changed.scaled is not None else None
    found = loaded or scaled
    return found.place if found is not None else None


def _generator(scaling: Scaling) -> Made | None:
    """The ``ImageDataGenerator`` behind a stream of images."""
    parents = scaling.loader.parents if scaling.loader is not None else ()
    return parents[0] if parents and isinstance(parents[0], Made) else None


def _scored(score: Event, fault: Place) -> str:
    """The scored inputs, with the line of the score if the finding stands elsewhere."""
    line = line_of(score.place.module, score.node)
    here = line == line_of(fault.module, fault.node)
    return "scored inputs" if here else f"inputs scored in {line}"


def _watched(fit: Event, fault: Place) -> str:
    """The validation data, with the line of the training if the finding stands elsewhere."""
    line = line_of(fit.place.module, fit.node)
    here = line == line_of(fault.module, fault.node)
    return "validation data" if here else f"validation data in {line}"


def _colours_differ(one: Scaling, other: Scaling) -> bool:
    """True if red and blue are exchanged on one side."""
    return bool(one.channels and other.channels) and one.channels != other.channels


def _differs(one: Scaling, other: Scaling) -> bool:
    """True if two scalings of one loader differ by more than rounding."""
    if one.family != other.family or one.shift or other.shift:
        return False
    ratio = one.factor / other.factor if other.factor else 0.0
    return not 0.5 < ratio < 2


def _twice(fit: Event, trained: Scaling) -> bool:
    """True if divided inputs meet a Rescaling layer that divides."""
    inner = [rescaling_of(model) for model in models_of(fit)]
    return trained.factor < 0.1 and any(factor is not None and factor < 0.1 for factor in inner)


def _sentence(what: str, trained: Scaling, scored: Scaling) -> str:
    return f"{what} are scaled by {_factor(scored)}, training inputs by {_factor(trained)}"


def _factor(scaling: Scaling) -> str:
    inverse = 1 / scaling.factor if scaling.factor else 0.0
    return f"1/{inverse:.0f}" if inverse > 1.5 else f"{scaling.factor:g}"
