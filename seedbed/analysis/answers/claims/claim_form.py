"""The form that each field of a claim must have; a claim may come from anybody."""

import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

from seedbed.analysis.statistics.stopping.spending import SPENT

Check = Callable[[object], bool]


def wrong_field(claim: Mapping[str, object]) -> str | None:
    """The first field of a claim that has another form than Seedbed writes; None if all fit."""
    return next((name for name, fits in FORMS.items() if not fits(claim.get(name))), None)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    """Whether a value is a number that a float holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) <= sys.float_info.max


def _is_level(value: object) -> bool:
    return isinstance(value, float) and 0 < value < 1


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _or_none(fits: Check) -> Check:
    return lambda value: value is None or fits(value)


def _list_of(fits: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _mapping_of(fits: Check) -> Check:
    return lambda value: isinstance(value, Mapping) and all(map(fits, value.values()))


NONE: Mapping[str, Check] = MappingProxyType({})


def _with(fields: Mapping[str, Check], optional: Mapping[str, Check] = NONE) -> Check:
    """Whether a value has these fields, and some of the optional ones, in their forms."""
    every = {**fields, **optional}
    return lambda value: (
        isinstance(value, Mapping)
        and value.keys() >= fields.keys()
        and all(fits(value.get(name)) for name, fits in every.items())
    )


def _holds_numbers(value: object) -> bool:
    """Whether all numbers in a value, however deep, are such as a float holds."""
    if isinstance(value, Mapping):
        return all(map(_holds_numbers, value.values()))
    if isinstance(value, list):
        return all(map(_holds_numbers, value))
    return value is None or isinstance(value, str | bool) or _is_number(value)


def _are_looks(value: object) -> bool:
    """Whether a value is a list of numbers of runs that increase."""
    if not isinstance(value, list) or any(type(one) is not int for one in value):
        return False
    return all(1 <= one < MOST for one in value) and all(a < b for a, b in pairwise(value))


def _are_parts(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return all(type(one) is int and 1 <= one < MOST for one in value)


def _is_test_size(value: object) -> bool:
    return type(value) is int and 1 <= value < MOST_EXAMPLES


MOST_EXAMPLES = 10**12
MOST = 1_000_000
"""Runs or folds below which a number makes sense."""

LOOKS: Mapping[str, Check] = {
    "looks": _are_looks,
    "alpha": _is_level,
    "spending": lambda value: isinstance(value, str) and value in SPENT,
    "futility": _is_bool,
    "spent": _are_looks,
    "open": _is_bool,
}


def _is_look_plan(value: object) -> bool:
    return isinstance(value, Mapping) and value.keys() == LOOKS.keys() and _with(LOOKS)(value)


FORMS: Mapping[str, Check] = {
    "question": _is_text,
    "source": _is_mapping,
    "score": _with(
        {
            "metric": _is_text,
            "scale": _is_number,
            "is_accuracy": _is_bool,
            "lower_is_better": _is_bool,
        }
    ),
    "training": _or_none(
        _with({"experiment": _is_text, "design": _or_none(_is_text), "options": _is_mapping})
    ),
    "terms": _with(
        {
            "paired": _or_none(_is_bool),
            "control": _or_none(_is_text),
            "margin": _or_none(_is_number),
            "level": _is_level,
        },
        optional={
            "looks": _or_none(_is_look_plan),
            "resplits": _or_none(_are_parts),
            "test_size": _or_none(_is_test_size),
            "stuck": _or_none(_list_of(_is_text)),
        },
    ),
    "environment": _mapping_of(_list_of(_is_text)),
    "scores": _mapping_of(_list_of(_or_none(_is_number))),
    "arms": _mapping_of(
        _list_of(
            _with(
                {
                    "run": _is_text,
                    "cell": _or_none(_is_text),
                    "seeds": _or_none(_is_mapping),
                    "options": _or_none(_is_mapping),
                    "score": _is_number,
                    "fingerprint": _or_none(_is_text),
                }
            )
        )
    ),
    "numbers": lambda value: _is_mapping(value) and _holds_numbers(value),
    "answer": _list_of(_is_text),
    "digest": _is_text,
}
