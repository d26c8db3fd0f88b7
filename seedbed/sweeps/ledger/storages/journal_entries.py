"""What a line of a journal must hold for Optuna to replay it, and its number in the journal.

Optuna numbers trials by counting the entries that make one, so an entry that is lost would give
every later result to the wrong cell. Seedbed therefore writes two more fields: the entry's number,
which shows that entries were lost, and the id of a trial that is made, so that the trials after a
lost one keep theirs.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import Any

from seedbed.sweeps.ledger.storages.optuna_private import (
    ENTRY_FIELDS,
    Operation,
    is_journal_entry,
)
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import OWNER

Entry = dict[str, Any]

TRY_NOTES = frozenset({Operation.CREATE_TRIAL, Operation.SET_TRIAL_USER_ATTR})
"""Operations with notes of a try."""

NUMBER, TRIAL_ID = "seedbed_number", "seedbed_trial_id"
MAXIMIZE = 2
"""Optuna's number of the direction in which a sweep's scores are better."""
MOST_LOST = 1_000_000
"""A larger gap between two trials' ids is damage, not a gap."""


def parse_entry(line: bytes) -> Entry | None:
    """The entry of a line; None if Optuna could not replay it."""
    try:
        entry = json.loads(line)
        if is_journal_entry(entry) and all(
            _fits(name, entry[name], entry) for name in ENTRY_FIELDS[entry["op_code"]]
        ):
            return _shared(entry)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError):
        pass  # OverflowError: Infinity as a whole number, or a time before the first year
    return None


def _shared(entry: Entry) -> Entry:
    """An entry whose notes of a try take little memory: most recur in each of 100,000 tries."""
    for name in ("user_attr", "user_attrs"):
        if entry["op_code"] in TRY_NOTES and name in entry:
            entry[name] = {intern(key): _shared_note(key, one) for key, one in entry[name].items()}
    return entry


def _shared_note(key: str, note: Any) -> Any:
    if not isinstance(note, dict):
        return note
    if key == OWNER and all(type(one) in (str, int) for one in note.values()):
        return _owner(tuple(note.items()))
    return {intern(name): one for name, one in note.items()}


@lru_cache(maxsize=1000)
def _owner(fields: tuple[tuple[str, str | int], ...]) -> dict[str, str | int]:
    """One object for all tries of a driver."""
    return dict(fields)


def lost_trial(study_id: int) -> Entry:
    """An entry in the place of a lost one that made a trial; no cell belongs to that trial."""
    return {
        "op_code": int(Operation.CREATE_TRIAL),
        "worker_id": "seedbed",
        "study_id": study_id,
        "datetime_start": None,
        "state": TrialState.WAITING.value,
    }


def lost_study(name: str) -> Entry:
    """An entry in the place of the lost one that began the ledger of a sweep."""
    return {
        "op_code": int(Operation.CREATE_STUDY),
        "worker_id": "seedbed",
        "study_name": name,
        "directions": [MAXIMIZE],
    }


def line_of(entry: Entry) -> bytes:
    """An entry as its line."""
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def _fits(name: str, value: object, entry: Mapping[str, object]) -> bool:
    if name == "state" and not _has_times(value, entry):
        return False
    if name == "datetime_start" and not _is_a_new_trial(entry):
        return False
    if name == "param_value_internal":
        _value_of(str(entry["distribution"]))(value)
    return name not in CHECKS or CHECKS[name](value)


def _has_times(state: Any, entry: Mapping[str, Any]) -> bool:
    """Whether a change of a trial's state says when it was."""
    known = TrialState(state)
    if known == TrialState.RUNNING:
        return _is_time(entry["datetime_start"])
    return not known.is_finished() or _is_time(entry["datetime_complete"])


def _is_a_new_trial(entry: Mapping[str, Any]) -> bool:
    TrialState(entry.get("state", 0))
    shapes = {key: _value_of(text) for key, text in _object(entry, "distributions")}
    for key, value in _object(entry, "params"):
        shapes[key](value)
    for key, _ in _object(entry, "intermediate_values"):
        int(key)
    _object(entry, "user_attrs"), _object(entry, "system_attrs")
    ended, value = entry.get("datetime_complete"), entry.get("value")
    if value is not None and (entry.get("values") is not None or not _is_number(value)):
        return False
    return _is_scores(entry.get("values")) and (ended is None or _is_time(ended))


@lru_cache(maxsize=1000)
def _value_of(text: str) -> Callable[[Any], object]:
    """What gives a parameter's value for its number in the journal.

    Seedbed itself writes choices alone, for which Optuna need not be imported.

    Raises:
        ValueError, TypeError, KeyError: The text is not a distribution of Optuna.
    """
    content = json.loads(text)
    if isinstance(content, dict) and content.get("name") == "CategoricalDistribution":
        choices = content["attributes"]["choices"]
        if isinstance(choices, list) and choices and content["attributes"].keys() == {"choices"}:
            return lambda number: choices[int(number)]
    from optuna.distributions import json_to_distribution

    return json_to_distribution(text).to_external_repr


def _object(entry: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return list(entry.get(name, {}).items())


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and bool(datetime.fromisoformat(value).astimezone(UTC))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_scores(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_number, value)))


def _is_one_note(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1


CHECKS: dict[str, Callable[[object], bool]] = {
    "study_id": lambda value: type(value) is int,
    "trial_id": lambda value: type(value) is int,
    "step": lambda value: type(value) is int,
    "study_name": lambda value: isinstance(value, str),
    "directions": lambda value: isinstance(value, list) and set(value) <= {0, 1, 2},
    "user_attr": _is_one_note,
    "system_attr": _is_one_note,
    "values": _is_scores,
    "intermediate_value": _is_number,
    "datetime_start": lambda value: value is None or _is_time(value),
    "distribution": lambda value: isinstance(value, str) and bool(_value_of(value)),
}
"""What the value of a field must be."""
