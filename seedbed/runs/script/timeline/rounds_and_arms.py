"""Rounds and arms of a script that trains more than once.

Trainings with the same settings are rounds: repetitions or folds, whose mean is the run's number.
Trainings that differ in a setting are arms, which are compared within each run.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.numbers.headline import FLOAT32, Number, numbers_of, rounding
from seedbed.runs.script.numbers.printed_numbers import printed
from seedbed.runs.script.timeline.arm_names import arm_names
from seedbed.runs.script.timeline.rows_scored import RoundKind, kind_of_rounds
from seedbed.runs.script.timeline.trainings import Scored, Training, differing, trainings_of

MOST_ARMS = 8
"""Different trainings up to which they are compared; more are a search."""

MOST_ROUNDS = 50
AS_PRINTED = 2e-3
"""Share by which a mean may differ from that of numbers that were rounded for printing."""

NUMBERED = re.compile(r"(?<=evaluate) \d+|(?<=accuracy_score) \d+|(?<=fit) \d+")


@dataclass(frozen=True)
class Arm:
    """Trainings with one set of settings.

    Attributes:
        name: By what differs, such as ``batch_size=256``.
        differs: The settings that differ → their values.
        values: The number of each of its rounds.
        is_: What the number is, in words.
        steps: Update steps of its first training.
    """

    name: str
    differs: dict[str, object]
    values: list[float]
    is_: str
    steps: int = 0


@dataclass(frozen=True)
class Found:
    """The number of a run, and what it is made of.

    Attributes:
        number: The number that stands for the run, or None.
        rounds: The numbers of the rounds whose mean it is; empty otherwise.
        dependent: Why the rounds depend on each other; empty otherwise.
        arms: The arms, in the order of the script; empty unless there are two or more.
        by_training: Kind of number → that of each training, where all of them have one.
        groups: Places of the trainings with the same settings.
        seeded: Of rounds that differ in a seed alone, what seeds each; empty otherwise.
        are_folds: Whether the rounds are scored on other rows each.
        kind_of_rounds: What they are called.
        kinds: Kind of number → the run's own of that kind, the one that stands for it first.
    """

    number: Number | None
    rounds: list[float] = field(default_factory=list)
    dependent: str = ""
    arms: list[Arm] = field(default_factory=list)
    by_training: dict[str, list[float]] = field(default_factory=dict)
    groups: list[list[int]] = field(default_factory=list)
    seeded: list[str] = field(default_factory=list)
    are_folds: bool = False
    kind_of_rounds: RoundKind = "rounds"
    kinds: dict[str, Number] = field(default_factory=dict)


def number_of(watcher: Watcher, output: str) -> Found:
    """The number that stands for a run, with its rounds or arms.

    Args:
        watcher: What was trained and scored.
        output: What was printed.
    """
    whole = _scored_of(watcher, output)
    kinds = numbers_of(whole)
    number = next(iter(kinds.values()), None)
    if number is None:
        return Found(None)
    return replace(_of_trainings(number, whole, watcher, output), kinds=kinds)


def _of_trainings(number: Number, whole: Scored, watcher: Watcher, output: str) -> Found:
    """The number with the rounds or arms that it is made of, if there are any."""
    trainings = trainings_of(watcher.fits)
    if not 1 < len(trainings) <= MOST_ROUNDS:
        return Found(number)
    _share_out(trainings, whole, watcher, output)
    numbers = [numbers_of(one.scored) for one in trainings]
    common = [kind for kind in numbers[-1] if all(kind in one for one in numbers)]
    table = {kind: [one[kind].value for one in numbers] for kind in common}
    groups = _groups(trainings)
    stands_for = _is_mean if len(groups) == 1 else _is_one
    kind = _kind_of_trainings(number, table, common, stands_for)
    if kind is None:
        return Found(number)
    known = [one[kind] for one in numbers]
    if len(groups) == 1:
        found = _rounds(number, trainings, known, watcher)
    elif len(groups) > MOST_ARMS or not _comparable(groups, trainings):
        return Found(number)
    else:
        steps = [sum(watcher.fits[n - 1].steps for n in one.fits) for one in trainings]
        found = Found(number, arms=_arms(groups, trainings, known, steps, whole.said))
    return replace(found, by_training=table, groups=groups)


def _kind_of_trainings(
    number: Number,
    table: Mapping[str, Sequence[float]],
    common: Sequence[str],
    stands_for: Callable[[Number, str, Sequence[float]], bool],
) -> str | None:
    """The kind that the run's number shares with every training, or that it stands for."""
    if number.kind in common:
        return number.kind
    return next((kind for kind, values in table.items() if stands_for(number, kind, values)), None)


def _is_mean(number: Number, kind: str, values: Sequence[float]) -> bool:
    """Whether a number is the mean of one kind over the rounds."""
    each = max(map(rounding, values)) if kind.startswith("printed") else 0.0
    return _is(number, sum(values) / len(values), each)


def _is_one(number: Number, kind: str, values: Sequence[float]) -> bool:
    """Whether a number is that of the last, the best or the worst arm."""
    del kind
    return any(_is(number, value, 0.0) for value in (values[-1], max(values), min(values)))


def _is(number: Number, value: float, rounded_by: float) -> bool:
    digits = rounding(number.value) + rounded_by + FLOAT32 * abs(value)
    most = AS_PRINTED * max(abs(value), AS_PRINTED)
    return abs(value - number.value) <= min(digits, most)


def _scored_of(watcher: Watcher, output: str) -> Scored:
    """All that was scored in a run."""
    places = [place for place, _ in watcher.scored_at]
    places += [""] * (len(watcher.accuracies) - len(places))
    return Scored(
        list(enumerate(watcher.evaluations, 1)),
        list(watcher.predictions),
        [
            (number, value, place)
            for number, (value, place) in enumerate(
                zip(watcher.accuracies, places, strict=False), 1
            )
        ],
        list(enumerate(watcher.fits, 1)),
        printed(output),
        list(watcher.library_scores),
        list(watcher.searches),
    )


def _share_out(trainings: Sequence[Training], whole: Scored, watcher: Watcher, output: str) -> None:
    """Give each training what scored its network."""
    raw = output.encode()
    ends = [watcher.fits[one.fits[-1] - 1].printed for one in trainings]
    for place, training in enumerate(trainings):
        last = training.fits[-1]
        following = trainings[place + 1].fits[0] if place + 1 < len(trainings) else 1 << 30
        network = watcher.fits[last - 1].network
        upto = ends[place + 1] if place + 1 < len(ends) else len(raw)
        said = raw[ends[place] : upto].decode("utf-8", errors="replace")
        marks = [fits for _, fits in watcher.scored_at]
        training.scored = Scored(
            [
                (number, one)
                for number, one in whole.evaluations
                if one.network == network and last <= one.fits < following
            ]
            or [(n, one) for n, one in whole.evaluations if one.network == network],
            [one for one in whole.predictions if one.network == network],
            [
                one
                for one, fits in zip(whole.accuracies, marks, strict=False)
                if last <= fits < following
            ],
            [(number, watcher.fits[number - 1]) for number in training.fits],
            printed(said),
            [one for one in whole.library_scores if last <= one.fits < following],
        )


def _groups(trainings: Sequence[Training]) -> list[list[int]]:
    """Places of trainings with the same settings, in the order of the script."""
    groups: list[list[int]] = []
    for place, training in enumerate(trainings):
        for group in groups:
            if not differing([trainings[group[0]].settings, training.settings]):
                group.append(place)
                break
        else:
            groups.append([place])
    return groups


def _rounds(
    number: Number, trainings: Sequence[Training], known: Sequence[Number], watcher: Watcher
) -> Found:
    values = [one.value for one in known]
    kind = kind_of_rounds(trainings, watcher)
    starts = [watcher.fits[one.fits[0] - 1].start.kind for one in trainings[1:]]
    dependent = ""
    if "partly" in starts:
        dependent = "a round begins with weights that an earlier one left"
    name = NUMBERED.sub("", known[-1].name)
    mean = Number(
        sum(values) / len(values),
        f"mean over {len(values)} {kind} of {name}",
        f"the script trains {len(values)} times with the same settings",
        known[-1].kind,
        known[-1].accuracy,
    )
    stands = mean if number.kind == mean.kind else number
    return Found(
        stands,
        values,
        dependent,
        seeded=_seeded(trainings, watcher),
        are_folds=kind != "rounds",
        kind_of_rounds=kind,
    )


def _seeded(trainings: Sequence[Training], watcher: Watcher) -> list[str]:
    """What seeds each training, where each has a seed of its own; empty otherwise."""
    told = []
    for training in trainings:
        fit = watcher.fits[training.fits[0] - 1]
        if not fit.seeds:
            return []
        place = f" ({fit.seeds[-1].place})" if fit.seeds[-1].place else ""
        told.append(f"{fit.seeds[-1].value}{place}")
    return told if len({one.split(" (")[0] for one in told}) == len(told) else []


def _comparable(groups: Sequence[Sequence[int]], trainings: Sequence[Training]) -> bool:
    """Whether the arms have one task: the same loss, scored on the same rows, or the same folds."""
    losses = {str(one.settings.get("loss")) for one in trainings}
    rows = [
        {one.rows for place in group for _, one in trainings[place].scored.evaluations}
        for group in groups
    ]
    known = [one for one in rows if one and one != {""}]
    return len(losses) == 1 and (not known or set.intersection(*known) != set())


def _arms(
    groups: Sequence[Sequence[int]],
    trainings: Sequence[Training],
    known: Sequence[Number],
    steps: Sequence[int],
    said: Mapping[str, Sequence[float]],
) -> list[Arm]:
    settings = _switched([trainings[group[0]].settings for group in groups])
    differs = [{name: own.get(name) for name in differing(settings)} for own in settings]
    last = [known[group[-1]] for group in groups]
    names = arm_names(differs, [one.value for one in last], said)
    return [
        Arm(name, own, [known[n].value for n in group], one.name, steps[group[0]])
        for name, own, group, one in zip(names, differs, groups, last, strict=True)
    ]


def _switched(settings: list[dict[str, object]]) -> list[dict[str, object]]:
    """The settings with ``on`` and ``off`` for augmentation, where that is all it differs in."""
    kinds = {one.get("augmentation") for one in settings}
    if len(kinds) != 2 or "none" not in kinds:
        return settings
    words = [{"augmentation": "off" if one["augmentation"] == "none" else "on"} for one in settings]
    return [one | word for one, word in zip(settings, words, strict=True)]
