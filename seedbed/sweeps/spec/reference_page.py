"""The reference page of the sweep file and its JSON schema, both made from its fields."""

import json
import types
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from seedbed.sweeps.spec.reference_texts import HEADS, INTRODUCTION
from seedbed.sweeps.spec.sweep_file import SweepFile
from seedbed.sweeps.spec.validation_errors import SECTIONS, in_yaml

SCHEMA = "sweep.schema.json"


def page() -> str:
    """docs/sweep-file.md."""
    lines = [INTRODUCTION]
    for path, (title, text) in HEADS.items():
        if not title:
            continue
        model = SECTIONS[path]
        lines += [f"## {title}", ""]
        if path and (path[-1] == "<range>" or not text):
            lines += [" ".join((model.__doc__ or "").split()), ""]
        lines += [text, ""] if text else []
        lines += ["| field | value | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [_row(name, field) for name, field in model.model_fields.items()]
        lines.append("")
    return "\n".join(lines)


def schema() -> str:
    """docs/sweep.schema.json, for editors."""
    made = SweepFile.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "A Seedbed sweep"
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    cells = (f"`{name}`", _kind(field.annotation), _default(field), field.description or "")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "must be given"
    if field.default is None or field.default in ({}, []):
        return ""
    if isinstance(field.default, BaseModel):
        return f"`{in_yaml(field.default.model_dump(exclude_none=True))}`"
    return f"`{in_yaml(field.default)}`"


def _kind(hint: object) -> str:  # noqa: PLR0911 (one per kind)
    """A type in words."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (Union, types.UnionType):
        return _either([part for part in parts if part is not type(None)])
    if origin is list:
        kind = _kind(parts[0])
        plural = kind if "`" in kind else f"{kind}s"
        return "list of mappings" if kind.startswith("mapping") else f"list of {plural}"
    if origin is dict:
        return f"mapping of options to {_kind(parts[1])}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return "mapping"
    words: dict[object, str] = {
        int: "whole number",
        float: "number",
        bool: "true or false",
        str: "text",
    }
    return words[hint]


def _either(parts: list[object]) -> str:
    """``a or b``; every scalar together is a value."""
    if {int, float, bool, str} <= set(parts):
        return "value"
    return " or ".join(dict.fromkeys(_kind(part) for part in parts))
