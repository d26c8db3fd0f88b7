"""What happened in a script, in sentences: where fits begin, and which rows score a network."""

from collections.abc import Iterator

from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.observations import Evaluation, Fit

FEW_EXAMPLES = 200
"""Examples up to which the step of one example is told."""

TOLD = 0.005
MOST = 8


def story(watcher: Watcher) -> list[str]:
    """What a reader of the numbers must know of how they came about.

    Args:
        watcher: What was trained and scored.
    """
    told = [*_starts(watcher.fits), *_rows(watcher.evaluations)]
    return list(dict.fromkeys(told))[:MOST]


def _starts(fits: list[Fit]) -> Iterator[str]:
    """Of each fit but the first, from which weights it begins; of a loop all at once."""
    groups: dict[tuple[str, str, str, bool], list[int]] = {}
    for number, fit in enumerate(fits[1:], 2):
        start = fit.start
        earlier = fits[start.fit - 1].place if start.fit else ""
        key = (start.kind, fit.place, earlier, fit.optimiser_steps > 0)
        groups.setdefault(key, []).append(number)
    for (kind, place, earlier, carried), numbers in groups.items():
        share = fits[numbers[0] - 1].start.share
        first = fits[numbers[0] - 1].start.fit
        which = f"Fit {numbers[0]}" if len(numbers) == 1 else f"Fits {numbers[0]} to {numbers[-1]}"
        verb = "begins" if len(numbers) == 1 else "begin"
        source = f"fit {first}" if len(numbers) == 1 else "the fit before"
        where = f" ({place})" if place else ""
        origin = f" ({earlier})" if earlier else ""
        state = "the optimiser's state is carried on" if carried else "the optimiser is new"
        if kind == "continued":
            yield f"{which}{where} {verb} with the weights that {source}{origin} left; {state}."
        elif kind == "partly":
            yield (
                f"{which}{where} {verb} with {share:.0%} of the weights that {source}{origin} left."
            )
        elif kind == "again":
            yield f"{which}{where} {verb} with the same first weights as fit {first}{origin}."
        elif kind == "other":
            yield f"{which}{where} {verb} with weights that were set or loaded in between; {state}."


def _rows(evaluations: list[Evaluation]) -> Iterator[str]:
    """Rows that a network had seen, or that chose its epoch; and how few they are."""
    for number, one in enumerate(evaluations, 1):
        where = one.place or f"evaluate {number}"
        if one.chosen_on > TOLD:
            yield (
                f"A callback chooses the epoch on {one.chosen_on:.0%} of the rows that {where} "
                "scores, so that figure is too high: choose on validation rows of their own."
            )
        if one.seen > TOLD and not one.on_training_data:
            yield f"{one.seen:.0%} of the rows that {where} scores were trained on before."
        if one.examples and one.examples <= FEW_EXAMPLES:
            start = where[0].upper() + where[1:]
            yield f"{start} scores {one.examples} examples: one is {100 / one.examples:.2g} points."
