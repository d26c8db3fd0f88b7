"""SB501 to SB505: numbers of different runs set side by side."""

from collections.abc import Iterator
from math import ceil, sqrt
from typing import NamedTuple

from seedbed.doctor.interpreter.trace import Event, Trace, compatible
from seedbed.doctor.interpreter.values import Data, Instance, Items, Model, Value, constant, number
from seedbed.doctor.queries.callbacks import callbacks_of
from seedbed.doctor.queries.data_rows import name_of, part_of, rows, source
from seedbed.doctor.queries.evaluation_data import inputs_of
from seedbed.doctor.queries.loops import loop_kind
from seedbed.doctor.queries.models import models_of
from seedbed.doctor.queries.scores import (
    Run,
    lone_scores,
    repeating_loops,
    runs_behind,
    scoring_events,
    spread_reported,
)
from seedbed.doctor.queries.seeds import FRAMEWORK_SEEDS, seeds
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule

_EXTREMES = {
    "builtins.max", "builtins.min", "numpy.max", "numpy.min", "numpy.amax", "numpy.argmax",
    "numpy.argmin", ".max", ".min", ".argmax", ".idxmax",
}  # fmt: skip


class Pair(NamedTuple):
    """Two models, each trained once, that are scored on the same rows."""

    first: Event
    one: Value
    second: Event
    other: Value


def _pairs(trace: Trace) -> Iterator[Pair]:
    """Pairs of lone scores on the same rows."""
    found = list(lone_scores(trace))
    for number_, (second, other) in enumerate(found):
        for first, one in found[:number_]:
            apart = one is not other and compatible(first, second) and not _shares(one, other)
            if apart and rows(inputs_of(first)) == rows(inputs_of(second)):
                yield Pair(first, one, second, other)


def _shares(one: Value, other: Value) -> bool:
    """True when one model is made of the other, as an encoder is of an autoencoder."""
    for a, b in ((one, other), (other, one)):
        if isinstance(a, Model) and any(layer is b for layer, _ in a.layers):
            return True
    return False


def _compared(trace: Trace) -> Iterator[tuple[Event, list[Run]]]:
    """Comparisons, differences and extremes of scores of two models trained once each."""
    by_result = scoring_events(trace)
    for event in trace.events:
        operands = _operands(event)
        if len(operands) < 2:
            continue
        behind = [runs_behind(operand, by_result) for operand in operands]
        if sum(1 for runs in behind if runs) < 2:
            continue
        sets = [{run.model.uid for run in runs} for runs in behind if runs]
        every = [run for runs in behind for run in runs]
        disjoint = all(not (a & b) for i, a in enumerate(sets) for b in sets[:i])
        repeated = any(repeating_loops(run.event, run.model) for run in every)
        if disjoint and all(len(s) == 1 for s in sets) and not repeated:
            yield event, every


def _operands(event: Event) -> list[Value]:
    if event.kind == "compare" and event.name in {"Gt", "Lt", "GtE", "LtE"}:
        return event.args
    if event.kind == "binop" and event.name == "-":
        return event.args
    if event.kind == "call" and event.name in _EXTREMES:
        if len(event.args) == 1 and isinstance(event.args[0], Items):
            return event.args[0].items
        return event.args
    return []


@rule(
    "SB501",
    "one-run-per-arm",
    "Two runs of one and the same script differ as well; from one run per arm nobody can tell a "
    "better method from a luckier start.",
    "for seed in range(10):                    # the same seeds in both arms",
    "    keras.utils.set_random_seed(seed)",
    "    scores_a.append(run(build_a)); scores_b.append(run(build_b))",
    "# then: mean difference with its interval, paired by seed",
)
def one_run_per_arm(trace: Trace) -> Iterator[Found]:
    """Scores of two models are compared, each trained once."""
    trained = {model.uid for fit in trace.fits() for model in models_of(fit)}
    certain_pairs: set[frozenset[int]] = set()
    for event, runs in _compared(trace):
        models = frozenset(run.model.uid for run in runs)
        real = models <= trained and all(
            isinstance(run.model, Model | Instance) and _scores_rows(run.event) for run in runs
        )
        if real:
            certain_pairs.add(models)
            yield Found(
                event.place,
                not event.loops,
                f"{text(event.node, 44)} compares one run with one run",
            )
    for pair in _pairs(trace):
        if frozenset((pair.one.uid, pair.other.uid)) not in certain_pairs:
            data = name_of(inputs_of(pair.second), "the same data")
            yield Found(pair.second.place, False, f"two models, one run each, are scored on {data}")
            return


def _scores_rows(event: Event) -> bool:
    """``predict`` alone is no score, but what is computed from it is one."""
    return inputs_of(event) is not None


def _seed_before(events: list[Event], index: int) -> Event | None:
    found = [event for event in events if event.index < index]
    return found[-1] if found else None


@rule(
    "SB502",
    "arms-on-different-seeds",
    "The arms differ in their first weights and order as well as in what is compared; part of the "
    "difference is the seeds'. On common seeds that part mostly cancels.",
    "for seed in range(10):",
    "    keras.utils.set_random_seed(seed); a = run(build_a)",
    "    keras.utils.set_random_seed(seed); b = run(build_b)",
)
def different_seeds(trace: Trace) -> Iterator[Found]:
    """Two arms start from different seeds, or the second from where the first stopped."""
    events = seeds(trace, FRAMEWORK_SEEDS)
    if not events:
        return
    compared = {frozenset(run.model.uid for run in runs) for _, runs in _compared(trace)}
    for pair in _pairs(trace):
        one, other = pair.one, pair.other
        if not isinstance(one, Model | Instance) or not isinstance(other, Model | Instance):
            continue
        early, late = sorted((one, other), key=lambda model: model.place.index)
        first = _seed_before(events, early.place.index)
        second = _seed_before(events, late.place.index)
        if first is None or second is None:
            continue
        a, b = constant(first.argument("seed", 0)), constant(second.argument("seed", 0))
        direct = frozenset((one.uid, other.uid)) in compared
        if first is not second and a is not None and b is not None and a != b:
            yield Found(second.place, direct, f"one arm runs on seed {a}, the other on seed {b}")
            return
        if first is second and direct:
            yield Found(late.place, False, "the second arm draws from where the first one stopped")
            return
    yield from _arms_in_a_loop(trace, events)


def _arms_in_a_loop(trace: Trace, events: list[Event]) -> Iterator[Found]:
    """``for option in [...]: build, fit`` after a single seed."""
    for fit in trace.fits():
        for model in models_of(fit):
            if not isinstance(model, Model | Instance):
                continue
            for step in fit.loops:
                built = any(p.loop is step.loop for p in model.place.loops)
                inside = any(p.loop is step.loop for e in events for p in e.loops)
                if built and not inside and loop_kind(step.loop) == "values":
                    line = fit.place.module.line(getattr(step.loop.node, "lineno", 1)).line
                    yield Found(
                        model.place,
                        False,
                        f"each setting of the loop in line {line} goes on from the last one's seed",
                    )
                    return


@rule(
    "SB503",
    "best-of-several-runs",
    "The best of several runs is an order statistic, not a typical result: it grows with the "
    "number of tries, and the next run will most likely be below it.",
    "print(np.mean(scores), np.std(scores, ddof=1), len(scores))",
)
def best_of_runs(trace: Trace) -> Iterator[Found]:
    """``max(scores)`` over runs, or ``if score > best`` around them."""
    by_result = scoring_events(trace)
    lookups = {id(a) for e in trace.calls(".index") for a in e.node.args}  # type: ignore[attr-defined]
    spread = spread_reported(trace)
    for event in trace.events:
        if event.kind == "call" and event.name in _EXTREMES and id(event.node) not in lookups:
            if "arg" in event.name or "idx" in event.name:
                continue
            values: list[Value] = [*event.args, *([event.target] if event.target else [])]
            runs = [run for value in values for run in runs_behind(value, by_result)]
        elif event.kind == "compare" and event.name in {"Gt", "GtE", "Lt", "LtE"}:
            sides = [runs_behind(value, by_result) for value in event.args]
            if not all(sides) or sides[0][0].event.node is not sides[-1][0].event.node:
                continue
            runs = [run for side in sides for run in side]
        else:
            continue
        found = _best(event, runs, spread)
        if found is not None:
            yield found


def _best(event: Event, runs: list[Run], spread: bool) -> Found | None:
    """Whether an extreme is taken over runs that were built and trained anew."""
    loops = {id(loop): loop for run in runs for loop in repeating_loops(run.event, run.model)}
    if len({run.event.index for run in runs}) < 2 or not loops:
        return None
    kinds = {loop_kind(loop) for loop in loops.values()}
    on_validation = any(part_of(inputs_of(run.event))[0] == "validation" for run in runs)
    certain = kinds <= {"runs", "range"} and not spread and not on_validation
    what = "folds" if kinds == {"folds"} else "settings" if kinds == {"values"} else "runs"
    return Found(event.place, certain, f"{text(event.node, 40)} keeps the best of several {what}")


_SIZES = {
    "sklearn.datasets.load_iris": 150,
    "sklearn.datasets.load_wine": 178,
    "sklearn.datasets.load_digits": 1797,
    "sklearn.datasets.load_breast_cancer": 569,
}
_SMALL = 100


@rule(
    "SB504",
    "one-example-is-a-point",
    "With so few test examples one lucky example moves accuracy by a point or more; differences "
    "of a few points are within what the test set alone explains.",
    "StratifiedKFold(n_splits=10, shuffle=True, random_state=0)  # all rows",
)
def small_test_set(trace: Trace) -> Iterator[Found]:
    """A test set of at most a hundred examples."""
    for event in trace.calls(".evaluate"):
        if not models_of(event) or not any(
            isinstance(m, Model | Instance) for m in models_of(event)
        ):
            continue
        size = _size(inputs_of(event))
        if size is None or not 0 < size <= _SMALL:
            continue
        half = 196 * sqrt(0.9 * 0.1 / size)
        yield Found(
            event.place,
            True,
            f"{size} test examples: one of them is {100 / size:.1f} points",
            f"At 90 % accuracy the test set alone allows ± {half:.0f} points (95 %); differences "
            "below that say nothing.",
        )


def _size(value: Value | None) -> int | None:  # noqa: PLR0911  (one return for each kind)
    """The number of rows, where literals in the script give it."""
    found = source(value)
    if not isinstance(found, Data):
        return None
    if found.op == "slice" and len(found.parents) == 4:
        start, stop, step = (constant(parent) for parent in found.parents[1:])
        if step is None and start in {None, 0} and isinstance(stop, int) and stop > 0:
            return stop
        if step is None and stop is None and isinstance(start, int) and start < 0:
            return -start
        if isinstance(start, int) and isinstance(stop, int) and 0 <= start < stop and step is None:
            return stop - start
    if found.op == "split:held":
        share = number(found.detail.get("test_size"))
        if share is None:
            share = 0.25 if not {"test_size", "train_size"} & set(found.detail) else None
        if share is not None and share > 1:
            return int(share)
        whole = _whole(found.parents[0])
        return ceil(share * whole) if share is not None and whole is not None else None
    return None


def _whole(value: Value) -> int | None:
    """Rows of a data set of scikit-learn whose size is known."""
    current = source(value)
    for _ in range(12):
        if not isinstance(current, Data):
            return None
        if current.op in _SIZES:
            return _SIZES[current.op]
        named = current.op == "index" and isinstance(constant(current.parents[1]), str)
        if not named and not current.op.startswith(("attr:", "unpack:")):
            return None
        current = source(current.parents[0])
    return None


@rule(
    "SB505",
    "arms-see-different-data",
    "One arm learns from more examples or more epochs than the other; the difference between them "
    "is partly, or wholly, that.",
    "fit = dict(epochs=20, batch_size=32, validation_split=0.1)  # for both",
    "a.fit(x_train, y_train, **fit); b.fit(x_train, y_train, **fit)",
)
def different_amounts(trace: Trace) -> Iterator[Found]:
    """Two arms of a comparison are trained on different shares of the data."""
    fits = trace.fits()
    compared = {frozenset(run.model.uid for run in runs) for _, runs in _compared(trace)}
    for pair in _pairs(trace):
        direct = frozenset((pair.one.uid, pair.other.uid)) in compared
        first = [fit for fit in fits if pair.one in models_of(fit)]
        second = [fit for fit in fits if pair.other in models_of(fit)]
        if len(first) == len(second) == 1:
            found = _difference(first[0], second[0], direct)
            if found is not None:
                yield found
                return


def _difference(one: Event, other: Event, direct: bool) -> Found | None:
    """How much two trainings differ in what they see."""
    if {"**"} & (set(one.kwargs) | set(other.kwargs)):
        return None
    same = rows(inputs_of(one)) == rows(inputs_of(other))
    a, b = (number(fit.kwargs.get("validation_split")) or 0.0 for fit in (one, other))
    literal = all(
        number(fit.kwargs["validation_split"]) is not None
        for fit in (one, other)
        if "validation_split" in fit.kwargs
    )
    if same and literal and a != b:
        return Found(other.place, direct, f"one arm keeps back {a:g} of the rows, the other {b:g}")
    (base, length), (other_base, other_length) = (_slice(inputs_of(fit)) for fit in (one, other))
    if base is not None and base == other_base and length != other_length:
        return Found(
            other.place, direct, "the arms are trained on different slices of the same rows"
        )
    epochs = [number(fit.kwargs.get("epochs")) for fit in (one, other)]
    stopped = any(
        c.api.endswith("EarlyStopping") for fit in (one, other) for c in callbacks_of(fit)
    )
    if same and None not in epochs and epochs[0] != epochs[1] and not stopped:
        return Found(
            other.place,
            False,
            f"one arm trains for {epochs[0]:g} epochs, the other for {epochs[1]:g}",
        )
    return None


def _slice(value: Value | None) -> tuple[object, int | None]:
    """The rows and the length of ``x[:1000]``; the whole data set has no length."""
    found = source(value)
    if not isinstance(found, Data):
        return None, None
    if found.op != "slice":
        return rows(found), None
    size = _size(found)
    return (rows(found.parents[0]), size) if size is not None else (None, None)
