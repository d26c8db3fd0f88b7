"""The options of a run: one frozen dataclass, from which flags, YAML keys and parameters follow.

An experiment adds its own by inheriting from ``RunOptions``. A field is
``name: Annotated[type, Field(bounds, description="meaning, unit")] = default``; the same name and
default stand on the command line, in a sweep's file, in MLproject and in MLflow's parameters.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest

SEED_MAX = 2**32 - 1
LONGEST_TEXT = 1000
"""Characters of an option's text."""

MOST = 2**31 - 1
"""The largest number of epochs, threads or examples, because TensorFlow counts in 32 bits."""
SourceSeed = Annotated[int, Field(ge=0, le=SEED_MAX)] | Literal["auto"]


@dataclass(frozen=True, kw_only=True)
class CellOptions:
    """Options of every cell: its seed and the numeric environment."""

    LATER: ClassVar[frozenset[str]] = frozenset()
    """Options added later: at their defaults, a cell equals that of an earlier version."""

    seed: Annotated[int, Field(ge=0, le=SEED_MAX, description="seed of every source")] = 0
    threads: Annotated[
        int, Field(ge=1, le=MOST, description="threads of a run; changes the bits")
    ] = 1
    op_determinism: Annotated[
        bool, Field(description="use TensorFlow's deterministic operations; off: bits may vary")
    ] = True
    onednn: Annotated[bool, Field(description="use oneDNN's operations; changes the bits")] = True

    @property
    def own_seeds(self) -> Mapping[str, int]:
        """Sources whose seed is not ``seed``; a script names them."""
        return {}


@dataclass(frozen=True, kw_only=True)
class RunOptions(CellOptions):
    """Options of every experiment."""

    init_seed: Annotated[SourceSeed, Field(description="initial weights; auto: from seed")] = "auto"
    order_seed: Annotated[
        SourceSeed, Field(description="order of the training examples; auto: from seed")
    ] = "auto"
    augmentation_seed: Annotated[
        SourceSeed, Field(description="random changes to the training images; auto: from seed")
    ] = "auto"
    dropout_seed: Annotated[SourceSeed, Field(description="dropout masks; auto: from seed")] = (
        "auto"
    )
    split_seed: Annotated[
        SourceSeed,
        Field(description="split into training and validation sets; auto: from seed"),
    ] = "auto"
    batch_size: Annotated[int, Field(ge=1, le=MOST, description="training examples per step")] = 32
    learning_rate: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="step size of the optimiser")
    ] = 0.001
    epochs: Annotated[int, Field(ge=1, le=MOST, description="passes over the training set")] = 10
    train_size: Annotated[
        Annotated[int, Field(ge=1)] | Literal["all"],
        Field(description="number of training examples; all: all outside the validation set"),
    ] = "all"
    class_weight: Annotated[
        Literal["none", "balanced"],
        Field(description="weight of a class in the loss; balanced: rare classes weigh more"),
    ] = "none"
    choose_by: Annotated[
        Literal["val_accuracy", "val_loss"],
        Field(description="validation score that chooses the epoch; the other breaks ties"),
    ] = "val_accuracy"
    patience: Annotated[
        int, Field(ge=0, description="stop after this many epochs without improvement; 0: never")
    ] = 0
    carry_over: Annotated[
        bool,
        Field(description="fit one model object with each seed from 0 up to this one in turn"),
    ] = False


OptionsT = TypeVar("OptionsT", bound=CellOptions)


@dataclass(frozen=True)
class OptionSpec:
    """One option, as shown on the command line."""

    name: str
    kind: str
    default: object
    meaning: str

    @property
    def flag(self) -> str:
        """The option's flag, e.g. ``--batch-size``."""
        return "--" + self.name.replace("_", "-")


def specs(kind: type[CellOptions]) -> list[OptionSpec]:
    """Every option of an experiment, in the order of its dataclass."""
    return list(_specs(kind))  # type: ignore[arg-type]  # a class is hashable


@cache
def _specs(kind: Any) -> tuple[OptionSpec, ...]:
    hints = get_type_hints(kind, include_extras=True)
    result = []
    for item in fields(kind):
        hint = hints[item.name]
        base, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        meaning = next((n.description for n in notes if getattr(n, "description", None)), "")
        if item.default is MISSING:
            raise TypeError(f"option {item.name} of {kind.__name__} needs a default")
        result.append(OptionSpec(item.name, _kind(base), item.default, meaning))
    return tuple(result)


def parse(kind: type[OptionsT], given: Mapping[str, object]) -> OptionsT:
    """Options from text or values, checked.

    Raises:
        InputError: A name is unknown, or a value has the wrong type or is out of range.
    """
    known = [spec.name for spec in specs(kind)]
    for name in given:
        if name not in known:
            raise InputError(
                f"There is no option {name!r}{nearest(name, known)}; "
                f"the options are {', '.join(known)}."
            )
    try:
        adapter = _adapter(kind)  # type: ignore[arg-type]  # a class is hashable
        parsed: OptionsT = adapter.validate_python(dict(given))
    except ValidationError as error:
        raise InputError(_sentence(error, {spec.name: spec for spec in specs(kind)})) from None
    _check_texts(parsed)
    return parsed


def _check_texts(options: Any) -> None:
    """Refuse what a list of runs, a terminal or a database could not show as it is."""
    for name, value in values_of(options).items():
        if isinstance(value, str) and not (value.isprintable() and len(value) <= LONGEST_TEXT):
            raise InputError(
                f"{name} must be text on one line without control characters, at most "
                f"{LONGEST_TEXT} characters, got {len(value)}: {_shown(value)}. Shorten or mend it."
            )


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Made once for each experiment: it takes milliseconds, and a sweep has thousands of cells."""
    return TypeAdapter(kind)


def values_of(options: CellOptions) -> dict[str, Any]:
    """Every option's value by its name; unlike ``dataclasses.asdict`` it copies nothing."""
    names = _names(type(options))  # type: ignore[arg-type]  # a class is hashable
    return {name: getattr(options, name) for name in names}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def with_seeds(options: OptionsT, seeded: Mapping[str, Any]) -> OptionsT:
    """Options with other seeds, which are checked already; twenty times as fast as ``replace``."""
    if hasattr(type(options), "__post_init__"):
        return replace(options, **seeded)
    made = object.__new__(type(options))
    made.__dict__.update(options.__dict__)
    made.__dict__.update(seeded)
    return made


def seed_values(options: CellOptions) -> tuple[object, ...]:
    """What decides the seeds of a cell; hashable."""
    names = _seed_names(type(options))  # type: ignore[arg-type]  # a class is hashable
    return tuple(getattr(options, name) for name in names)


@cache
def _seed_names(kind: Any) -> tuple[str, ...]:
    return tuple(name for name in _names(kind) if is_seed(name) or name == "stream_seeds")


def as_params(options: CellOptions) -> dict[str, str]:
    """Options as MLflow parameters, in the notation that ``parse`` reads back."""
    return {name: as_text(value) for name, value in values_of(options).items()}


SORTED = json.JSONEncoder(sort_keys=True)


def cell_id(experiment: str, options: CellOptions, seeds: Mapping[str, int]) -> str:
    """Identity of a cell: experiment, every option, and every seed as used; 16 hex digits."""
    return CellIdentity(experiment, options).of(seeds)


def as_json(seeds: Mapping[str, int]) -> str:
    """Seeds as a part of an identity."""
    return SORTED.encode(dict(seeds))


class CellIdentity:
    """Identities of cells whose options differ in their seeds alone.

    Args:
        experiment: Identity of the experiment.
        options: The options of any of them.
    """

    def __init__(self, experiment: str, options: CellOptions) -> None:
        left_out = later_defaults(options)
        values = {
            name: value
            for name, value in values_of(options).items()
            if not is_seed(name) and not (name in left_out and value == left_out[name])
        }
        self._begin = SORTED.encode([experiment, values]).removesuffix("]")

    def of(self, seeds: Mapping[str, int]) -> str:
        """Identity of the cell with these seeds: the digest of one JSON list; 16 hex digits."""
        return self.of_json(as_json(seeds))

    def of_json(self, seeds: str) -> str:
        """The same of seeds that are JSON already: many cells have them in common."""
        text = f"{self._begin}, {seeds}]"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def later_defaults(options: CellOptions) -> dict[str, Any]:
    """The defaults of the options that came in a later version."""
    return {one.name: one.default for one in fields(options) if one.name in options.LATER}


def is_seed(name: str) -> bool:
    """Whether an option is the seed of all sources or of one."""
    return name == "seed" or name.endswith("_seed")


def _kind(base: Any) -> str:
    """A type in words, for help and error messages."""
    if get_origin(base) is Literal:
        return " | ".join(str(value) for value in get_args(base))
    if get_origin(base) is Annotated:
        return _kind(get_args(base)[0])
    if get_args(base):
        return " | ".join(_kind(part) for part in get_args(base))
    names: dict[Any, str] = {int: "whole number", float: "number", bool: "true | false"}
    return names.get(base, getattr(base, "__name__", str(base)))


def as_text(value: object) -> str:
    """An option's value as flags, files and parameters have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _sentence(error: ValidationError, known: Mapping[str, OptionSpec]) -> str:
    """One sentence for the first option that is wrong: the rule, the value, the fix."""
    details = error.errors(include_url=False)
    name = str(details[0]["loc"][0])
    mine = [detail for detail in details if detail["loc"][0] == name]
    spec = known[name]
    rules = [_rule(detail["msg"]) for detail in mine]
    rule = " or ".join(dict.fromkeys(rules))
    value = mine[0]["input"]
    return (
        f"{name} must be {rule}, got {_shown(value)}: "
        f"give {spec.flag} a {spec.kind.replace(' | ', ' or ')} (default {as_text(spec.default)})."
    )


def _shown(value: object) -> str:
    """A value in an error message, cut where it is long."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 100 else text[:99] + "…"


def _rule(message: str) -> str:
    """Pydantic's message as the end of 'x must be …'."""
    words = message.removeprefix("Input should be ").split(", unable to parse")[0]
    return words.replace("'", "")
