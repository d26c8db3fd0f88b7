"""Questions that several rules ask about layers, callbacks, loops and seeds."""

import ast
import re
from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, base_kind
from seedbed.doctor.interpreter.values import (
    Choice,
    Const,
    Data,
    Instance,
    Items,
    Loop,
    Made,
    Model,
    Name,
    Table,
    Tensor,
    Value,
    ancestry,
    arms,
    constant,
    key,
)

FRAMEWORK_SEEDS = {
    "keras.utils.set_random_seed",
    "tensorflow.random.set_seed",
    "tensorflow.random.set_random_seed",
    "tensorflow.set_random_seed",
    "torch.manual_seed",
    "keras.backend.set_random_seed",
}
ALL_SEEDS = {"keras.utils.set_random_seed"}
NUMPY_SEEDS = {"numpy.random.seed"}
PYTHON_SEEDS = {"random.seed"}
SEEDS = FRAMEWORK_SEEDS | NUMPY_SEEDS | PYTHON_SEEDS
_SEED_WORDS = re.compile(r"seed|determinis|reproduc|fix_random|same_random", re.IGNORECASE)
_EPOCH_WORDS = {
    "epoch", "epochs", "n_epochs", "num_epochs", "nb_epoch", "nb_epochs", "max_epochs", "ep",
    "step", "steps", "n_steps", "num_steps", "iteration", "iterations", "batch", "batches",
    "n_batches", "num_batches", "episode", "episodes", "n_epoch", "num_epoch", "total_epochs",
    "training_steps", "stage", "phase", "chunk", "chunks", "num_iterations", "n_iter", "rounds",
    "round", "cycle", "cycles", "episode_count", "max_episodes", "n_episodes", "num_episodes",
}  # fmt: skip
_RUN_WORDS = {
    "seed", "seeds", "run", "runs", "rep", "reps", "repeat", "repeats", "repetition", "trial",
    "trials", "n_runs", "num_runs", "n_repeats", "n_trials", "experiment", "experiments", "fold",
    "folds", "kfold", "kf", "skf", "cv", "n_splits", "n_folds", "num_folds", "k", "n_experiments",
    "random_state", "replicate", "replicates", "attempt", "attempts",
}  # fmt: skip
_FOLD_METHODS = {".split"}


def text(node: ast.AST, most: int = 40) -> str:
    """The source of a piece of syntax, shortened for a message."""
    found = " ".join(ast.unparse(node).split())
    return found if len(found) <= most else found[: most - 1] + "…"


def label(event: Event) -> str:
    """The name of the object of a method as the script writes it."""
    func = getattr(event.node, "func", None)
    return text(func.value, 30) if isinstance(func, ast.Attribute) else "the model"


# --- seeds ---------------------------------------------------------------------------------


def seeds(trace: Trace, names: set[str]) -> list[Event]:
    """Calls that set one of these generators."""
    return list(trace.calls(*names))


def hidden_seeding(trace: Trace) -> bool:
    """True when something that cannot be read, or was not read to its end, may set seeds."""
    if trace.truncated:
        return True
    for event in trace.events:
        if event.kind == "call" and event.name not in SEEDS:
            last = event.name.rsplit(".", 1)[-1]
            if event.name == "()":
                func = getattr(event.node, "func", None)
                last = text(func) if func is not None else ""
            own = event.name.startswith(("numpy.", "random.", "tensorflow.", "keras.", "torch."))
            if _SEED_WORDS.search(last) and not own:
                return True
    return False


def first_training(trace: Trace) -> Event | None:
    """The first event that trains weights."""
    found = sorted(trace.trainings(), key=lambda event: event.index)
    return found[0] if found else None


# --- loops ---------------------------------------------------------------------------------


def loop_kind(loop: Loop) -> str:  # noqa: PLR0911  (one return for each kind)
    """What a loop repeats: ``folds``, ``runs``, ``values``, ``epochs``, or an empty string.

    ``runs`` needs a name that says so (seed, run, trial …) or a plain ``range`` whose names do
    not speak of epochs, steps or batches.
    """
    words = {word.lower() for word in loop.targets} | set(loop.words)
    over = loop.over
    if over is None:
        return "epochs" if words & _EPOCH_WORDS else ""
    for value in ancestry(over, 30):
        if isinstance(value, Data) and value.op in _FOLD_METHODS:
            maker = value.parents[0] if value.parents else None
            if isinstance(maker, Made) and maker.api.startswith("sklearn."):
                return "folds"
    if words & _EPOCH_WORDS:
        return "epochs"
    if words & _RUN_WORDS:
        return "folds" if words & {"fold", "folds", "kfold", "n_folds", "num_folds"} else "runs"
    if isinstance(over, Items) and any(isinstance(item, Const) for item in over.items):
        return "values"
    if isinstance(over, Data) and over.op == "builtins.range":
        return "range"
    return ""


def repeating_loop(event: Event, outside: tuple[object, ...] = ()) -> Loop | None:
    """The innermost loop around an event that repeats whole trainings, not epochs."""
    for step in reversed(event.loops):
        if step in outside:
            continue
        if loop_kind(step.loop) in {"folds", "runs", "range", "values"}:
            return step.loop
    return None


def epochs_of(fit: Event) -> float | None:
    """The number of epochs of a ``fit`` when it is a literal; 1 when it is not given."""
    given = fit.argument("epochs") or fit.argument("nb_epoch") or fit.argument("epochs", 3)
    if given is None and fit.name == ".fit":
        return 1.0
    found = constant(given)
    return float(found) if isinstance(found, int | float) else None


# --- callbacks -----------------------------------------------------------------------------


def callbacks_of(fit: Event) -> list[Made]:
    """The callbacks of Keras that a ``fit`` is given, as far as they are known."""
    return [
        value
        for value in unfold(fit.kwargs.get("callbacks"))
        if isinstance(value, Made) and value.api.startswith("keras.callbacks.")
    ]


def callbacks_known(fit: Event) -> bool:
    """True when the list of callbacks of a ``fit`` is read in full."""
    given = fit.kwargs.get("callbacks")
    if "**" in fit.kwargs:
        return False
    known = all(isinstance(value, Made | Instance | Const) for value in unfold(given))
    return known and not (isinstance(given, Items) and given.open)


def unfold(value: Value | None) -> Iterator[Value]:
    """The items of nested lists and choices."""
    if isinstance(value, Items):
        for item in value.items:
            yield from unfold(item)
    elif isinstance(value, Choice):
        for _, arm in value.arms:
            yield from unfold(arm)
    elif isinstance(value, Data) and value.op == "binop:+":
        for parent in value.parents:
            yield from unfold(parent)
    elif value is not None:
        yield value


def short(made: Value | None) -> str:
    """The last part of the name of what made an object."""
    api = getattr(made, "api", "")
    return api.rsplit(".", 1)[-1]


def monitors(callback: Made) -> str:
    """What a callback watches; Keras watches ``val_loss`` unless told otherwise."""
    positions = {"ModelCheckpoint": 1, "EarlyStopping": 0, "ReduceLROnPlateau": 0}
    given = callback.argument("monitor", positions.get(short(callback)))
    if given is None:
        return "val_loss"
    found = constant(given)
    return found if isinstance(found, str) else ""


def truth_of(value: Value | None, default: bool) -> bool | None:
    """A flag's literal value; its default when absent; None when it is not known."""
    if value is None:
        return default
    found = constant(value)
    return bool(found) if isinstance(value, Const) else None if found is None else bool(found)


def restores_best(callback: Made) -> bool | None:
    """Whether an EarlyStopping brings back the best epoch's weights."""
    if "**" in callback.kwargs:
        return None
    return truth_of(callback.argument("restore_best_weights", 6), default=False)


# --- models --------------------------------------------------------------------------------


def models_of(event: Event) -> list[Value]:
    """The models that an event's object may be."""
    return arms(event.target)


def same_model(one: Event, other: Event) -> bool:
    """True when two events concern the same object."""
    return any(a is b for a in models_of(one) for b in models_of(other))


def loads_of(trace: Trace, after: int, before: int | None = None) -> list[Event]:
    """Calls that read weights or models from files between two events."""
    names = (".load_weights", ".set_weights", "keras.models.load_model", "keras.saving.load_model")
    return [
        event
        for event in trace.calls(*names)
        if event.index > after and (before is None or event.index < before)
    ]


def is_layer(value: Value | None) -> bool:
    """True for a layer of Keras, or an object of the script's own layer classes."""
    if isinstance(value, Instance):
        return base_kind(value) == "layer"
    return isinstance(value, Made) and value.api.startswith("keras.layers.")


def final_layers(model: Value) -> list[Value]:  # noqa: PLR0911  (one return for each kind)
    """The layers that make a model's outputs, where the text shows them; else empty.

    A layer that is only added on one arm of a decision makes the end of the model unknown.
    """
    if isinstance(model, Model) and model.api == "keras.Sequential":
        first = model.kwargs.get("layers") or (model.args[0] if model.args else None)
        unknown_list = (isinstance(first, Items) and first.open) or isinstance(first, Data | Choice)
        if not model.layers or (
            unknown_list and len(model.layers) == len(getattr(first, "items", []))
        ):
            return []
        last, branches = model.layers[-1]
        if branches != model.place.branches:
            return []
        if isinstance(last, Model):
            return final_layers(last)
        return [last] if is_layer(last) else []
    if isinstance(model, Model) and model.api == "keras.Model":
        outputs = model.kwargs.get("outputs") or model.kwargs.get("output")
        if outputs is None and len(model.args) > 1:
            outputs = model.args[1]
        if isinstance(outputs, Items) and len(outputs.items) == 1:
            outputs = outputs.items[0]
        if isinstance(outputs, Tensor):
            if isinstance(outputs.layer, Model):
                return final_layers(outputs.layer)
            layer = outputs.layer
            return [layer] if layer is not None and is_layer(layer) else []
    return []


def activation_of(layer: Value) -> str | None:
    """The activation of a final layer: its name, ``linear`` for none, None when not known."""
    if not isinstance(layer, Made):
        return None
    name = short(layer)
    if name == "Softmax":
        return "softmax"
    if name == "Activation":
        return _activation_name(layer.argument("activation", 0))
    if name == "Dense":
        given = layer.argument("activation", 1)
        if given is None:
            return "linear" if "**" not in layer.kwargs else None
        return _activation_name(given)
    return None


def _activation_name(given: Value | None) -> str | None:
    if isinstance(given, Const):
        if given.value is None:
            return "linear"
        return str(given.value).lower() if isinstance(given.value, str) else None
    if isinstance(given, Name):
        return given.path.rsplit(".", 1)[-1].lower()
    if isinstance(given, Made):
        return short(given).lower()
    return None


def units_of(model: Value) -> int | None:
    """Units of the final Dense layer, looking past a final Activation."""
    layers: list[Value] = []
    if isinstance(model, Model) and model.api == "keras.Sequential":
        layers = [layer for layer, _ in model.layers][::-1]
    elif isinstance(model, Model):
        outputs = model.kwargs.get("outputs") or (model.args[1] if len(model.args) > 1 else None)
        current = outputs
        while isinstance(current, Tensor) and len(layers) < 3:
            if current.layer is not None:
                layers.append(current.layer)
            current = current.parents[0] if current.parents else None
    for layer in layers:
        if short(layer) in {"Activation", "Softmax"}:
            continue
        if isinstance(layer, Made) and short(layer) == "Dense":
            found = constant(layer.argument("units", 0))
            return found if isinstance(found, int) else None
        return None
    return None


def compiled_with(trace: Trace, model: Value) -> list[Event]:
    """The ``compile`` calls of a model."""
    return [event for event in trace.calls(".compile") if model in models_of(event)]


def kept_metrics(value: Value | None) -> object:
    """A key of a loss or optimiser for comparing two of them."""
    if isinstance(value, Made):
        return (
            value.api,
            *(key(v) for v in value.args),
            *((k, key(v)) for k, v in sorted(value.kwargs.items())),
        )
    if isinstance(value, Table):
        return tuple((name, key(entry)) for name, entry in sorted(value.entries.items()))
    return key(value)
