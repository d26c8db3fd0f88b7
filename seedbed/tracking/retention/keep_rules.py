"""Which old runs keep their checkpoints and predictions, by rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from seedbed.system.errors import InputError
from seedbed.tracking.retention.removal import PrunableRun

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True)
class KeepRule:
    """A rule that keeps files.

    Attributes:
        kind: ``age``, ``newest`` or ``best``.
        text: As given.
        age: Younger runs keep them.
        count: So many of the newest sweeps of each series keep them.
    """

    kind: Literal["age", "newest", "best"]
    text: str
    age: timedelta = timedelta()
    count: int = 0


def parse_rule(text: str) -> KeepRule:
    """A rule from its text.

    Raises:
        InputError: It is none.
    """
    word = text.strip().lower()
    if word == "best":
        return KeepRule("best", word)
    match = re.fullmatch(r"([0-9]{1,6})([hdw]?)", word)
    if not match or int(match[1]) < 1:
        raise InputError(
            f"--keep must be an age such as 30d, 12h or 8w, nights such as 10, or best, got "
            f"{text!r}."
        )
    if match[2]:
        return KeepRule("age", word, age=int(match[1]) * UNITS[match[2]])
    return KeepRule("newest", word, count=int(match[1]))


@dataclass(frozen=True)
class Sorted:
    """What goes and what stays.

    Attributes:
        going: Runs whose files go.
        staying: (run, why) of those whose files stay.
    """

    going: tuple[PrunableRun, ...]
    staying: tuple[tuple[PrunableRun, str], ...]


def sort_out(found: Sequence[PrunableRun], rules: Sequence[KeepRule], now: datetime) -> Sorted:
    """Decide for every run whether its files go: they do where nothing holds them and no rule fits.

    Args:
        found: The runs with their files.
        rules: Each keeps the files of the runs to which it applies.
        now: The time, in UTC.
    """
    newest = _newest(found)
    best = _best(found)
    going, staying = [], []
    for one in found:
        why = one.held
        for rule in rules:
            if why:
                break
            if (
                (rule.kind == "age" and now - one.ended < rule.age)
                or (rule.kind == "newest" and newest[one.run_id] < rule.count)
                or (rule.kind == "best" and one.run_id in best)
            ):
                why = f"--keep {rule.text}"
        if why:
            staying.append((one, why))
        else:
            going.append(one)
    return Sorted(tuple(going), tuple(staying))


def _newest(found: Sequence[PrunableRun]) -> dict[str, int]:
    """Run → how many sweeps of its series are newer than its own; a lone run is one itself."""
    latest: dict[tuple[str, str], datetime] = {}
    for one in found:
        key = (one.series, one.parent or one.run_id)
        latest[key] = max(latest.get(key, one.ended), one.ended)
    ranks: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for key in sorted(latest, key=lambda key: (latest[key], key), reverse=True):
        ranks[key] = counts.get(key[0], 0)
        counts[key[0]] = ranks[key] + 1
    return {one.run_id: ranks[one.series, one.parent or one.run_id] for one in found}


def _best(found: Sequence[PrunableRun]) -> set[str]:
    """The run of each sweep with the highest validation accuracy, then the lowest loss."""
    best: dict[str, PrunableRun] = {}
    for one in found:
        key = one.parent or one.run_id
        if key not in best or one.score > best[key].score:
            best[key] = one
    return {one.run_id for one in best.values()}


def size(count: int) -> str:
    """Bytes in words, in units of 1,000."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
