"""The options that stand for the arms of a script, and their fits, as its runs recorded them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from seedbed.analysis.wording import SCRIPT_ARM

ONE_SETTING = re.compile(r"([^=\s]+)=(\w*\(.*\)|\S+)")
"""An arm's name by one setting: ``rate=0.5``, ``activity_regularizer=L1(l1=0.001)``."""

FIT_EPOCHS = re.compile(r"fit\d+_epochs")
"""The metric that each ``fit`` has."""


def arm_options(arms: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Of each arm the options that stand for it.

    Args:
        arms: The arms as a run recorded them.
    """
    plain: list[dict[str, object]] = [
        {
            name.rsplit(" ", 1)[-1]: value  # momentum, of optimizer momentum
            for name, value in _differs(arm).items()
            if not name.startswith("layer") and isinstance(value, int | float | str | bool)
        }
        for arm in arms
    ]
    first: list[dict[str, object]] = [dict(list(one.items())[:1]) for one in plain]
    if all(first) and len({str(one) for one in first}) == len(arms):
        return first
    names = [str(arm["name"]) for arm in arms]
    parts = [match.groups() for name in names if (match := ONE_SETTING.fullmatch(name))]
    if len(parts) == len(names) and len({option for option, _ in parts}) == 1:
        return [{option: value} for option, value in parts]  # of a layer, such as rate=0.5
    return [{SCRIPT_ARM: name} for name in names]


def first_fits(groups: object, metrics: Iterable[str]) -> list[int]:
    """Of each arm the number of its first ``fit``; empty unless each training is one ``fit``.

    Args:
        groups: Of each arm the places of its trainings, as the run recorded them; another user may
            have changed it.
        metrics: Names of the run's metrics, of which each ``fit`` has one.
    """
    places = groups if isinstance(groups, list) else []
    if not all(isinstance(group, list) and group for group in places):
        return []
    firsts = [group[0] for group in places]
    fits = sum(FIT_EPOCHS.fullmatch(name) is not None for name in metrics)
    if fits != sum(map(len, places)) or not all(isinstance(first, int) for first in firsts):
        return []
    return [first + 1 for first in firsts]


def _differs(arm: Mapping[str, object]) -> Mapping[str, object]:
    found = arm.get("differs")
    return found if isinstance(found, Mapping) else {}
