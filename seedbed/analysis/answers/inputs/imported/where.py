"""Conditions that a run must meet: ``optimizer=adam``, ``epochs>=10``."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest
from seedbed.tracking.importing.imported_runs import ImportedRun, parsed_value

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def matching(runs: Sequence[ImportedRun], conditions: Sequence[str]) -> list[ImportedRun]:
    """The runs that meet every condition.

    Args:
        runs: The runs.
        conditions: Each a name, one of ``= != < > <= >=``, and a value; the name is that of a
            parameter, a tag or a metric.

    Raises:
        InputError: Not of this form, a name that no run has, an order asked of text, or no run
            that meets them all.
    """
    kept = list(runs)
    for condition in conditions:
        found = re.fullmatch(r"\s*(.+?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*", condition, re.DOTALL)
        if found is None:
            raise InputError(
                f"--where must be a name, one of = != < > <= >=, and a value, got {condition!r}: "
                "write it as optimizer=adam"
            )
        name, sign, text = found.groups()
        check_known(name, runs, "--where")
        kept = [run for run in kept if _meets(value_of(run, name), sign, text, condition)]
        if not kept:
            raise InputError(f"no run meets --where {condition}{_values(name, runs)}")
    return kept


def value_of(run: ImportedRun, name: str) -> object:
    """A parameter, tag or metric of a run; None where it has none of that name."""
    for place in (run.params, run.metrics):
        if name in place:
            return place[name]
    tag = run.tags.get(name.removeprefix("tags."))
    return None if tag is None else parsed_value(tag)


def check_known(name: str, runs: Iterable[ImportedRun], option: str) -> None:
    """Refuse a name that no run has.

    Raises:
        InputError: With the nearest name.
    """
    known: set[str] = set()
    for run in runs:
        if value_of(run, name) is not None:
            return
        known.update((*run.params, *run.tags, *run.metrics))
    raise InputError(
        f"{option} must name a parameter, tag or metric of the runs, got {name!r}"
        f"{nearest(name, sorted(known))}"
    )


def _meets(value: object, sign: str, text: str, condition: str) -> bool:
    wanted = parsed_value(text)
    if sign in ("=", "!="):
        return (value == wanted or str(value) == text) == (sign == "=")
    if not isinstance(wanted, (int, float)):
        raise InputError(f"--where {condition} asks for an order, so its value must be a number")
    return isinstance(value, (int, float)) and OPERATORS[sign](value, wanted)


def _values(name: str, runs: Iterable[ImportedRun]) -> str:
    values = sorted({str(value_of(run, name))[:24] for run in runs})[:6]
    return f": {name} is {', '.join(values)}"
