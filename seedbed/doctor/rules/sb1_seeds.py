"""SB1xx: which generators are seeded, when, and whether that has an effect."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Choice,
    Data,
    Instance,
    Loop,
    Made,
    Model,
    Name,
    Pass,
    Value,
    ancestry,
    constant,
    is_const,
)
from seedbed.doctor.queries.loops import loop_kind
from seedbed.doctor.queries.models import models_of
from seedbed.doctor.queries.seeds import (
    FRAMEWORK_SEEDS,
    NUMPY_SEEDS,
    PYTHON_SEEDS,
    SEEDS,
    first_training,
    hidden_seeding,
    seeds,
)
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule

_FIX = "keras.utils.set_random_seed(42)  # Python, NumPy and the framework at once"
_CLOCK = {
    "time.time",
    "time.time_ns",
    "time.perf_counter",
    "time.monotonic",
    "time.clock",
    "os.getpid",
    "os.urandom",
    "uuid.uuid4",
    "uuid.uuid1",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.now",
    "builtins.id",
    "builtins.hash",
    "secrets.randbits",
    "secrets.randbelow",
    "secrets.token_bytes",
    "random.SystemRandom",
}
_SESSIONS = {"tensorflow.Session", "tensorflow.ConfigProto", "tensorflow.GPUOptions"}
_GENERATORS = {
    "numpy.random.default_rng",
    "numpy.random.RandomState",
    "random.Random",
    "tensorflow.random.Generator.from_seed",
    "keras.random.SeedGenerator",
}
_DETERMINISM = {
    "tensorflow.config.experimental.enable_op_determinism",
    "keras.config.enable_op_determinism",
}


@rule(
    "SB101",
    "framework-unseeded",
    "Seeding NumPy or Python does not reach the framework's generator: first weights or the order "
    "of the examples, and dropout, still change with each run.",
    _FIX,
)
def framework_unseeded(trace: Trace) -> Iterator[Found]:
    """NumPy or Python is seeded, the framework is not."""
    training = first_training(trace)
    if not trace.whole or trace.imported or training is None or seeds(trace, FRAMEWORK_SEEDS):
        return
    others = seeds(trace, NUMPY_SEEDS | PYTHON_SEEDS)
    if not others or hidden_seeding(trace):
        return
    what = {"NumPy" if event.name in NUMPY_SEEDS else "Python's random" for event in others}
    yield Found(
        others[0].place,
        not trace.unknown_imports,
        f"{' and '.join(sorted(what))} {'is' if len(what) == 1 else 'are'} seeded, "
        "the framework is not",
    )


@rule(
    "SB102",
    "nothing-seeded",
    "Every run starts from other weights and sees the examples in another order; one run's "
    "accuracy is one draw from a spread that you do not see.",
    _FIX,
)
def nothing_seeded(trace: Trace) -> Iterator[Found]:
    """A script trains and seeds nothing."""
    training = first_training(trace)
    if not trace.whole or trace.imported or training is None or seeds(trace, SEEDS):
        return
    if hidden_seeding(trace):
        return
    yield Found(
        training.place, not trace.unknown_imports, "training starts and no generator is seeded"
    )


@rule(
    "SB103",
    "seeded-once-before-repetitions",
    "Each repetition draws from where the last one stopped: no single one can be repeated alone, "
    "and adding or skipping one changes all that follow.",
    "for seed in range(10):",
    "    keras.utils.set_random_seed(seed)  # first line of each repetition",
)
def seeded_once(trace: Trace) -> Iterator[Found]:
    """Seeded before a loop of repetitions, and not within it."""
    set_events = seeds(trace, FRAMEWORK_SEEDS)
    for loop, fit in _training_loops(trace):
        kind = loop_kind(loop)
        inside = [event for event in set_events if any(p.loop is loop for p in event.loops)]
        before = [event for event in set_events if event.index < fit.index]
        if not before or inside or hidden_seeding(trace) or kind == "values":
            continue
        certain = kind == "runs" and not trace.unknown_imports
        yield Found(
            before[-1].place,
            certain,
            "seeded once, before a loop that trains again and again "
            f"(line {fit.place.module.line(getattr(loop.node, 'lineno', 1)).line})",
        )


def _training_loops(trace: Trace) -> Iterator[tuple[Loop, Event]]:
    """Loops whose every pass builds and trains a model of its own, with the first ``fit``."""
    seen: set[int] = set()
    for fit in trace.fits():
        for model in models_of(fit):
            if not isinstance(model, Model | Instance):
                continue
            for step in fit.loops:
                built_inside = any(p.loop is step.loop for p in model.place.loops)
                if built_inside and id(step.loop) not in seen and _repeats(step):
                    seen.add(id(step.loop))
                    yield step.loop, fit


def _repeats(step: Pass) -> bool:
    return loop_kind(step.loop) in {"runs", "folds", "range", "values"}


@rule(
    "SB104",
    "op-determinism-missing",
    "Several GPU operations add numbers in an order that changes from run to run; the same seed "
    "then gives other weights after a few steps.",
    "keras.utils.set_random_seed(42)",
    "tf.config.experimental.enable_op_determinism()  # before the model",
)
def determinism_missing(trace: Trace) -> Iterator[Found]:
    """Seeded for repeatability on a GPU, without deterministic operations."""
    set_events = seeds(trace, FRAMEWORK_SEEDS)
    if not trace.whole or not set_events or first_training(trace) is None:
        return
    if any(event.name in _DETERMINISM for event in trace.events) or _environment(
        trace, "TF_DETERMINISTIC_OPS", "TF_CUDNN_DETERMINISTIC"
    ):
        return
    named = [event for event in trace.events if _names_gpu(event)]
    gpu = next((event for event in named if _demands_gpu(event)), named[0] if named else None)
    if gpu is not None:
        yield Found(
            gpu.place,
            certain=_demands_gpu(gpu) and not trace.unknown_imports and not hidden_seeding(trace),
            message="a GPU is used with a seed, but operations are not made deterministic",
        )


def _environment(trace: Trace, *names: str) -> Event | None:
    """The first place that sets one of these environment variables."""
    for event in trace.events:
        if not event.args or constant(event.args[0]) not in names:
            continue
        here = isinstance(event.target, Name) and event.target.path == "os.environ"
        if here and event.kind == "set" and event.name == "[]":
            return event
        if event.kind == "call" and event.name in {"os.environ.setdefault", "os.putenv"}:
            return event
    return None


def _names_gpu(event: Event) -> bool:
    if event.kind == "set" and event.name == "[]":
        devices = constant(event.args[1])
        return (
            constant(event.args[0]) == "CUDA_VISIBLE_DEVICES"
            and isinstance(devices, str)
            and devices not in {"", "-1"}
        )
    if event.kind != "call":
        return False
    if event.name in {"tensorflow.device", "keras.device"}:
        return _mentions_gpu(event)
    if event.name.endswith((".list_physical_devices", ".list_logical_devices")):
        return _mentions_gpu(event)
    return event.name.endswith(
        (".set_memory_growth", "distribute.MirroredStrategy", "multi_gpu_model", "is_gpu_available")
    )


def _mentions_gpu(event: Event) -> bool:
    return any("gpu" in str(constant(value)).lower() for value in event.args)


def _demands_gpu(event: Event) -> bool:
    return event.name in {"tensorflow.device", "keras.device"}


@rule(
    "SB105",
    "seeded-after-the-model",
    "The first weights are drawn before the seed is set, so they change with each run.",
    "keras.utils.set_random_seed(42)  # before the first layer is made",
    "model = build()",
)
def seeded_after_model(trace: Trace) -> Iterator[Found]:
    """The only seed of the framework comes after the model that is trained."""
    set_events = seeds(trace, FRAMEWORK_SEEDS)
    if not trace.whole or not set_events or hidden_seeding(trace):
        return
    first = set_events[0]
    for fit in trace.fits():
        for model in models_of(fit):
            if not isinstance(model, Model | Instance) or fit.index < first.index:
                continue
            loaded = isinstance(model, Model) and "load" in model.api
            if model.place.index < first.index and not loaded:
                yield Found(
                    first.place,
                    _has_weights(model, trace) and not first.branches and not trace.unknown_imports,
                    "the seed is set after the model is built",
                )
                return


def _has_weights(model: Model | Instance, trace: Trace) -> bool:
    """Whether a model's weights exist before ``fit``: its input shape is given."""
    if isinstance(model, Instance):
        return False
    if model.api in {"keras.Model"}:
        return True
    for layer, _ in model.layers:
        if isinstance(layer, Made) and {"input_shape", "input_dim", "batch_input_shape"} & set(
            layer.kwargs
        ):
            return True
        if type(layer).__name__ in {"Tensor", "Model"}:
            return True
    return any(model in models_of(event) for event in trace.calls(".build"))


@rule(
    "SB106",
    "seed-changes-by-itself",
    "The seed differs in each run, so nothing is repeatable and a good run cannot be found again.",
    "keras.utils.set_random_seed(42)  # a number in the file, or an option",
)
def seed_changes(trace: Trace) -> Iterator[Found]:
    """A seed from the clock, the process, an address, a string's hash, or from nothing."""
    for event in trace.calls(*SEEDS):
        given = event.argument("seed", 0) or event.argument("a", 0)
        if given is None and event.name in NUMPY_SEEDS | PYTHON_SEEDS and not event.kwargs:
            yield Found(event.place, True, f"{text(event.node)} seeds from the system's entropy")
            continue
        if given is None:
            continue
        if is_const(given, None) and event.name in NUMPY_SEEDS | PYTHON_SEEDS:
            yield Found(event.place, True, f"{text(event.node)} seeds from the system's entropy")
            continue
        changing = _changing_source(given)
        if changing:
            certain = not any(isinstance(value, Choice) for value in ancestry(given, 40))
            yield Found(event.place, certain, f"the seed comes from {changing}")


def _changing_source(given: Value) -> str:
    """What makes a value differ between runs; empty when nothing is seen to."""
    for value in ancestry(given, 60):
        if isinstance(value, Data) and value.op in _CLOCK:
            if value.op == "builtins.hash" and not _hashes_text(value):
                continue
            return f"{value.op.removeprefix('builtins.')}()"
    return ""


def _hashes_text(value: Data) -> bool:
    return any(isinstance(constant(p), str) or isinstance(p, Data) for p in value.parents)


@rule(
    "SB107",
    "made-and-thrown-away",
    "The object has no effect on training: threads, memory or numbers behave as if the line were "
    "not there.",
    "keras.utils.set_random_seed(42)",
    "tf.config.threading.set_inter_op_parallelism_threads(1)",
)
def thrown_away(trace: Trace) -> Iterator[Found]:
    """A session, its configuration, or a random generator that nothing uses."""
    used = {
        value.uid
        for event in trace.events
        for value in (event.target, *event.args, *event.kwargs.values())
        if isinstance(value, Made)
    }
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.uid in used:
            continue
        if made.api not in _SESSIONS | _GENERATORS or made.place.index != event.index:
            continue
        unread = event.discarded or event.place.module.never_read(event.node)
        if unread and not event.shown:
            what = made.api.rsplit(".", 1)[-1]
            name = f"{what}(…)" if what != "from_seed" else "Generator.from_seed(…)"
            yield Found(event.place, True, f"{name} is made and never used, so it has no effect")


@rule(
    "SB108",
    "hash-seed-set-too-late",
    "Python reads PYTHONHASHSEED when it starts; set within the script it changes nothing, and the "
    "order of a set of strings still differs from run to run.",
    "PYTHONHASHSEED=0 python train.py  # in the shell, before Python starts",
    "for name in sorted(names): ...    # or do not depend on a set's order",
)
def hash_seed_too_late(trace: Trace) -> Iterator[Found]:
    """PYTHONHASHSEED is set by the script it is meant for."""
    event = _environment(trace, "PYTHONHASHSEED")
    respawns = any(e.name.startswith(("os.exec", "subprocess.")) for e in trace.events)
    if event is not None and not respawns and first_training(trace) is not None:
        yield Found(event.place, False, "PYTHONHASHSEED is set after Python has started")


@rule(
    "SB109",
    "first-weights-unseeded-in-keras-3",
    "Keras 3 takes the seeds of its initialisers and of dropout from Python's random, not from "
    "TensorFlow: with tf.random.set_seed alone the first weights still change with each run.",
    _FIX,
)
def weights_unseeded(trace: Trace) -> Iterator[Found]:
    """Only TensorFlow's seed is set; under Keras 3 that leaves the first weights free."""
    if not trace.whole or first_training(trace) is None or hidden_seeding(trace):
        return
    framework = seeds(trace, FRAMEWORK_SEEDS)
    whole = [event for event in framework if event.name == "keras.utils.set_random_seed"]
    if framework and not whole and not seeds(trace, PYTHON_SEEDS):
        yield Found(
            framework[0].place, False, "TensorFlow is seeded, Python's random is not (Keras 3)"
        )
