"""Decide whether arms are compared in pairs of equal seeds, and say which runs are left out."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from seedbed.analysis.wording import count
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class SeedMatch:
    """How the runs of several arms match.

    Attributes:
        paired: Whether runs of equal seeds are compared in pairs.
        notes: What was left out, in words.
    """

    paired: bool
    notes: tuple[str, ...]


class LaterRun(tuple[Hashable, ...]):
    """Key of a run whose seeds an earlier run of its arm has: it has no partner."""

    __slots__ = ()


def match_seeds(
    finished: Mapping[str, Collection[Hashable]],
    without_result: Mapping[str, Collection[Hashable]],
    failed: Mapping[str, Collection[Hashable]],
    paired: bool | None,
) -> SeedMatch:
    """Pair arms of which enough seeds finished in every one; a missing run costs its pair alone.

    Args:
        finished: Name → seeds of the runs with a result, each once; ``LaterRun`` of the others.
        without_result: Name → seeds of all other runs, of whatever cause.
        failed: Name → those of them that count against the winner.
        paired: None pairs where at least two seeds, and half of the smallest arm, finished in
            every arm; True wherever two did; False never.

    Raises:
        InputError: Asked to pair, and fewer than two seeds finished in every arm.
    """
    common = set.intersection(*(set(seeds) for seeds in finished.values()))
    if paired and len(common) < 2:
        raise InputError(
            f"pairing needs two seeds with a result in every configuration, got {len(common)}: "
            "use --unpaired"
        )
    smallest = min(len(seeds) for seeds in finished.values())
    enough = len(common) >= 2 and 2 * len(common) >= smallest
    if paired is False or not (paired or enough):
        unpaired = "Too few seeds have a result in every arm: not paired."
        return SeedMatch(False, () if paired is False else (unpaired,))
    runs = Counter(seed for seeds in finished.values() for seed in seeds)
    tried = _in_every_arm(finished, failed)
    started = _in_every_arm(finished, without_result)
    left = {seed: number for seed, number in runs.items() if number == 1 or seed not in tried}
    later = sum(isinstance(seed, LaterRun) for seed in left)
    no_partner = sum(number for seed, number in left.items() if seed not in started) - later
    lost_partner = sum(left.values()) - no_partner - later
    notes = []
    if no_partner:
        notes.append(
            f"{count(no_partner, 'run')} whose seed is not in every arm {_is_out(no_partner)}."
        )
    if later:
        notes.append(
            f"{count(later, 'run')} whose seed an earlier run of the same arm has {_is_out(later)}."
        )
    if lost_partner:
        notes.append(
            f"{count(lost_partner, 'run')} {_is_out(lost_partner)}, because a run of the same seed "
            "has no result."
        )
    return SeedMatch(True, tuple(notes))


def seed_keys(seeds: Sequence[tuple[Hashable, ...]], arm: str) -> list[tuple[Hashable, ...]]:
    """``[run]`` what each run of an arm is matched by: its seeds, where they tell it from others.

    A run of seeds that are not known, or that an earlier run of the arm has too, has no partner.

    Args:
        seeds: ``[run]`` the seeds of each run.
        arm: Name of the arm.
    """
    keys: list[tuple[Hashable, ...]] = []
    taken: set[tuple[Hashable, ...]] = set()
    for number, one in enumerate(seeds):
        is_own = bool(one) and None not in one and one not in taken
        taken.add(one)
        keys.append(one if is_own else (*one, arm, number))
    return keys


def _in_every_arm(
    finished: Mapping[str, Collection[Hashable]], others: Mapping[str, Collection[Hashable]]
) -> set[Hashable]:
    """The seeds that every arm has, as a finished run or as one of the others."""
    return set.intersection(*({*seeds, *others.get(name, ())} for name, seeds in finished.items()))


def _is_out(runs: int) -> str:
    return "is left out" if runs == 1 else "are left out"
