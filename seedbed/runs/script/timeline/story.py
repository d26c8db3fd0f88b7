"""What happened in a script, in sentences: where fits begin, and which rows score a network."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

from seedbed.runs.script.hooks.alternatives import Alternative
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.record.observations import Evaluation, Fit, Prediction
from seedbed.runs.script.hooks.record.seed_calls import NUMPY, TENSORFLOW
from seedbed.runs.script.hooks.record.train_scores import tests_of
from seedbed.runs.script.numbers.headline import is_accuracy
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.schema import RANK_CAUSE, RANK_CHOSEN

FEW_EXAMPLES = 200
"""Examples up to which the step of one example is told."""

TOLD = 0.005
MOST = 9
CONTINUES, UNLOADED, NO_ANSWER = 1, 2, 0
FROZEN = "frozen_layers"
"""Which sentence answers a person's question, the most telling first; 0 for one that does not."""


UNTOLD: tuple[object, ...] = ({}, 0, "none", "")
"""Values of a sentence that are left out of the record."""


@dataclass(frozen=True)
class Told:
    """A sentence.

    Attributes:
        text: The sentence, the same in every run; ``{percent_1}`` stands for one of the values.
        values: Name → value, which may differ from run to run.
        rank: How much it tells of why numbers are as they are; 0 for nothing.
        alternative: The other course that shows what it does; none where it cannot be taken.
        line: Where the other course parts.
    """

    text: str
    values: dict[str, float] = field(default_factory=dict)
    rank: int = NO_ANSWER
    alternative: Alternative = "none"
    line: str = ""

    def as_json(self) -> dict[str, object]:
        """For the summary of a run."""
        return {name: value for name, value in asdict(self).items() if value not in UNTOLD}


def story(watcher: Watcher, ignored: Sequence[str] = (), changed: Sequence[str] = ()) -> list[Told]:
    """What a reader of the numbers must know of how they came about.

    Args:
        watcher: What was trained and scored.
        ignored: What the script gives that has no effect, in words.
        changed: What gives other numbers than in the script's year, in words.
    """
    told = [
        *(Told(sentence_case(text)) for text in changed),
        *_starts(watcher),
        *_unloaded(watcher, ignored),
        *_rows(watcher),
        *_predicted(watcher),
        *_causes(watcher),
    ]
    kept: dict[str, Told] = {}
    for one in told:
        kept.setdefault(one.text, one)
    return list(kept.values())[:MOST]


def _starts(watcher: Watcher) -> Iterator[Told]:
    """Of each fit but the first, from which weights it begins; of a loop all at once."""
    fits = watcher.fits
    groups: dict[tuple[str, str, str, bool], list[int]] = {}
    for number, fit in enumerate(fits[1:], 2):
        start = fit.start
        earlier = fits[start.fit - 1].place if start.fit else ""
        key = (start.kind, fit.place, earlier, fit.optimiser_steps > 0)
        groups.setdefault(key, []).append(number)
    for (kind, place, earlier, carried), numbers in groups.items():
        first = fits[numbers[0] - 1].start.fit
        which = f"Fit {numbers[0]}" if len(numbers) == 1 else f"Fits {numbers[0]} to {numbers[-1]}"
        verb = "begins" if len(numbers) == 1 else "begin"
        source = f"fit {first}" if len(numbers) == 1 else "the fit before"
        in_loop = bool(place) and _is_in_loop(fits, numbers, place)
        called = "" if in_loop or len(numbers) > 1 else _called(fits, numbers[0])
        where = f" ({place}{called})" if place else ""
        origin = f" ({earlier})" if earlier else ""
        state = "the optimiser's state is carried on" if carried else "the optimiser is new"
        if kind == "continued" and place == earlier and in_loop:
            yield _loop(numbers, where, state, is_one_training=_epoch_by_epoch(watcher, numbers))
        elif kind == "continued":
            yield _continues(fits, numbers, which, (where, origin), state)
        elif kind == "partly":
            share = fits[numbers[0] - 1].start.share
            yield Told(
                f"{which}{where} {verb} with {{percent_1}} of the weights that {source}{origin} "
                "left",
                {"percent_1": share},
                CONTINUES,
            )
        elif kind == "again" and (seed := _repeats(watcher, numbers)):
            yield _alike(which, where, seed, in_loop=in_loop, is_one=len(numbers) == 1)
        elif kind == "again":
            yield Told(f"{which}{where} {verb} with the same first weights as fit {first}{origin}")
        elif kind == "other":
            yield Told(
                f"{which}{where} {verb} with weights that were set or loaded in between; {state}"
            )
        elif place == fits[0].place and place and not any(fits[n - 1].seeds for n in numbers):
            yield _fresh(f"{which}{' of the loop' * in_loop}{where} {verb}", place, len(numbers))


def _alike(which: str, where: str, seed: str, *, in_loop: bool, is_one: bool) -> Told:
    """Fits that repeat the first bit for bit, because one seed is set before each."""
    whose = f"{which.replace('Fit', 'Round')} of the loop" if in_loop else which
    first, every = ("round 1", "every round") if in_loop else ("fit 1", "each of them")
    return Told(
        f"{whose}{where} {'repeats' if is_one else 'repeat'} {first} bit for bit, because {seed} "
        f"seeds {every} alike: they are one training, and their agreement says nothing of the "
        "spread",
        rank=CONTINUES,
    )


def _fresh(begins: str, place: str, fits: int) -> Told:
    """Fits with weights of their own from a generator that goes on."""
    apart = "in separate processes each" if fits > 1 else "in a process of its own it"
    return Told(
        f"{begins} with fresh weights, but the generator goes on: {apart} would give different "
        "bits",
        alternative="reseed",
        line=place,
    )


def _is_in_loop(fits: Sequence[Fit], numbers: Sequence[int], place: str) -> bool:
    """Whether a loop comes to one line again; a function that is called twice has two callers."""
    ways = [one.callers for one in fits[: numbers[-1]] if one.place == place]
    return any(way in ways[:number] for number, way in enumerate(ways))


def _called(fits: Sequence[Fit], number: int) -> str:
    """The line that calls the function with a fit, if another call of it fitted before."""
    fit = fits[number - 1]
    before = [one.callers for one in fits[: number - 1] if one.place == fit.place]
    for depth, line in enumerate(fit.callers):
        if any(len(way) > depth and way[depth] != line for way in before):
            return f", called in {line}"
    return ""


def _repeats(watcher: Watcher, numbers: list[int]) -> str:
    """The seed call for which rounds of a loop are all alike; empty if they are not."""
    prints, fits = watcher.fingerprints, watcher.fits
    if len(prints) < numbers[-1] or fits[numbers[0] - 1].place != fits[0].place:
        return ""
    alike = {prints[number - 1] for number in (1, *numbers)}
    seeds = fits[numbers[-1] - 1].seeds
    return seeds[-1].words if len(alike) == 1 and seeds else ""


def _epoch_by_epoch(watcher: Watcher, numbers: list[int]) -> bool:
    """Whether a loop trains by the epoch, as with a stateful LSTM: nothing is scored in between."""
    within = range(numbers[0] - 1, numbers[-1])
    scored = [one.fits for one in watcher.evaluations] + [fits for _, fits in watcher.scored_at]
    one_epoch = all(watcher.fits[number - 1].epochs <= 1 for number in numbers)
    return one_epoch and not any(fits in within for fits in scored)


def _loop(numbers: list[int], where: str, state: str, *, is_one_training: bool) -> Told:
    """Rounds of a loop that go on with the network of the round before."""
    first, last = numbers[0], numbers[-1]
    which = f"Round {first}" if first == last else f"Rounds {first} to {last}"
    verb = "starts" if first == last else "start"
    return Told(
        f"{which} of the loop{where} {verb} from the previous round's weights ({state}): the "
        f"{last} rounds are one long training, not {last} repetitions",
        rank=NO_ANSWER if is_one_training else CONTINUES,
        alternative="none" if is_one_training else "rebuild",
        line=where.strip(" ()"),
    )


def _continues(
    fits: list[Fit], numbers: list[int], which: str, places: tuple[str, str], state: str
) -> Told:
    """A fit on a line of its own that goes on with the network of an earlier one."""
    where, origin = places
    verb = "continues" if len(numbers) == 1 else "continue"
    fit = fits[numbers[0] - 1]
    earlier = fits[fit.start.fit - 1]
    ends = earlier.history.get("accuracy") or earlier.history.get("acc")
    at = ", at {percent_1} training accuracy" if ends else ""
    text = (
        f"{which}{where} {verb} fit {fit.start.fit}{origin}: it starts from the weights of that "
        f"fit{at} ({state})"
    )
    values = {"percent_1": ends[-1]} if ends else {}
    if fit.settings.get(FROZEN) != earlier.settings.get(FROZEN):
        return Told(f"{text}, with other layers frozen, as in fine-tuning", values)
    return Told(text, values, CONTINUES, "rebuild", fit.place)


def _unloaded(watcher: Watcher, ignored: Sequence[str]) -> Iterator[Told]:
    """A network that is scored after its last epoch, though a checkpoint kept the best one."""
    for one in watcher.evaluations:
        if one.origin.kind != "left" or one.on_training_data or one.loaded:
            continue
        fit = watcher.fits[one.origin.fit - 1]
        monitors = [what for name, what in fit.chosen_by if name == "ModelCheckpoint"]
        values = fit.history.get(monitors[0], []) if monitors else []
        if not values:
            continue
        best = max(values) if "acc" in monitors[0] else min(values)
        effect = ""
        if any("restore_best_weights" in text for text in ignored):
            effect = " (restore_best_weights= has no effect in it)"
        where = one.place or "An evaluate"
        yield Told(
            f"{sentence_case(where)} scores the weights of the last epoch, not the best "
            f"ones: the ModelCheckpoint of the fit in {fit.place or 'the script'} only saves those "
            f"to a file{effect}, and nothing loads it; {monitors[0]} was {{number_1}} at the best "
            "epoch and {number_2} at the last",
            {"number_1": best, "number_2": values[-1]},
            UNLOADED if best != values[-1] else NO_ANSWER,
        )


def _rows(watcher: Watcher) -> Iterator[Told]:
    """Rows that a network had seen, or that chose its epoch; and how few they are."""
    tests = {id(one): one for one in tests_of(watcher.evaluations)}
    deciding = {one.network: one.place for one in tests.values()}  # the last one of each network
    for number, one in enumerate(watcher.evaluations, 1):
        where = one.place or f"evaluate {number}"
        start = sentence_case(where)
        decides = deciding.get(one.network) == one.place
        if _is_chosen(one, watcher.fits):
            told = _chosen(one, f"{where} scores", where)
            yield told if decides else replace(told, rank=NO_ANSWER)
        if one.seen > TOLD and id(one) in tests:
            yield Told(
                f"{{percent_1}} of the rows that {where} scores were trained on before",
                {"percent_1": one.seen},
                RANK_CHOSEN if decides else NO_ANSWER,
            )
        if one.examples and one.examples <= FEW_EXAMPLES and _counts_right_answers(one):
            yield Told(
                f"{start} scores {one.examples} examples: one is "
                f"{100 / one.examples:.2g} point{'s' * (one.examples != 100)}"
            )


def _counts_right_answers(one: Evaluation) -> bool:
    """Whether it gives an accuracy, of which each example is a share; a regression has none."""
    return any(is_accuracy(name) and name not in one.not_accuracy for name in one.metrics)


def _predicted(watcher: Watcher) -> Iterator[Told]:
    """Rows that chose the epoch, where the last ``predict`` gives the run's number."""
    labelled = [one for one in watcher.predictions if one.labels is not None]
    if labelled and not watcher.evaluations and _is_chosen(labelled[-1], watcher.fits):
        where = labelled[-1].place or "predict"
        yield _chosen(labelled[-1], f"{where} predicts", where)


def _is_chosen(one: Evaluation | Prediction, fits: Sequence[Fit]) -> bool:
    """Whether the rows that score a network chose among the epochs whose weights it has."""
    return one.chosen_on > TOLD and not _last_epoch_after_checkpoint(one, fits)


def _last_epoch_after_checkpoint(one: Evaluation | Prediction, fits: Sequence[Fit]) -> bool:
    """Whether the last epoch scores, though a checkpoint kept the best one."""
    if one.origin.kind != "left" or one.loaded:
        return False
    return all(name == "ModelCheckpoint" for name, _ in fits[one.origin.fit - 1].chosen_by)


def _chosen(one: Evaluation | Prediction, which: str, where: str) -> Told:
    """That the epoch is chosen on the rows that score it, and what that is worth."""
    said = f"The best epoch is chosen on the rows that {which}"
    if one.optimism is not None:
        values = {"points_1": one.optimism}
        return Told(
            f"{said}: expect about {{points_1}} too much", values, RANK_CHOSEN, "validation", where
        )
    return Told(
        f"{said} ({{percent_1}} of them), so that figure is too high: choose on validation rows of "
        "their own",
        {"percent_1": one.chosen_on},
        RANK_CHOSEN,
        "validation",
        where,
    )


def _causes(watcher: Watcher) -> Iterator[Told]:
    """What no seed of the script reaches: first weights, and the order of the rows."""
    if not watcher.fits:
        yield from (Told(text, rank=RANK_CAUSE) for text in watcher.other_draws)
    shuffled = [
        (number, fit)
        for number, fit in enumerate(watcher.fits)
        if fit.settings.get("shuffle") and fit.settings.get("data") == "array"
    ]
    by_numpy = watcher.orders_by_numpy
    calls, owner = (NUMPY, "NumPy's") if by_numpy else (TENSORFLOW, "TensorFlow's")
    unordered = [
        fit.place
        for number, fit in shuffled
        if not any(seed.call in calls and seed.fits <= number for seed in watcher.seeds)
    ]
    order = ""
    if unordered:
        place = f" in {unordered[0]}" if unordered[0] else ""
        order = f"the order of the rows{place}"
    if watcher.unseeded:
        also = f"; {order} from {owner}, which nothing seeds either" if order else ""
        yield Told(f"{watcher.unseeded[0]}{also}", rank=RANK_CAUSE)
    elif order:
        said = f"{sentence_case(order)} comes from {owner} generator"
        yield Told(f"{said}, which nothing seeds", rank=RANK_CAUSE)
