"""Where two runs with equal seeds part: the first moment that differs, and what removes it."""

from collections.abc import Mapping, Sequence

from seedbed.analysis.answers.why.lockstep import lockstep_sentences
from seedbed.analysis.answers.why.source import respelled
from seedbed.tracking.random_records import DrawnBySource, Moment, RunCourse, SeedPin, SideBySide
from seedbed.tracking.schema import NO_SEED, STEP_LOSS

_KNOBS = {
    "files": "sort the names, with sorted(…) around the listing",
    "data": "seed the generator that makes or orders them",
    "weights": "keras.utils.set_random_seed(7) before the model is built",
    "step": "one thread and deterministic operations: --numeric fixed, or "
    "tf.config.experimental.enable_op_determinism()",
}
_KNOBS["epoch"] = _KNOBS["step"]


def fits_to_compare(one: RunCourse, two: RunCourse) -> int | None:
    """The number of the fit in which two runs diverge; None if they diverge elsewhere, or nowhere.

    Args:
        one: What a run went through, as ``parting`` takes it.
        two: The other run.
    """
    if one["pins"] != two["pins"] or _without_seed(one["pins"]):
        return None
    for first, second in zip(one["moments"], two["moments"], strict=False):
        if first != second:
            return int(first.get("fit", 0)) if first["kind"] in ("step", "epoch") else None
    return None


def parting(one: RunCourse, two: RunCourse, lockstep: SideBySide | None = None) -> list[str]:
    """Name the first difference between two runs that should be equal.

    A generator without a seed comes before later moments, because it comes before their data.

    Args:
        one: What a run went through: ``pins``, ``moments`` and ``reads``, as recorded.
        two: The other run.
        lockstep: What two further runs, side by side, showed of the steps; None if they did not.

    Returns:
        Sentences; none if nothing that was recorded differs.
    """
    for mine, other in zip(one["pins"], two["pins"], strict=False):
        if mine != other:
            return [_seed(mine, other), *_reads(one)]
    unseeded = _without_seed(one["pins"])
    if unseeded:
        return [*unseeded, *_reads(one)]
    for first, second in zip(one["moments"], two["moments"], strict=False):
        if first != second:
            calls = one.get("calls", {})
            steps = lockstep_sentences(lockstep) if lockstep else []
            said = [_moment(first, second, is_known=bool(steps)), *steps]
            return [*(respelled(sentence, calls) for sentence in said), *_reads(one)]
    lengths = len(one["moments"]), len(two["moments"])
    if lengths[0] != lengths[1]:
        return [f"The two runs take different paths: {lengths[0]} moments against {lengths[1]}."]
    return _reads(one)


def different_draws(
    one: Mapping[str, DrawnBySource], two: Mapping[str, DrawnBySource]
) -> list[str]:
    """Sources that draw a different number of times in two runs.

    Args:
        one: ``sources`` of a run, as recorded.
        two: Of another.
    """
    names = [name for name in one if name in two and _drawn(one[name]) != _drawn(two[name])]
    return [
        f"{name} draws {_drawn(one[name])} times in one run and {_drawn(two[name])} in another, so "
        "later draws of its line are not comparable."
        for name in names
    ]


def draws_in_threads(one: RunCourse) -> list[str]:
    """Sources that draw in threads, whose order no seed sets.

    Args:
        one: What a run went through.
    """
    names = one.get("threads", ())
    if not names:
        return []
    return [
        f"Threads draw for {', '.join(names)}, and no seed sets which of them comes first: "
        "workers=1, or num_parallel_calls=1, removes it."
    ]


def _drawn(found: DrawnBySource) -> int:
    return int(found["draws"]) + int(found["pinned_draws"])


def _seed(first: SeedPin, second: SeedPin) -> str:
    if first["line"] != second["line"]:
        return f"Two equal runs diverge where they seed: {first['line']} against {second['line']}."
    return (
        f"Two equal runs diverge in {first['line']}: {first['call']} gets {first['value']} in one "
        f"and {second['value']} in the other. Write a number there."
    )


def _without_seed(pins: Sequence[SeedPin]) -> list[str]:
    """Generators that the script makes without a seed; ``repeat`` gives each run another."""
    lines = dict.fromkeys(
        f"{one['line']} ({one['call']})" for one in pins if one["value"] == NO_SEED
    )
    if not lines:
        return []
    return [
        f"Two equal runs diverge in {', '.join(lines)}: no seed is given there. Write a number."
    ]


def _moment(first: Moment, second: Moment, *, is_known: bool) -> str:
    """Where two runs diverge, and what removes it, unless ``is_known`` says that better."""
    place = f" ({first['line']})" if first["line"] else ""
    if first["what"] != second["what"]:
        return f"Two equal runs diverge at {first['what']}{place}, where one has {second['what']}."
    parts = [
        name for name, digest in first["digests"].items() if second["digests"].get(name) != digest
    ]
    which = _parts(first["kind"], parts, list(first["digests"]))
    said = f"Two equal runs diverge at {first['what']}{place}"
    return f"{said}." if is_known else f"{said}{which}. To remove it: {_knob(first)}."


def _parts(kind: str, parts: Sequence[str], names: Sequence[str]) -> str:
    """Of a step, the layer that is nearest to the outputs: gradients are computed from there."""
    if not parts or kind == "files":
        return ""
    if kind in ("step", "epoch"):
        return f": {_update(parts, names)}"
    return f": {', '.join(parts[:4])}"


def _update(parts: Sequence[str], names: Sequence[str]) -> str:
    """Which layers get another update, and whether the loss differs before it."""
    layers, every = ([one for one in found if one != STEP_LOSS] for found in (parts, names))
    if not layers:
        return "the loss differs, and no update"
    which = "every layer" if len(layers) == len(every) else f"{len(layers)} of {len(every)} layers"
    update = f"{which} gets another update, the first in the backward pass {layers[-1]}"
    if STEP_LOSS not in names:
        return update
    if STEP_LOSS in parts:
        return f"{update}; the loss differs too, so the forward pass does"
    return f"{update}; the loss is the same, so the backward pass or the optimizer differs"


def _knob(moment: Moment) -> str:
    return _KNOBS[moment["kind"]]


def _reads(one: RunCourse) -> list[str]:
    told = [f"{found['line']} ({found['call']})" for found in one["reads"]]
    if not told:
        return []
    return [f"No seed sets what these lines read: {', '.join(told)}."]
