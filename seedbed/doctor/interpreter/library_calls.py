"""What calls of Keras, scikit-learn and NumPy give back, as far as the rules need it."""

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Made,
    Model,
    Role,
    Table,
    Tensor,
    Value,
    constant,
)

_LOADED = ("keras.models.load_model", "keras.models.model_from_json", "keras.saving.load_model")
_MAKERS = (
    "keras.",
    "sklearn.",
    "imblearn.",
    "tensorflow.distribute.",
    "tensorflow.compat.",
    "kerastuner.",
    "keras_tuner.",
    "scikeras.",
    "xgboost.",
    "lightgbm.",
    "catboost.",
    "category_encoders.",
    "sklearn_pandas.",
    "feature_engine.",
)
_MAKING_FUNCTIONS = {"make_pipeline", "make_union", "make_column_transformer"}
_OTHER_MADE = {
    "tensorflow.ConfigProto",
    "tensorflow.Session",
    "tensorflow.InteractiveSession",
    "tensorflow.GPUOptions",
    "numpy.random.default_rng",
    "numpy.random.RandomState",
    "numpy.random.Generator",
    "random.Random",
    "random.SystemRandom",
    "tensorflow.random.Generator.from_seed",
    "tensorflow.random.Generator.from_non_deterministic_state",
    "tensorflow.random.get_global_generator",
}
_RETURN_SELF = {".fit", ".partial_fit", ".set_params", ".set_output"}
_SELF_RETURNING = (
    "sklearn.",
    "imblearn.",
    "xgboost.",
    "lightgbm.",
    "catboost.",
    "scikeras.",
    "keras.wrappers.",
    "category_encoders.",
    "sklearn_pandas.",
)
SPLITTERS = {
    "sklearn.model_selection.train_test_split",
    "sklearn.cross_validation.train_test_split",
}
_SPLIT_OPTIONS = {"test_size", "train_size", "random_state", "shuffle", "stratify"}


def made_by_function(event: Event) -> Value:
    """The value of calling something outside by its dotted name.

    Args:
        event: The call; its name is canonical.

    Returns:
        A model, layer, split or data whose parents are the arguments.
    """
    path = event.name
    special = _keras(event) or _plain(event)
    if special is not None:
        return special
    if path in SPLITTERS:
        return _split(event)
    if path in {"sklearn.utils.shuffle", "sklearn.utils.resample"} and len(event.args) > 1:
        return Items([Data(path, (array,), detail=dict(event.kwargs)) for array in event.args])
    last = path.rsplit(".", 1)[-1]
    made = path.startswith(_MAKERS) and (last[:1].isupper() or last in _MAKING_FUNCTIONS)
    if made or path in _OTHER_MADE or path.startswith("keras.initializers."):
        return Made(path, event.args, event.kwargs, event.place)
    parents = (*event.args, *event.kwargs.values())
    if any(isinstance(parent, Tensor) for parent in parents):
        return Tensor(None, parents, event.place)
    return Data(path, parents, detail=dict(event.kwargs))


def _keras(event: Event) -> Value | None:
    """Models, inputs and loaders of Keras."""
    path = event.name
    if path in {"keras.Model", "keras.Sequential"} or path in _LOADED:
        model = Model(path, event.args, event.kwargs, event.place)
        first = event.argument("layers", 0)
        if path == "keras.Sequential" and isinstance(first, Items):
            model.layers.extend((layer, event.branches) for layer in first.items)
        return model
    if path.startswith("keras.applications.") and path.rsplit(".", 1)[-1][:1].isupper():
        return Model(path, event.args, event.kwargs, event.place)
    if path.endswith("clone_model"):
        source = event.argument("model", 0)
        model = Model(path, event.args, event.kwargs, event.place)
        if isinstance(source, Model):
            model.layers.extend(source.layers)
        return model
    if path == "keras.Input":
        return Tensor(None, (), event.place)
    if path.startswith("keras.datasets.") and path.endswith(".load_data"):
        return Items([_pair(path, "train"), _pair(path, "test")])
    return None


def _pair(path: str, role: Role) -> Items:
    """Images and labels of one side of a built-in data set."""
    return Items([Data(path, role=role), Data(path + ".labels", role=role)])


def _plain(event: Event) -> Value | None:  # noqa: PLR0911  (one return for each kind)
    """Python's own containers, and functions that change nothing a rule looks at."""
    path, args = event.name, event.args
    if (
        path in {"builtins.list", "builtins.tuple"}
        and len(args) == 1
        and isinstance(args[0], Items)
    ):
        return Items(list(args[0].items), args[0].open)
    if path == "builtins.list" and not args:
        return Items([])
    if path == "builtins.dict":
        if args and isinstance(args[0], Table):
            return Table({**args[0].entries, **event.kwargs}, open=args[0].open)
        return Table(dict(event.kwargs), open=bool(args))
    if path == "builtins.len" and args and isinstance(args[0], Items) and not args[0].open:
        return Const(len(args[0].items))
    if path in {"builtins.int", "builtins.float", "builtins.str"} and len(args) == 1:
        found = constant(args[0])
        if isinstance(found, int | float | str):
            try:
                return Const({"int": int, "float": float, "str": str}[path[9:]](found))
            except ValueError:
                return None
    if path == "collections.defaultdict":
        return Table({}, open=True)
    return None


def _split(event: Event) -> Value:
    """``train_test_split``: two parts for each array, the held-out one second."""
    arrays = event.args
    items: list[Value] = []
    for array in arrays:
        for part in ("train", "held"):
            detail: dict[str, Value] = {
                k: v for k, v in event.kwargs.items() if k in _SPLIT_OPTIONS
            }
            items.append(Data("split:" + part, (array,), detail=detail))
    return Items(items, parents=()) if items else Data(event.name)


def made_by_method(event: Event) -> Value:
    """The value of calling a method of an object.

    Args:
        event: The call, with the object as its target.

    Returns:
        Data whose first parent is the object.
    """
    target, name, args = event.target, event.name, event.args
    if isinstance(target, Model) and name == ".add" and args:
        target.layers.append((args[0], event.branches))
        return Const(None)
    if isinstance(target, Made) and name in _RETURN_SELF and target.api.startswith(_SELF_RETURNING):
        return target
    if isinstance(target, Model) and name == ".pop" and target.layers:
        return target.layers.pop()[0]
    if isinstance(target, Items):
        return _list_method(event, target)
    if isinstance(target, Table) and name == ".update" and args and isinstance(args[0], Table):
        target.entries.update(args[0].entries)
        target.others.extend(args[0].others)
        target.open = target.open or args[0].open
        return Const(None)
    if isinstance(target, Table) and name == ".setdefault" and args:
        target.open = True
    parents = (*((target,) if target is not None else ()), *args, *event.kwargs.values())
    return Data(name, parents, detail=dict(event.kwargs))


def _list_method(event: Event, target: Items) -> Value:
    """Lists that grow; in a loop they may hold more than was read."""
    if event.name == ".append" and event.args:
        target.items.append(event.args[0])
        target.open = target.open or bool(event.loops) or bool(event.branches)
        return Const(None)
    if event.name == ".extend" and event.args:
        more = event.args[0]
        target.items.extend(more.items if isinstance(more, Items) else [more])
        target.open = True
        return Const(None)
    if event.name in {".insert", ".pop", ".remove", ".clear"}:
        target.open = True
    return Data(event.name, (target, *event.args))
