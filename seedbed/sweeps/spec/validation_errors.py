"""Pydantic's findings about a sweep's file as one sentence with line and column."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from seedbed.runs.settings.options import RunOptions, specs
from seedbed.sweeps.spec import sweep_file as f
from seedbed.sweeps.spec.fields import (
    configuration_fields,
    schedule_fields as g,
    search_fields,
    section as section_module,
    seed_fields,
    stop_fields,
)
from seedbed.sweeps.spec.sweep_file import SweepFile
from seedbed.sweeps.spec.yaml_file import Place, YamlFile
from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest, nearest_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SECTIONS: dict[tuple[str, ...], type[BaseModel]] = {
    (): SweepFile,
    ("configurations", "<drawn>"): configuration_fields.Drawn,
    ("configurations", "<drawn>", "among", "*", "<range>"): configuration_fields.Range,
    ("seeds", "<crossed>"): seed_fields.CrossedSeeds,
    ("seeds", "<vary>"): seed_fields.VarySeeds,
    ("seeds", "<plan>"): seed_fields.PlanSeeds,
    ("search",): search_fields.Search,
    ("search", "over", "*", "<range>"): configuration_fields.Range,
    ("search", "prune"): search_fields.Prune,
    ("search", "race"): search_fields.Race,
    ("search", "retest"): search_fields.Retest,
    ("stop",): stop_fields.Stop,
    ("stop", "precision"): stop_fields.Precision,
    ("stop", "comparison"): stop_fields.Comparison,
    ("stop", "anytime"): stop_fields.Anytime,
    ("stop", "budget"): stop_fields.Budget,
    ("published",): f.Published,
    ("schedule",): g.Schedule,
    ("schedule", "alarm"): g.Alarm,
    ("schedule", "alarm", "email"): g.Email,
    ("night",): g.NightOf,
}
"""Where each section's fields stand; ``<…>`` marks the form that was recognised, ``*`` any key."""

OUR_WORDS = {
    "a valid dictionary": "a mapping of names to values",
    "a valid integer": "a whole number",
    "a valid ": "a ",
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "above",
    "less than": "below",
    "String should have at least 1 character": "a sentence",
}


def validated(file: YamlFile) -> SweepFile:
    """The file's fields.

    Raises:
        InputError: A field is unknown, missing, or has a value that it cannot take.
    """
    try:
        return SweepFile.model_validate(file.content)
    except ValidationError as error:
        details = sorted(
            error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden"
        )  # a misspelt field also misses its right name: the misspelling is the news
        place = _place(file, details[0]["loc"])
        here = [detail for detail in details if _place(file, detail["loc"]) == place]
        raise file.refuse(place, _sentence(file, here, place)) from None


def validated_name(stem: str) -> str:
    """A file's name as the name of a sweep.

    Raises:
        InputError: It has characters that a sweep's name may not have.
    """
    try:
        return TypeAdapter[str](section_module.Name).validate_python(stem)
    except ValidationError:
        raise InputError(
            "A sweep's name must be letters, digits, '_', '-' and '.', at most 100, got "
            f"{stem!r} from the file's name: rename the file, or add a line such as name: my_sweep."
        ) from None


def _place(file: YamlFile, loc: tuple[str | int, ...]) -> Place:
    """The part of pydantic's location that stands in the file."""
    found: list[str | int] = []
    inner: object = file.content
    for part in loc:
        if (isinstance(inner, dict) and part in inner) or (
            isinstance(inner, list) and isinstance(part, int) and part < len(inner)
        ):
            inner = cast("Mapping[str | int, object]", inner)[part]
        else:
            continue
        found.append(part)
    return tuple(found)


def _sentence(file: YamlFile, details: "list[ErrorDetails]", place: Place) -> str:
    detail = details[0]
    loc, kind = detail["loc"], detail["type"]
    key = str(loc[-1])
    if kind == "extra_forbidden":
        known = list(_fields(loc[:-1]))
        hint = nearest(key, known) or _is_option(key)
        return f"there is no field {key!r}{hint}; they are {', '.join(known)}."
    if kind == "missing":
        meaning = _fields(loc[:-1])[key].description
        return f"the field {key!r} is missing ({meaning}): add it."
    if kind == "invalid_key":
        return f"names must be text, got {key}: put it in quotes, or mend it."
    if kind == "value_error":
        return f"{detail['ctx']['error']}."
    name = ".".join(str(part) for part in place if isinstance(part, str)) or "the file"
    if kind == "too_short":
        return f"{name} must not be empty: give it {_hint(loc) or 'at least one value'}."
    rules = " or ".join(dict.fromkeys(_rule(d["msg"]) for d in details))
    hint = _hint(loc)
    return f"{name} must be {rules}, got {_shown(_at(file, place))}{f': give {hint}' * bool(hint)}."


def _is_option(key: str) -> str:
    """A hint for an option that stands where fields belong; empty if no option is near."""
    near = nearest_name(key, [spec.name for spec in specs(RunOptions)])
    return f" (the option {near!r} belongs under options or configurations)" if near else ""


def _section(loc: tuple[str | int, ...]) -> type[BaseModel] | None:
    for path, model in SECTIONS.items():
        if len(path) == len(loc) and all(p in ("*", q) for p, q in zip(path, loc, strict=True)):
            return model
    return None


def _fields(loc: tuple[str | int, ...]) -> dict[str, FieldInfo]:
    """The fields of a section that pydantic found something about."""
    section = _section(loc)
    assert section is not None  # noqa: S101 (held by a test: every section is listed)
    return section.model_fields


def _hint(loc: tuple[str | int, ...]) -> str:
    """What the field's examples show, for the innermost field that has some."""
    for end in range(len(loc), 0, -1):
        section = _section(loc[: end - 1])
        field = section.model_fields.get(str(loc[end - 1])) if section else None
        if field:
            return f"{loc[end - 1]}: {in_yaml(field.examples[0])}, say" if field.examples else ""
    return ""


def in_yaml(value: object) -> str:
    """A value in YAML's notation on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_yaml(inner) for inner in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rule(message: str) -> str:
    """Pydantic's message as the end of 'x must be …'."""
    words = message.removeprefix("Input should be ").replace("'", "").split(" or instance of ")[0]
    if words.startswith("String should match pattern"):
        return "letters, digits, '_', '-' and '.', at most 100"
    for theirs, ours in OUR_WORDS.items():
        words = words.replace(theirs, ours)
    return words


def _at(file: YamlFile, place: Place) -> object:
    inner: object = file.content
    for part in place:
        inner = cast("Mapping[str | int, object]", inner)[part]
    return inner


def _shown(value: object) -> str:
    text = in_yaml(value) if isinstance(value, dict | list) else repr(value)
    return text if len(text) < 100 else text[:96] + " …"
