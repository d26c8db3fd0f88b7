"""SB201 to SB203: what the test set must not be used for."""

import ast
from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist

from seedbed.doctor.interpreter.trace import Event, Trace, sure
from seedbed.doctor.interpreter.values import Const, Data, Function, Made, Value, ancestry
from seedbed.doctor.queries.callbacks import callbacks_of, monitors
from seedbed.doctor.queries.data_rows import name_of, part_of, rows, source
from seedbed.doctor.queries.evaluation_data import (
    EvaluationData,
    comes_from,
    held_out,
    inputs_of,
    scores_after,
    validation_of,
)
from seedbed.doctor.queries.loops import epochs_of
from seedbed.doctor.queries.models import loads_of, same_model
from seedbed.doctor.queries.wording import short, text, truth_of
from seedbed.doctor.rules.registry import Found, rule

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
            yield from _judge(trace, fit, watched, choosers)


def _chooses(callback: Made) -> bool:
    """Whether a callback lets validation data decide something."""
    if not monitors(callback).startswith("val"):
        return False
    if short(callback) == "ModelCheckpoint":
        return truth_of(callback.argument("save_best_only", 3), default=False) is True
    return short(callback) in {"EarlyStopping", "ReduceLROnPlateau"}


def _judge(trace: Trace, fit: Event, watched: Value, choosers: list[Made]) -> Iterator[Found]:
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
    only_saved = {short(callback) for callback in choosers} == {"ModelCheckpoint"}
    effective = not only_saved or bool(loads_of(trace, fit.index))
    certain = effective and part != "validation" and (bool(same) or shown)
    if same and not any(sure(score, fit) or sure(fit, score) for score in same):
        certain = False
    names = " and ".join(dict.fromkeys(short(callback) for callback in choosers))
    verb = "choose" if " and " in names else "chooses"
    data = _written(fit) or name_of(watched, "validation_data")
    tail = ", and the score is taken on it" if same else ", the test set"
    yield Found(fit.place, certain, f"{names} {verb} on {data}{tail}", _flattery(fit, watched))


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


# --- preprocessing -------------------------------------------------------------------------

_FITTED = (
    "sklearn.preprocessing.",
    "sklearn.decomposition.",
    "sklearn.feature_selection.",
    "sklearn.feature_extraction.",
    "sklearn.impute.",
    "sklearn.manifold.",
    "imblearn.",
    "keras.layers.",
    "keras.preprocessing.",
)
_HARMLESS = {
    "LabelEncoder",
    "LabelBinarizer",
    "MultiLabelBinarizer",
    "OneHotEncoder",
    "OrdinalEncoder",
    "Normalizer",
    "StringLookup",
    "IntegerLookup",
    "FunctionTransformer",
}
_STATISTICS = {"mean", "std", "var", "max", "min", "amax", "amin", "ptp"}
_JOINS = {"concatenate", "concat", "vstack", "append", "row_stack"}


@rule(
    "SB202",
    "preprocessing-saw-the-test-set",
    "The scaling, selection or resampling has seen the rows it is scored on, so the score says "
    "less about new data; how much depends on the step (resampling most, scaling little).",
    "x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)",
    "scaler = StandardScaler().fit(x_train)          # training rows only",
    "x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)",
)
def preprocessing_saw_test(trace: Trace) -> Iterator[Found]:
    """Something is fitted on rows that are scored later."""
    held = list(held_out(trace))
    trained = [value for fit in trace.fits() if (value := inputs_of(fit)) is not None]
    for event in trace.events:
        data = _fitted_on(event)
        if data is not None:
            found = _saw(trace, event, data, held, trained)
        elif event.kind == "binop" and event.name in {"-", "/"}:
            found = _own_statistics(event, held, trained)
        else:
            found = None
        if found is not None:
            yield found


def _fitted_on(event: Event) -> Value | None:
    """The data that a scaler, selector or the like is fitted on."""
    names = {".fit", ".fit_transform", ".fit_resample", ".adapt", ".fit_on_texts", ".fit_sample"}
    made = event.target
    if event.kind != "call" or event.name not in names or not isinstance(made, Made):
        return None
    if not made.api.startswith(_FITTED) or short(made) in _HARMLESS or not event.args:
        return None
    return event.args[0]


def _saw(
    trace: Trace, event: Event, data: Value, held: list[EvaluationData], trained: list[Value]
) -> Found | None:
    """Whether the data of a fitting step hold rows that are scored."""
    what = f"{short(event.target)}.{event.name.lstrip('.')}"
    part, shown = part_of(data)
    if part == "test":
        return Found(event.place, shown, f"{what} is fitted on {name_of(data)}, the test rows")
    joined = source(data)
    if isinstance(joined, Data) and joined.op.rsplit(".", 1)[-1] in _JOINS:
        parts = [part_of(v) for p in joined.parents for v in _flat(p)]
        if any(name == "test" for name, _ in parts):
            certain = any(name == "test" and known for name, known in parts)
            return Found(event.place, certain, f"{what} is fitted on training and test rows joined")
    outputs = _outputs(trace, event)
    if joined is None or part == "train" or not outputs:
        return None
    if not any(comes_from(x, out) for x in trained for out in outputs):
        return None
    for item in held:
        if comes_from(item.value, joined) and rows(item.value) != rows(data):
            certain = part == "" and part_of(item.value)[0] != "validation"
            name = name_of(data, "all rows")
            return Found(event.place, certain, f"{what} is fitted on {name} before the split")
    return None


def _flat(value: Value) -> list[Value]:
    items = getattr(value, "items", None)
    return list(items) if isinstance(items, list) else [value]


def _outputs(trace: Trace, event: Event) -> list[Value]:
    """What a fitted step has transformed: its own result, and later ``transform`` calls."""
    found: list[Value] = [event.result] if event.name != ".fit" else []
    later = trace.calls(".transform", ".flow", ".texts_to_sequences", "()")
    return found + [
        call.result for call in later if call.target is event.target and call.index > event.index
    ]


def _own_statistics(event: Event, held: list[EvaluationData], trained: list[Value]) -> Found | None:
    """``(x - x.mean()) / x.std()`` on rows of which some are scored."""
    left, right = event.args
    statistic = _statistic(right)
    if statistic is None:
        return None
    name, of = statistic
    if rows(of) != rows(left) or not isinstance(source(left), Data):
        return None
    part, shown = part_of(left)
    if part == "test":
        return Found(
            event.place,
            shown,
            f"{name_of(left)} is scaled by its own {name}, not the training set's",
        )
    mixed = any(comes_from(item.value, event.result) for item in held) and any(
        comes_from(x, event.result) for x in trained
    )
    apart = any(rows(item.value) != rows(x) for item in held for x in trained)
    if mixed and apart and part != "train":
        certain = name in {"mean", "std", "var"}
        return Found(
            event.place, certain, f"{name_of(left)} is scaled by the {name} of all rows, then split"
        )
    return None


def _statistic(value: Value) -> tuple[str, Value] | None:
    """The name of a statistic and what it is taken of."""
    for found in ancestry(value, 6):
        if isinstance(found, Data) and found.parents:
            name = found.op.rsplit(".", 1)[-1]
            if name in _STATISTICS:
                return name, found.parents[0]
    return None


# --- augmentation --------------------------------------------------------------------------

_NO_AUGMENTATION = {
    "rescale",
    "preprocessing_function",
    "validation_split",
    "featurewise_center",
    "featurewise_std_normalization",
    "samplewise_center",
    "samplewise_std_normalization",
    "data_format",
    "dtype",
    "fill_mode",
    "cval",
    "interpolation_order",
    "zca_epsilon",
    "zca_whitening",
}


@rule(
    "SB203",
    "test-rows-augmented",
    "Test images are turned, zoomed or flipped at random: the score changes with each evaluation "
    "even when the weights do not, and is lower than on the images themselves.",
    "train = ImageDataGenerator(rescale=1 / 255, rotation_range=20)",
    "test = ImageDataGenerator(rescale=1 / 255)  # scaled, not augmented",
)
def test_augmented(trace: Trace) -> Iterator[Found]:
    """Augmentation meets rows that are scored."""
    reported: set[int] = set()
    for item in held_out(trace):
        for value in ancestry(item.value):
            if not isinstance(value, Data) or value.uid in reported or not value.parents:
                continue
            place = next((e for e in trace.events if e.result is value), item.event)
            generator = value.parents[0]
            if value.op.startswith(".flow") and isinstance(generator, Made):
                given = [
                    k for k, v in generator.kwargs.items() if k not in _NO_AUGMENTATION and _on(v)
                ]
                if given and generator.api.endswith("ImageDataGenerator"):
                    reported.add(value.uid)
                    yield Found(
                        place.place,
                        all(isinstance(generator.kwargs[k], Const) for k in given[:1]),
                        f"the generator for scored images augments them ({given[0]})",
                    )
            elif value.op == ".map":
                certain = _augments(value)
                if certain is not None:
                    reported.add(value.uid)
                    yield Found(
                        place.place, certain, "scored images pass through random augmentation"
                    )


def _on(value: Value) -> bool:
    return not isinstance(value, Const) or value.value not in (0, 0.0, False, None)


def _augments(value: Data) -> bool | None:
    """True when a mapped function changes images at random, False when its name says so."""
    function = next((p for p in value.parents if isinstance(p, Function)), None)
    if function is None:
        return None
    suggested: bool | None = None
    for node in ast.walk(function.node):
        if (
            isinstance(node, ast.Attribute)
            and node.attr.startswith(("random_", "stateless_random_"))
            and text(node).startswith(("tf.image", "tensorflow.image", "image."))
        ):
            return True
        if isinstance(node, ast.Call) and "augment" in text(node.func).lower():
            training = next((k.value for k in node.keywords if k.arg == "training"), None)
            if isinstance(training, ast.Constant):
                suggested = True if training.value is True else suggested
            else:
                suggested = suggested or False
    return suggested
