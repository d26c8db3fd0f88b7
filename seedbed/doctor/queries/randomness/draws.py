"""Random draws of a script: from which generator each comes, and whether a seed reaches it."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace, once
from seedbed.doctor.interpreter.values import (
    Choice,
    Const,
    Data,
    Items,
    Made,
    Model,
    Name,
    Value,
    ancestry,
    constant,
    is_const,
    number,
    parents_of,
)
from seedbed.doctor.queries.randomness.seeds import (
    ALL_SEEDS,
    FRAMEWORK_SEEDS,
    NUMPY_SEEDS,
    PYTHON_SEEDS,
)
from seedbed.doctor.queries.wording import short

_OF_NUMPY = {
    "permutation", "shuffle", "choice", "rand", "random", "random_sample", "ranf", "sample",
    "uniform", "randint", "randn", "normal", "standard_normal", "binomial", "poisson", "permuted",
    "beta", "exponential", "laplace", "integers", "random_integers", "multivariate_normal",
}  # fmt: skip
_OF_PYTHON = {
    "shuffle", "sample", "random", "choice", "choices", "randint", "randrange", "uniform", "gauss",
    "normalvariate", "betavariate", "triangular", "getrandbits",
}  # fmt: skip
_OF_TENSORFLOW = {"shuffle", "uniform", "normal", "truncated_normal", "categorical", "gamma"}
_NEVER_SEEDED = ("secrets.", "os.urandom", "uuid.uuid4", "uuid.uuid1")
_OF_SKLEARN = {"sklearn.utils.shuffle", "sklearn.utils.resample", "sklearn.utils.random.sample"}
GENERATORS = {
    "numpy.random.default_rng",
    "numpy.random.RandomState",
    "numpy.random.Generator",
    "random.Random",
    "random.SystemRandom",
    "tensorflow.random.Generator.from_seed",
    "tensorflow.random.Generator.from_non_deterministic_state",
    "tensorflow.random.get_global_generator",
}
_BY_SEEDS = {
    "NumPy": NUMPY_SEEDS | ALL_SEEDS,
    "Python's random": PYTHON_SEEDS | ALL_SEEDS,
    "TensorFlow": FRAMEWORK_SEEDS,
}
CHOOSERS = {
    "permutation", "shuffle", "choice", "choices", "sample", "permuted", "resample",
    "random_split", "split_dataset",
}  # fmt: skip
"""Last words of draws that choose or reorder the rows they are given."""
_CUTS = {
    "take",
    "skip",
    "gather",
    "delete",
    "drop",
    "isin",
    "setdiff1d",
    "compress",
    "boolean_mask",
    "reindex",
    "head",
    "tail",
}
"""Last words of what takes rows from its first argument by the second."""
_POSITIONAL = {"slice", "take", "skip", "head", "tail"}
_SIZES = {"len", "attr:shape", "attr:size"}
"""What asks rows for their number, whatever they hold."""
_MOST_STEPS = 400


@dataclass(frozen=True)
class Draw:
    """One random draw.

    Attributes:
        event: The call.
        generator: ``NumPy``, ``Python's random``, ``TensorFlow``, or ``its own`` generator.
        made: The generator object where the draw is one of its methods.
        seeded: Whether a seed given to the call, to its generator or before it decides the draw.
        late: The first seed of this generator, where it is set after the draw.
    """

    event: Event
    generator: str
    made: Made | None
    seeded: bool
    late: Event | None

    @property
    def is_global(self) -> bool:
        """True if the draw is from a generator that a seed of the script can reach."""
        return self.generator in _BY_SEEDS

    @property
    def only_reorders(self) -> bool:
        """True if every row is kept: a permutation, a shuffle, ``sample(frac=1)``."""
        last = self.event.name.rsplit(".", 1)[-1]
        if last == "sample" and self.event.name.startswith("."):
            return number(self.event.kwargs.get("frac")) == 1
        return last in {"permutation", "shuffle", "permuted", "list_files"}

    @property
    def chooses_rows(self) -> bool:
        """True if the draw chooses or reorders what it is given."""
        return self.event.name.rsplit(".", 1)[-1] in CHOOSERS


def _draw(trace: Trace, event: Event) -> Draw | None:
    """The draw that a call makes, if it makes one."""
    if isinstance(event.target, Made) and event.target.api in GENERATORS:
        if event.name.lstrip(".") in _OF_NUMPY | _OF_PYTHON | _OF_TENSORFLOW:
            return Draw(event, "its own", event.target, is_seeded(event.target), None)
        return None
    generator = _generator(event)
    if not generator:
        return None
    if generator == "the system":
        return Draw(event, generator, None, seeded=False, late=None)
    named = event.kwargs.get("random_state") or event.kwargs.get("seed")
    given = named is not None and not is_const(named, None)
    if isinstance(named, Made) and named.api in GENERATORS:
        return Draw(event, "its own", named, is_seeded(named), None)
    seeds = list(trace.calls(*_BY_SEEDS[generator]))
    before = any(seed.index < event.index for seed in seeds)
    late = seeds[0] if seeds and not before else None
    return Draw(event, generator, None, given or before or "**" in event.kwargs, late)


def _generator(event: Event) -> str:  # noqa: PLR0911  (one return for each generator)
    """Which generator a call draws from; empty for a call that draws nothing."""
    name = event.name
    library, _, last = name.rpartition(".")
    if name.startswith(_NEVER_SEEDED):
        return "the system"
    if (library == "numpy.random" and last in _OF_NUMPY) or name in _OF_SKLEARN:
        return "NumPy"
    if library == "random" and last in _OF_PYTHON:
        return "Python's random"
    if library == "tensorflow.random" and last in _OF_TENSORFLOW:
        return "TensorFlow"
    if name == "keras.utils.split_dataset":
        shuffled = event.kwargs.get("shuffle")
        return "Python's random" if is_const(shuffled, True) else ""
    if name == ".sample" and isinstance(event.target, Data):
        return "NumPy" if {"frac", "n"} & set(event.kwargs) or len(event.args) == 1 else ""
    if name == ".shuffle" and not event.discarded and _shuffles_dataset(event):
        return "TensorFlow"
    if name == "tensorflow.data.Dataset.list_files":
        return "" if is_const(event.kwargs.get("shuffle"), False) else "TensorFlow"
    return ""


def _shuffles_dataset(event: Event) -> bool:
    """True for ``data.shuffle(1000)``: one argument, a size, and the result is used."""
    if len(event.args) > 1 and isinstance(event.args[1], Const):
        return constant(event.args[1]) is None
    return isinstance(event.target, Data) and (bool(event.args) or "buffer_size" in event.kwargs)


def is_seeded(generator: Made) -> bool:
    """True if a generator object is made from a seed."""
    if short(generator) in {
        "SystemRandom",
        "from_non_deterministic_state",
        "get_global_generator",
    }:
        return False
    given = generator.argument("seed", 0) or generator.kwargs.get("x")
    if given is None:
        return bool({"*", "**"} & set(generator.kwargs))
    if isinstance(given, Data) and given.op.startswith("numpy.random."):
        return bool(given.parents) and not is_const(given.parents[0], None)
    return not is_const(given, None)


@dataclass(frozen=True)
class _Step:
    """A value on the way from scored rows back to where they come from.

    Attributes:
        value: What the rows, or the choice of rows, were made from.
        chooses: It is (part of) an index or a mask.
        positional: Rows are taken by their position further down, so that their order matters.
    """

    value: Value
    chooses: bool
    positional: bool


class Draws:
    """The random draws of a script that no seed reaches.

    Args:
        trace: What was read.
    """

    def __init__(self, trace: Trace) -> None:
        self.unseeded: dict[int, Draw] = {}
        """Draws by the serial number of their result."""
        self._conditions: dict[int, list[Value]] = {}
        self._made_by_calls: dict[int, Value] = {}
        for event in trace.events:
            if event.kind == "filter":
                tested = [part for test in event.args for part in _tested(test)]
                self._conditions.setdefault(event.result.uid, []).extend(tested)
            if event.kind != "call":
                continue
            self._made_by_calls[event.result.uid] = event.result
            draw = _draw(trace, event)
            if draw is not None and not draw.seeded:
                made = event.result
                for value in (made, *(made.items if isinstance(made, Items) else ())):
                    self.unseeded[value.uid] = draw
            if event.name in {".append", ".extend"} and event.target is not None and self.unseeded:
                serials = [uid for key, _ in event.branches for uid in _serials(key)]
                tested = [m for uid in serials if (m := self._made_by_calls.get(uid)) is not None]
                self._conditions.setdefault(event.target.uid, []).extend(tested)

    def selecting(self, value: Value, *, positional: bool = False) -> Iterator[Draw]:
        """The draws that decide which rows a value holds.

        Args:
            value: Inputs of a training or of a score.
            positional: The rows are cut by position afterwards, as by ``validation_split``.

        Yields:
            Draws used as an index, a mask or a bound, or tested before a row is appended or taken
            into a comprehension; samples of rows; shuffles of rows that are then cut by position.
            Not noise that is added, and not data that are made up at random.
        """
        seen: set[tuple[int, bool, bool]] = set()
        waiting = [_Step(value, False, positional)] if self.unseeded else []
        while waiting and len(seen) < _MOST_STEPS:
            step = waiting.pop()
            state = (step.value.uid, step.chooses, step.positional)
            if state in seen:
                continue
            seen.add(state)
            draw = self.unseeded.get(step.value.uid)
            if draw is not None and _decides(draw, step):
                yield draw
            tested = self._conditions.get(step.value.uid, ())
            waiting.extend(_Step(condition, True, False) for condition in tested)
            waiting.extend(_below(step))

    def sending(self, event: Event) -> Iterator[Draw]:
        """The draws that decide whether a call is made, or with which of several values."""
        given = [value for argument in event.args for value in ancestry(argument, 60)]
        keys = [branch for value in given if isinstance(value, Choice) for branch, _ in value.arms]
        tested = {uid for key, _ in [*event.branches, *keys] for uid in _serials(key)}
        for uid in sorted(tested):
            made = self._made_by_calls.get(uid)
            if made is not None:
                yield from self.behind(made)

    def behind(self, value: Value) -> Iterator[Draw]:
        """Every draw that a value was made from, in whatever way."""
        for found in ancestry(value):
            if found.uid in self.unseeded:
                yield self.unseeded[found.uid]


draws_of = once(Draws)
"""The draws of a script, which several rules ask for."""


def _tested(test: Value) -> Iterator[Value]:
    """What a condition asks about, without the element that it tests."""
    if not isinstance(test, Data) or test.op == "element":
        return
    if test.op.startswith(("cmp:", "unary:", "binop:")):
        for part in test.parents:
            yield from _tested(part)
    elif not any(isinstance(v, Data) and v.op == "element" for v in ancestry(test, 20)):
        yield test


def _serials(key: object) -> Iterator[int]:
    """The serial numbers of the values that the key of a decision was made from."""
    if isinstance(key, tuple):
        if len(key) == 2 and key[0] == "u" and isinstance(key[1], int):
            yield key[1]
        for part in key:
            yield from _serials(part)


def _decides(draw: Draw, step: _Step) -> bool:
    """Whether a draw on the way decides which rows are taken; one row that is shown does not."""
    if draw.event.name == "random.choice":
        return False
    if draw.only_reorders:
        return step.positional
    return step.chooses or (draw.chooses_rows and _is_data(draw.event))


def _is_data(event: Event) -> bool:
    """True if the call draws from rows, not from a range of numbers."""
    given = event.args[0] if event.args else event.target
    if event.name.startswith(".") and isinstance(event.target, Data):
        return True
    return isinstance(given, Items | Data) and not (
        isinstance(given, Data) and given.op in {"len", "builtins.len", "builtins.range"}
    )


def _below(step: _Step) -> Iterator[_Step]:
    """What a value on the way was made from."""
    value = step.value
    if isinstance(value, Made | Model | Name | Const):
        return
    if isinstance(value, Data) and value.parents:
        first, rest = value.parents[0], parents_of(value)[1:]
        last = value.op.rsplit(".", 1)[-1]
        if last in _SIZES:
            return
        if value.op == "index":
            yield _Step(first, step.chooses, step.positional or _by_position(value))
            yield from (_Step(part, True, step.positional) for part in rest)
            return
        if value.op == "slice" or last in _CUTS:
            yield _Step(first, step.chooses, step.positional or last in _POSITIONAL)
            yield from (_Step(part, True, step.positional) for part in rest)
            return
        if value.op.startswith("split:"):
            yield _Step(first, step.chooses, True)
            return
    yield from (_Step(part, step.chooses, step.positional) for part in parents_of(value))


def _by_position(index: Data) -> bool:
    """True for ``x[rows]``, False for ``table["column"]`` and ``table[table.age > 3]``."""
    chosen = index.parents[1] if len(index.parents) > 1 else None
    if isinstance(chosen, Const):
        return False
    return not (isinstance(chosen, Data) and chosen.op.startswith(("cmp:", "unary:", "binop:")))
