"""A sweep's file: what to run, validated, and the cells that follow from it."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from experiments.catalog import find
from experiments.options import RunOptions, as_params, cell_id, nearest, parse, specs
from experiments.seeds import derive
from tracking.errors import InputError

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Scalar = int | float | bool | str


class SweepFile(BaseModel):
    """The fields of a sweep's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[
        Name | None, Field(description="name of the sweep; default: the file's name")
    ] = None
    question: Annotated[
        str, Field(min_length=1, description="what the sweep is to answer, in one sentence")
    ]
    experiment: Annotated[str, Field(description="what to train, e.g. mnist_cnn")]
    configurations: Annotated[
        dict[str, Annotated[list[Scalar], Field(min_length=1)]],
        Field(description="options and their values; every combination is a configuration"),
    ] = {}
    options: Annotated[
        dict[str, Scalar], Field(description="options that are the same in every run")
    ] = {}
    seeds: Annotated[
        Annotated[int, Field(ge=1, le=10_000)]
        | Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)],
        Field(description="how many seeds (0, 1, 2, …) or a list of them"),
    ]


@dataclass(frozen=True)
class Cell:
    """One run that the design asks for.

    Attributes:
        id: Identity; see ``experiments.options.cell_id``.
        name: Readable name, e.g. ``batch_size=32 seed=3``.
        configuration: The varied options and their values, parsed.
        options: Every option, parsed.
        seeds: Seed of each source, as used.
    """

    id: str
    name: str
    configuration: dict[str, Any]
    options: RunOptions
    seeds: dict[str, int]

    @property
    def params(self) -> dict[str, str]:
        """The options as text."""
        return as_params(self.options)


@dataclass(frozen=True)
class Design:
    """A validated sweep.

    Attributes:
        name: Name of the sweep.
        question: What it is to answer.
        experiment: Name of the experiment.
        reference: What ``experiments.catalog.find`` takes for it, from any folder.
        varied: Names of the options that differ between configurations.
        sources: Names of the seeds that differ between runs of one configuration.
        cells: Every cell, seed by seed, so that an early stop leaves balanced arms.
        text: The file as read.
    """

    name: str
    question: str
    experiment: str
    reference: str
    varied: tuple[str, ...]
    sources: tuple[str, ...]
    cells: tuple[Cell, ...]
    text: str

    @property
    def fixed(self) -> dict[str, str]:
        """Options that are the same in every cell, as text."""
        free = {*self.varied, *self.sources}
        return {k: v for k, v in self.cells[0].params.items() if k not in free}


def load(path: Path) -> Design:
    """Read and validate a sweep's file; nothing is run.

    Raises:
        InputError: The file cannot be read, is not YAML, or breaks a rule of the fields above.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"The sweep's file must be readable, got {path}: {reason}; "
            "try sweeps/first.yaml, which is there."
        ) from None
    content = _parsed(path, text)
    fields = _validated(path, content)
    with _located(path, content):
        return _design(fields, fields.name or path.stem, text, path.parent)


def _parsed(path: Path, text: str) -> CommentedMap:
    try:
        content = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise InputError(
            f"The sweep's file must be YAML, but in {path}{where} {error.problem}: mend that line."
        ) from None
    if not isinstance(content, CommentedMap):
        what = "empty" if content is None else f"a {type(content).__name__}"
        raise InputError(
            f"The sweep's file must hold fields such as question, experiment and seeds, but "
            f"{path} is {what}: start from a copy of sweeps/first.yaml."
        )
    return content


def _validated(path: Path, content: CommentedMap) -> SweepFile:
    try:
        return SweepFile.model_validate(content, strict=False)
    except ValidationError as error:
        # A misspelt field is also a missing one: the misspelling is what to mend.
        detail = min(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
        place = [part for part in detail["loc"] if isinstance(part, int) or part in content]
        key = str(detail["loc"][0])
        known = list(SweepFile.model_fields)
        if detail["type"] == "extra_forbidden":
            rule = f"there is no field {key!r}{nearest(key, known)}; they are {', '.join(known)}"
        elif detail["type"] == "missing":
            rule = f"the field {key!r} is missing ({SweepFile.model_fields[key].description})"
        else:
            rule = (
                f"{key} must be {_expected(key)}, got {_value(content, detail['loc'])!r} "
                f"({detail['msg'].lower()})"
            )
        raise InputError(f"{_where(path, content, place)}: {rule}.") from None


def _expected(key: str) -> str:
    return {
        "name": "letters, digits, '_', '-' and '.', at most 100",
        "question": "a sentence",
        "experiment": "the name of an experiment, or the path of a file of your own",
        "configurations": "options, each with a list of values, e.g. batch_size: [32, 256]",
        "options": "options, each with one value",
        "seeds": "a whole number from 1 to 10000 or a list of seeds",
    }[key]


def _value(content: Any, loc: tuple[int | str, ...]) -> Any:
    """What stands in the file at pydantic's location, as far as that names places in the file."""
    value = content
    for part in loc:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
    return dict(value) if isinstance(value, CommentedMap) else value


def _where(path: Path, content: CommentedMap, place: list[int | str]) -> str:
    """File, line and column of the first key of ``place``."""
    if not place or not isinstance(place[0], str) or place[0] not in content.lc.data:
        return str(path)
    line, column = content.lc.key(place[0])
    return f"{path} line {line + 1} column {column + 1}"


class _located:  # noqa: N801 (used as a function)
    """Puts file and line before an InputError that names a key of the file."""

    def __init__(self, path: Path, content: CommentedMap) -> None:
        self._path, self._content = path, content

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, InputError):
            raise InputError(f"{self._line(str(error))}: {error}") from None

    def _line(self, sentence: str) -> str:
        for section in ("configurations", "options"):
            inner = self._content.get(section)
            for key in inner if isinstance(inner, CommentedMap) else ():
                if sentence.startswith((f"{key} ", f"There is no option {key!r}")):
                    line, column = inner.lc.key(key)
                    return f"{self._path} line {line + 1} column {column + 1}"
        for key in ("experiment", "seeds"):
            if sentence.startswith((key, f"There is no {key}")):
                return _where(self._path, self._content, [key])
        return str(self._path)


def _design(fields: SweepFile, name: str, text: str, folder: Path) -> Design:
    experiment = find(fields.experiment, folder)
    known = {spec.name for spec in specs(experiment.options)}
    for option in (*fields.configurations, *fields.options):
        if option == "seed" or (option in known and option.endswith("_seed")):
            raise InputError(f"{option} is set by seeds, not as an option: leave it out here.")
    both = set(fields.configurations) & set(fields.options)
    if both:
        raise InputError(
            f"{min(both)} stands in configurations and in options: keep it in one of them."
        )
    seeds = list(range(fields.seeds)) if isinstance(fields.seeds, int) else fields.seeds
    repeated = {seed for seed in seeds if seeds.count(seed) > 1}
    if repeated:
        raise InputError(f"seeds must differ, got {min(repeated)} more than once: leave one out.")
    varied = tuple(key for key, values in fields.configurations.items() if len(values) > 1)
    cells = []
    for seed in seeds:
        for values in itertools.product(*fields.configurations.values()):
            given = {**fields.options, **dict(zip(fields.configurations, values, strict=True))}
            options = parse(experiment.options, {**given, "seed": seed})
            experiment.check(options)
            cells.append(_cell(experiment.identity, options, varied))
    _all_different(cells)
    return Design(
        name=name,
        question=fields.question,
        experiment=experiment.name,
        reference=experiment.reference,
        varied=varied,
        sources=("seed",),
        cells=tuple(cells),
        text=text,
    )


def _cell(experiment: str, options: RunOptions, varied: tuple[str, ...]) -> Cell:
    configuration = {key: getattr(options, key) for key in varied}
    params = as_params(options)
    seeds = derive(options).asdict()
    return Cell(
        id=cell_id(experiment, options, seeds),
        name=" ".join(f"{key}={params[key]}" for key in (*varied, "seed")),
        configuration=configuration,
        options=options,
        seeds=seeds,
    )


def _all_different(cells: list[Cell]) -> None:
    seen: dict[str, Cell] = {}
    for cell in cells:
        if cell.id in seen:
            raise InputError(
                f"configurations must differ, but {cell.name} is asked for twice: "
                "leave one of the equal values out."
            )
        seen[cell.id] = cell
