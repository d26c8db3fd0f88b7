"""The options that stand for the arms of a script, read from what its runs recorded."""

import re
from collections.abc import Mapping, Sequence

from seedbed.analysis.wording import SCRIPT_ARM

ONE_SETTING = re.compile(r"([^=\s]+)=(\w*\(.*\)|\S+)")
"""An arm's name by one setting: ``rate=0.5``, ``activity_regularizer=L1(l1=0.001)``."""


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


def _differs(arm: Mapping[str, object]) -> Mapping[str, object]:
    found = arm.get("differs")
    return found if isinstance(found, Mapping) else {}
